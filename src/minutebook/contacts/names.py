"""Two ways of writing one name, made comparable. No database, no clock, no network.

"Ngata Holdings Proprietary Limited" and "NGATA HOLDINGS PTY. LTD." fold to the same words; so do
"Ngata, Aroha" and "Ms Aroha Ngata". What a name says of its bearer's kind is kept beside the words.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import token_sort_ratio


class Form(StrEnum):
    """What a name says its bearer is."""

    COMPANY = "COMPANY"
    TRUST = "TRUST"
    FUND = "FUND"
    JOINT = "JOINT"
    NONE = ""


@dataclass(frozen=True, slots=True)
class FoldedName:
    """A name as plain lower-case words, without legal form, titles and marks."""

    words: tuple[str, ...]
    form: Form

    @property
    def key(self) -> str:
        """Return the same text for names that differ in the order of their words only."""
        return " ".join(sorted(self.words))


_TRUSTEE_FOR = re.compile(r"^(?:the trustees? (?:for|of)|.*\b(?:atf|as trustees? (?:for|of)))\s+")
_COMPANY = re.compile(
    r"\b(?:(?:pty|proprietary)\s*(?:ltd|limited)|p\s*l|pty|nl|no liability|ltd|limited)(?:\s+company)?\s*$"
)
_FUND = re.compile(r"\b(?:self managed )?(?:super(?:annuation)?(?: fund)?|smsf|s f|retirement fund)\s*$")
_TRUST = re.compile(r"\b(?:family |unit |discretionary |testamentary )*trust\s*$")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "hon"})
_APOSTROPHES = re.compile("['’‘`\u00b4]")
_MARKS = re.compile(r"[^\w&]+|_")


def fold_name(name: str) -> FoldedName:
    """Return the words that tell one bearer of a name from another, and the form that the name states."""
    text = _plain(_family_last(name))
    trusteeship = _TRUSTEE_FOR.match(text)
    if trusteeship:
        text = text[trusteeship.end() :]
    form = Form.TRUST if trusteeship or _TRUST.search(text) else Form.NONE
    if _FUND.search(text):
        form, text = Form.FUND, _FUND.sub("", text)
    elif form is Form.TRUST:
        text = _TRUST.sub("", text)
    elif _COMPANY.search(text):
        form, text = Form.COMPANY, _COMPANY.sub("", text)
    elif re.search(r"\w (?:and|&) \w", text):
        form = Form.JOINT
    return FoldedName(_words(text, is_of_nobody=form is not Form.NONE), form)


def similarity(one: FoldedName, other: FoldedName) -> float:
    """Return 0 to 1: 1 for the same words in any order, about 0.9 for one typing error.

    Words that merely share letters stay below 0.8: "Ngata Holdings" and "Ngata Haulage" are two companies.
    """
    if one.key == other.key:
        return 1.0
    if not one.words or not other.words:
        return 0.0
    whole = token_sort_ratio(" ".join(one.words), " ".join(other.words)) / 100
    return whole if _is_misspelt(one.words, other.words) else min(whole, 0.79)


def is_short_for(one: FoldedName, other: FoldedName) -> bool:
    """Tell whether one name is the other's with given names cut short or left out, the first not left out.

    "A Ngata" and "Aroha Ngata" are short for "Aroha Mereana Ngata".
    """
    short, long = sorted((one.words, other.words), key=lambda words: len("".join(words)))
    if len(short) < _FULL_NAME or len(short) > len(long) or short[-1] != long[-1]:
        return False
    return all(
        whole.startswith(part) if len(part) == 1 else whole == part
        for part, whole in zip(short[:-1], long[:-1], strict=False)
    )


_FULL_NAME = 2  # a given name and a family name


def _is_misspelt(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether the words agree but for one slip of the finger in one word, two in a long one."""
    if "".join(one) == "".join(other):  # the space alone is elsewhere
        return True
    if len(one) != len(other):
        return OSA.distance("".join(sorted(one)), "".join(sorted(other)), score_cutoff=1) <= 1
    pairs = list(zip(sorted(one), sorted(other), strict=True))
    differing = [(a, b) for a, b in pairs if a != b]
    if len(differing) > 1:  # the slip moved a word in the order
        left, right = sorted(set(one) - set(other)), sorted(set(other) - set(one))
        differing = list(zip(left, right, strict=False)) if len(left) == len(right) else differing
    return len(differing) == 1 and _is_slip(*differing[0])


def _is_slip(one: str, other: str) -> bool:
    shortest = min(len(one), len(other))
    allowed = 0 if shortest < _SHORT or one.isdigit() or other.isdigit() else 1 if shortest < _LONG else 2
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed


_SHORT, _LONG = 3, 8  # letters: "Li" and "Lo" are two people; "Papadopoulos" is misspelt in many ways


def _family_last(name: str) -> str:
    """Turn "Ngata, Aroha" round. A comma before a legal form stays where it is."""
    family, comma, given = name.partition(",")
    is_person = comma and given.strip() and "," not in given and not _COMPANY.search(_plain(given))
    return f"{given} {family}" if is_person else name


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("đ", "d"))
    unaccented = "".join(letter for letter in letters if not unicodedata.combining(letter))
    spaced = _MARKS.sub(" ", _APOSTROPHES.sub("", unaccented))
    return " ".join(spaced.replace("&", " & ").split())


def _words(text: str, *, is_of_nobody: bool) -> tuple[str, ...]:
    words = [word for word in text.split() if word not in {"&", "and", "the"}]
    if is_of_nobody:
        return tuple(words)
    return tuple(word for word in words if word not in _TITLES) or tuple(words)
