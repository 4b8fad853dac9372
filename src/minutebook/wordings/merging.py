"""Bringing two texts that came from one together: what Minutebook supplies now, and what the firm has made.

Line by line, and where both changed a line, word by word. What both changed differently a person decides.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from merge3 import Merge3

Choice = Literal["own", "supplied", "both"]
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_WORDS = 4_000  # of one passage; a longer one is left to a person as a whole


@dataclass(frozen=True, slots=True)
class Passage:
    """Some lines of the text together. A conflict has a number; the others are settled."""

    settled: str
    by: str  # "nobody", "supplied", "own", "both": who changed it
    number: int | None = None
    base: str = ""
    own: str = ""
    supplied: str = ""

    @property
    def is_conflict(self) -> bool:
        return self.number is not None

    def text(self, choice: Choice) -> str:
        return {"own": self.own, "supplied": self.supplied, "both": self.supplied + self.own}[choice]


def bring_together(*, base: str, supplied: str, own: str) -> list[Passage]:
    """Return the text in passages, each settled or in conflict."""
    passages: list[Passage] = []
    merge = Merge3(_lines(base), _lines(supplied), _lines(own))
    for kind, *parts in merge.merge_groups():
        if kind != "conflict":
            passages.append(Passage("".join(parts[0]), _CHANGED_BY[kind]))
            continue
        before, theirs, ours = ("".join(part) for part in parts)
        settled = _by_words(before, theirs, ours)
        if settled is not None:
            passages.append(Passage(settled, "both", base=before, own=ours, supplied=theirs))
        else:
            number = 1 + sum(passage.is_conflict for passage in passages)
            passages.append(Passage("", "both", number, before, ours, theirs))
    return passages


def merged_text(passages: Sequence[Passage], choices: Mapping[int, Choice]) -> str:
    """Return the whole text with every conflict decided. Raises KeyError for one that is not."""
    return "".join(
        passage.settled if passage.number is None else passage.text(choices[passage.number])
        for passage in passages
    )


_CHANGED_BY = {"unchanged": "nobody", "a": "supplied", "b": "own", "same": "both"}


def _by_words(base: str, supplied: str, own: str) -> str | None:
    before, theirs, ours = (_WORDS.findall(text) for text in (base, supplied, own))
    if not before or max(len(before), len(theirs), len(ours)) > _MOST_WORDS:
        return None
    settled: list[str] = []
    for kind, *parts in Merge3(before, theirs, ours).merge_groups():
        if kind == "conflict":
            return None
        settled += parts[0]
    return "".join(settled)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
