"""What somebody may have meant to type: the firm's own words nearest to a misspelt one."""

import unicodedata
from collections.abc import Iterable

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
    with connection.cursor() as cursor:
        for letter in sorted(letters):
            after = chr(ord(letter) + 1)
            if connection.vendor == "sqlite":
                cursor.execute(
                    "SELECT term FROM contacts_vocabulary"
                    " WHERE term >= %s AND term < %s AND term NOT GLOB '*[0-9]*'",
                    [letter, after],
                )
            else:
                cursor.execute(
                    "SELECT word FROM contacts_vocabulary WHERE firm_id = %s AND word >= %s AND word < %s",
                    [current_firm_id(), letter, after],
                )
            yield from (word for (word,) in cursor.fetchall())


def _folded(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
