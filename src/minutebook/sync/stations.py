"""The way through the first synchronisation, as stations."""

from dataclasses import dataclass

from minutebook.sync.models import FirstSync
from minutebook.sync.queries import Overview

Stage = FirstSync.Stage
_ORDER = (None, Stage.READING, Stage.MATCHING, Stage.REVIEWING, Stage.DONE)
_WORDS = ("Connect", "Read", "Match", "Decide", "Done")


@dataclass(frozen=True, kw_only=True, slots=True)
class Station:
    state: str
    words: str
    at: str = ""
    fact: str = ""
    is_current: bool = False


def stations_of(overview: Overview) -> list[Station]:
    """Return the five stations, the present one marked."""
    reached = _reached(overview)
    return [
        Station(
            state="done"
            if number < reached or reached == len(_WORDS) - 1
            else "creating"
            if number == reached
            else "waiting",
            words=words,
            fact=_fact(number, overview),
            is_current=number == reached,
        )
        for number, words in enumerate(_WORDS)
    ]


def _reached(overview: Overview) -> int:
    if overview.connection is None or not overview.connection.is_connected:
        return 0
    stage = overview.first.stage if overview.first else None
    if stage == Stage.UNDOING:
        return _ORDER.index(Stage.REVIEWING)
    return max(1, _ORDER.index(Stage(stage))) if stage else 1


def _fact(number: int, overview: Overview) -> str:
    connection = overview.connection
    if connection is None:
        return ""
    match number:
        case 0:
            return connection.label
        case 1 if connection.reading_count:
            return f"{connection.reading_count:,} clients"
        case 3 if overview.first and overview.first.matched_at:
            open_ones = sum(overview.counts.values())
            return f"{overview.linked:,} linked, {open_ones:,} to decide"
        case _:
            return ""
