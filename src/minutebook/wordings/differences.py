"""What changed between two texts, word by word. No database, no clock."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_WORDS = 4_000  # of one passage; a longer one is shown as a whole

_NO_WORDS = "¶"  # stands for a line without words that came in or went out


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: "same", "out" or "in"."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line of the later text (or the place of one that was taken out), in pieces."""

    number: int | None  # in the later text
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        return any(piece.kind != "same" for piece in self.pieces)


def compare(before: str, after: str) -> list[ChangedLine]:
    """Return the later text line by line, with what went out and what came in."""
    old, new = before.split("\n"), after.split("\n")
    lines: list[ChangedLine] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            lines += [ChangedLine(at + 1, (Piece("same", new[at]),)) for at in range(b1, b2)]
        else:
            lines += _passage(old[a1:a2], new[b1:b2], first=b1 + 1)
    return lines


def _passage(old: Sequence[str], new: Sequence[str], *, first: int) -> Iterator[ChangedLine]:
    """Compare changed lines with each other in their order; what is left over went out or came in whole."""
    for at in range(max(len(old), len(new))):
        if at >= len(new):
            yield ChangedLine(None, (Piece("out", old[at] or _NO_WORDS),))
        elif at >= len(old):
            yield ChangedLine(first + at, (Piece("in", new[at] or _NO_WORDS),))
        else:
            yield ChangedLine(first + at, tuple(_words(old[at], new[at])))


def _words(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > _MOST_WORDS:
        yield from (Piece("out", before), Piece("in", after))
        return
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(new[b1:b2]))
            continue
        if a2 > a1:
            yield Piece("out", "".join(old[a1:a2]))
        if b2 > b1:
            yield Piece("in", "".join(new[b1:b2]))
