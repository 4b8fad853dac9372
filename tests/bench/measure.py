"""The stopwatch, and how much is built and repeated before it is believed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import cycle, islice
from time import perf_counter_ns


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How much is built, and how often each thing is done."""

    contacts: int
    companies: int
    packs: int
    runs: int
    warm_up: int  # runs that are not counted: caches fill, templates compile


FULL = Size(contacts=100_000, companies=2_000, packs=10_000, runs=60, warm_up=3)
TINY = Size(contacts=60, companies=3, packs=4, runs=1, warm_up=0)


def timed[T](action: Callable[[T], object], inputs: Iterable[T], *, size: Size) -> list[float]:
    """Return how many milliseconds each run took, going round the inputs."""
    turns = islice(cycle(inputs), size.warm_up + size.runs)
    return [_milliseconds(action, turn) for turn in turns][size.warm_up :]


def _milliseconds[T](action: Callable[[T], object], turn: T) -> float:
    start = perf_counter_ns()
    action(turn)
    return (perf_counter_ns() - start) / 1e6
