"""The stopwatch, and how much is built and repeated before it is believed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import cycle, islice
from time import perf_counter_ns

type Clock = Callable[[], int]  # nanoseconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How much is built, and how often each thing is done."""

    contacts: int
    companies: int
    packs: int
    activity: int
    imported: int  # companies of one spreadsheet
    runs: int
    warm_up: int  # runs that are not counted: caches fill, templates compile


FULL = Size(
    contacts=100_000, companies=2_000, packs=10_000, activity=1_000_000, imported=5_000, runs=60, warm_up=3
)
LARGE = Size(
    contacts=1_000_000, companies=5_000, packs=100_000, activity=1_000_000, imported=5_000, runs=60, warm_up=3
)
TINY = Size(contacts=60, companies=3, packs=4, activity=60, imported=3, runs=1, warm_up=0)


def timed[T](
    action: Callable[[T], object], inputs: Iterable[T], *, size: Size, clock: Clock = perf_counter_ns
) -> list[float]:
    """Return how many milliseconds each run took, going round the inputs.

    `clock` may be `process_time_ns`: work that waits for nothing takes on an idle core what it takes of the
    processor, and that can be measured on a busy machine too.
    """
    turns = islice(cycle(inputs), size.warm_up + size.runs)
    return [_milliseconds(action, turn, clock) for turn in turns][size.warm_up :]


def _milliseconds[T](action: Callable[[T], object], turn: T, clock: Clock) -> float:
    start = clock()
    action(turn)
    return (clock() - start) / 1e6
