"""Putting the values into a tree that was parsed without them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from minutebook.documents.blocks import Block, Heading, ListBlock, Paragraph, Run, Runs, Table
from minutebook.documents.filters import BadValue
from minutebook.documents.macros import Placed

_TOKEN = re.compile("([\U000f0000-\U000ffffd\U00100000-\U0010fffd])")
_PLANE = 0xFFFE  # tokens in each of the two supplementary planes for private use
_DEEPEST = 4  # heading level


@dataclass(slots=True)
class Collector:
    """The values of one rendering, each behind one private-use character."""

    values: list[str | Placed] = field(default_factory=list)

    def add(self, value: str | Placed) -> str:
        index = len(self.values)
        if index >= 2 * _PLANE:
            raise BadValue("the document has too many values")
        self.values.append(value)
        return chr(0xF0000 + index if index < _PLANE else 0x100000 + index - _PLANE)

    def __getitem__(self, token: str) -> str | Placed:
        code = ord(token)
        return self.values[code - 0xF0000 if code < 0x100000 else code - 0x100000 + _PLANE]  # noqa: PLR2004 - plane 16


def fill(blocks: tuple[Block, ...], collector: Collector) -> tuple[Block, ...]:
    """Return the blocks with every value in its place. Raises BadValue for blocks inside a heading or a cell.

    Paragraphs and headings that come out empty are left out; a heading is at most one level below the one
    before.
    """
    return _levelled(tuple(part for block in blocks for part in _filled(block, collector)))


def fill_text(text: str, collector: Collector) -> str:
    return "".join(_text(piece, collector) for piece in _TOKEN.split(text))


def _filled(block: Block, collector: Collector) -> Iterator[Block]:
    match block:
        case Paragraph(runs):
            yield from _paragraphs(runs, collector)
        case Heading(level, runs):
            filled = _runs(runs, collector)
            if any(run.text.strip() for run in filled):
                yield Heading(level, filled)
        case ListBlock(kind, items, start, tight):
            inner = tuple(
                tuple(part for block in item for part in _filled(block, collector)) for item in items
            )
            yield ListBlock(kind, inner, start, tight)
        case Table(header, rows, alignments):
            yield Table(_cells(header, collector), tuple(_cells(row, collector) for row in rows), alignments)
        case _:
            yield block


def _paragraphs(runs: Runs, collector: Collector) -> Iterator[Block]:
    """A paragraph, parted where finished blocks stand in it."""
    gathered: list[Run] = []
    for run in runs:
        for piece in filter(None, _TOKEN.split(run.text)):
            value = collector[piece] if _TOKEN.fullmatch(piece) else piece
            if isinstance(value, Placed):
                yield from _paragraph(gathered)
                yield from value.blocks
                gathered = []
            else:
                gathered.append(Run(value, run.bold, run.italic))
    yield from _paragraph(gathered)


def _paragraph(runs: list[Run]) -> Iterator[Block]:
    if any(run.text.strip() for run in runs):
        yield Paragraph(_merged(runs))


def _cells(cells: tuple[Runs, ...], collector: Collector) -> tuple[Runs, ...]:
    return tuple(_runs(cell, collector) for cell in cells)


def _runs(runs: Runs, collector: Collector) -> Runs:
    return _merged([Run(fill_text(run.text, collector), run.bold, run.italic) for run in runs])


def _merged(runs: list[Run]) -> Runs:
    merged: list[Run] = []
    for run in runs:
        if merged and (merged[-1].bold, merged[-1].italic) == (run.bold, run.italic):
            merged[-1] = Run(merged[-1].text + run.text, run.bold, run.italic)
        elif run.text:
            merged.append(run)
    return tuple(merged)


def _text(piece: str, collector: Collector) -> str:
    value = collector[piece] if _TOKEN.fullmatch(piece) else piece
    if isinstance(value, Placed):
        raise BadValue("a macro stands on a line of its own, not in a heading, a table or the title")
    return value


def _levelled(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    levelled: list[Block] = []
    previous = 1
    for block in blocks:
        if isinstance(block, Heading) and block.level > 1:
            previous = min(block.level, previous + 1, _DEEPEST)
            levelled.append(Heading(previous, block.runs))
        else:
            levelled.append(block)
    return tuple(levelled)
