"""What somebody may have meant to type: the firm's own words nearest to a misspelt one."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from rapidfuzz.distance import OSA

from minutebook.scope import current_firm_id

_SHORTEST, _LONG = 4, 8  # letters: three letters are near to everything
_MOST = 3


def words_meant(word: str) -> list[str]:
    """Return up to three words of the index that a slip of the finger turns into this one, the nearest first.

    The first or the second letter is right. A word may be typed only in part: "suoth" is near to "southern".
    Numbers and short words are taken as they are: an answer to another number would be a wrong one.
    """
    typed = _folded(word)
    if len(typed) < _SHORTEST or not typed.isalpha():
        return []
    allowed = 1 if len(typed) < _LONG else 2
    near = ((_distance(typed, known, allowed), known) for known in _known_words({typed[0], typed[1]}))
    return [known for distance, known in sorted(near) if distance <= allowed][:_MOST]


def _distance(typed: str, known: str, allowed: int) -> int:
    """Return the slips between them, or between what was typed and as much of the word."""
    whole = OSA.distance(typed, known, score_cutoff=allowed)
    part = OSA.distance(typed, known[: len(typed)], score_cutoff=allowed)
    return min(whole, part)


def _known_words(letters: Iterable[str]) -> Iterable[str]:
    for letter in sorted(letters):
        if connection.vendor != "sqlite":
            yield from _kept_words(letter)
        elif connection.in_atomic_block:  # what stands now may be rolled back
            yield from _index_words(letter)
        else:
            yield from _remembered_words(str(connection.settings_dict["NAME"]), _index_state(), letter)


def _kept_words(letter: str) -> Sequence[str]:
    return _words(
        "SELECT word FROM contacts_vocabulary WHERE firm_id = %s AND word >= %s AND word < %s",
        [current_firm_id(), letter, chr(ord(letter) + 1)],
    )


def _index_words(letter: str) -> Sequence[str]:
    return _words(
        "SELECT term FROM contacts_vocabulary WHERE term >= %s AND term < %s AND term NOT GLOB '*[0-9]*'",
        [letter, chr(ord(letter) + 1)],
    )


@lru_cache(maxsize=16)  # letters: those of one index are read again only when it has changed
def _remembered_words(database: str, state: tuple[bytes, ...], letter: str) -> Sequence[str]:  # noqa: ARG001  # they are the key
    return _index_words(letter)


def _index_state() -> tuple[bytes, ...]:
    """Return what FTS5 writes anew with every change of the index: its totals and its structure.

    Source: SQLite, FTS5, "The %_data table": rows 1 and 10.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT block FROM contacts_search_data WHERE id IN (1, 10) ORDER BY id")
        return tuple(block for (block,) in cursor.fetchall())


def _words(question: str, values: Sequence[Any]) -> Sequence[str]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return tuple(word for (word,) in cursor.fetchall())


def _folded(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
