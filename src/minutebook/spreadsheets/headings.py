"""Which register a sheet holds and what its columns are, told by their headings. Plain values."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minutebook.spreadsheets.registers import REGISTERS, Column, Register

FINDINGS = "What to mend"  # our own column in the spreadsheet of problems; never a column to import
_LOOKED_AT = 25  # rows in which the headings are looked for
_TOTAL = re.compile(
    r"(grand |sub)?\s?totals?\b.*|sum|count|records?:?.*|end of (report|list).*", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recognised:
    """Where a sheet's headings stand, which register it holds, and which cell of a row is which column."""

    row: int  # index among the sheet's rows; those above are titles
    register: str  # a code, or nothing where it could not be told
    mapping: Mapping[int, str]


def recognise(sheet_name: str, rows: Sequence[Sequence[str]]) -> Recognised:
    """Find the headings among a sheet's first rows, below any title."""
    best = Recognised(row=_first_full(rows), register="", mapping={})
    if _folded(sheet_name) in {"notes", "instructions", "readme"}:
        return best
    score = 0.0
    for index, row in enumerate(rows[:_LOOKED_AT]):
        for register in REGISTERS.values():
            mapping = mapping_of(register, row)
            worth = _worth(register, mapping, sheet_name)
            if len(mapping) > 1 and worth > score:
                best, score = Recognised(row=index, register=register.code, mapping=mapping), worth
    return best


def mapping_of(register: Register, headings: Sequence[str]) -> dict[int, str]:
    """Return which heading is which column: by the column's own heading first, then by what it is known as."""
    folded = [_folded(heading) for heading in headings]
    mapping: dict[int, str] = {}
    for names in (_own_names, _other_names):
        for column in register.columns:
            if column.key in mapping.values():
                continue
            wanted = names(column)
            index = next((i for i, name in enumerate(folded) if name in wanted and i not in mapping), None)
            if index is not None:
                mapping[index] = column.key
    return mapping


def key_of(headings: Sequence[str]) -> str:
    """Return what a set of headings is remembered by: the same for the same headings in the same order."""
    return hashlib.sha256("\x1f".join(map(_folded, headings)).encode()).hexdigest()


def is_total(cells: Sequence[str], *, width: int) -> bool:
    """Tell whether a row ends a list of so many columns instead of being in it."""
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return _TOTAL.fullmatch(first) is not None and sum(bool(cell.strip()) for cell in cells) <= width / 2


def _worth(register: Register, mapping: Mapping[int, str], sheet_name: str) -> float:
    required = [column for column in register.columns if column.required]
    found = sum(column.key in mapping.values() for column in required) / max(len(required), 1)
    named = _folded(sheet_name) in {
        _folded(name) for name in (register.title, register.code, *register.known_as)
    }
    return len(mapping) * found + (10 if named and mapping else 0)


def _own_names(column: Column) -> set[str]:
    return {_folded(column.label)}


def _other_names(column: Column) -> set[str]:
    return {_folded(name) for name in column.known_as}


def _folded(heading: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", heading.casefold()).split())


def _first_full(rows: Sequence[Sequence[str]]) -> int:
    several = (i for i, row in enumerate(rows[:_LOOKED_AT]) if sum(bool(cell.strip()) for cell in row) > 1)
    return next(several, 0)
