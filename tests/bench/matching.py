"""How fast, and how truly, contacts are matched with clients: on a practice of which the truth is known."""

from collections.abc import Iterator
from time import process_time

from minutebook.contacts.matching import Certainty, find_matches
from tests.bench.figures import Figure
from tests.two_sides import make_two_sides

_SEEDS = (1, 2, 3)


def figures(*, clients: int) -> Iterator[Figure]:
    """Return seconds and shares in per cent, one value a seed."""
    runs = [_run(clients, seed) for seed in _SEEDS]
    seconds, wrong, certain, missed = zip(*runs, strict=True)
    on = f"matching {clients:,} contacts"
    yield Figure(name=f"{on}", values=seconds, unit="s", target=10)
    yield Figure(name=f"{on}: wrong among the certain", values=wrong, unit="%", target=0.1)
    yield Figure(
        name=f"{on}: left to a person or missed",
        values=[100 - share for share in certain],
        unit="%",
        target=35,
    )
    yield Figure(name=f"{on}: not suggested at all", values=missed, unit="%", target=2)


def _run(clients: int, seed: int) -> tuple[float, float, float, float]:
    sides = make_two_sides(clients, seed=seed)
    began = process_time()
    matches = find_matches(sides.ours, sides.theirs)
    seconds = process_time() - began
    pairs = {(match.ours.key, match.theirs.key) for match in matches}
    certain = {(m.ours.key, m.theirs.key) for m in matches if m.certainty is Certainty.CERTAIN}
    return (
        seconds,
        100 * len(certain - sides.truth) / max(1, len(certain)),
        100 * len(certain & sides.truth) / len(sides.truth),
        100 * len(sides.truth - pairs) / len(sides.truth),
    )
