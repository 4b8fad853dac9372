"""Reading CSV and XLSX files into rows of text, without trusting them.

Everything is bounded before it is read: the file, what it unpacks to, its rows, its columns, its cells. XML
goes through defusedxml. Text comes out as it was typed, days of Excel as 2017-03-14, formulas as the value
that Excel last saved.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import PurePath
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException

MEGABYTE = 1024 * 1024
LARGEST_FILE = 25 * MEGABYTE
LARGEST_UNPACKED = 250 * MEGABYTE  # 5,000 companies with all registers unpack to about 40 MB
LARGEST_STRINGS = 60 * MEGABYTE  # of a workbook: openpyxl holds them in memory
MOST_ROWS = 200_000
MOST_COLUMNS = 120
LONGEST_CELL = 2_000
MOST_SHEETS = 30


class CannotRead(Exception):
    """The file is not taken; the message says why and what to do."""


@dataclass(slots=True)
class Sheet:
    """One sheet of a file. Its rows are read once, with their numbers as the spreadsheet shows them."""

    name: str
    rows: Iterator[tuple[int, list[str]]]
    from_1904: bool = False
    is_hidden: bool = False
    notes: list[str] = field(default_factory=list)  # complete once the rows were read


def check_size(name: str, size: int) -> None:
    """Refuse a file that is too large to be a register. Raises CannotRead."""
    if size > LARGEST_FILE:
        raise CannotRead(
            f"{name} has {size / MEGABYTE:.0f} MB, and a file may have {LARGEST_FILE // MEGABYTE} MB. "
            "Take out pictures and sheets that are not registers, or send one file a register."
        )
    if not size:
        raise CannotRead(f"{name} is empty. Choose the file again.")


def sheets_of(name: str, stream: IO[bytes]) -> Iterator[Sheet]:
    """Return the sheets of a file that can be sought in, one at a time. Raises CannotRead, also while read."""
    start = stream.read(8)
    stream.seek(0)
    if start.startswith(b"PK"):
        yield from _sheets_of_workbook(name, stream)
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        raise CannotRead(
            f"{name} is an old .xls file or has a password. Save it in Excel as .xlsx without a password."
        )
    elif start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"{\\rtf")):
        raise CannotRead(f"{name} is no spreadsheet. Choose a .csv or an .xlsx file.")
    else:
        yield _sheet_of_text(name, stream)


# --- CSV ---------------------------------------------------------------------------------------------


def _sheet_of_text(name: str, stream: IO[bytes]) -> Sheet:
    encoding = _encoding_of(name, stream)
    notes = [f"{name} is in an older encoding (Windows-1252)."] if encoding == "cp1252" else []
    return Sheet(name=PurePath(name).stem, rows=_rows_of_text(name, stream, encoding), notes=notes)


def _encoding_of(name: str, stream: IO[bytes]) -> str:
    start = stream.read(4096)
    stream.seek(0)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start.count(b"\0") > len(start) // 4:
        return "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"
    if b"\0" in start:
        raise CannotRead(f"{name} is no spreadsheet. Choose a .csv or an .xlsx file.")
    return "utf-8" if _is_utf8(stream) else "cp1252"


def _is_utf8(stream: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(MEGABYTE):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.seek(0)
    return True


def _rows_of_text(name: str, stream: IO[bytes], encoding: str) -> Iterator[tuple[int, list[str]]]:
    errors = "replace" if encoding == "cp1252" else "strict"
    text = io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="")
    lines = iter(text)
    try:
        first = list(islice(lines, 20))
        delimiter = _delimiter_of(first)
        said = bool(first) and first[0].lower().startswith("sep=")
        reader = csv.reader(_both(first[1:] if said else first, lines), delimiter=delimiter)
        for row in reader:
            number = reader.line_num + said
            yield _bounded(name, number, [_unguarded(cell) for cell in row])
    except (csv.Error, UnicodeError) as problem:
        raise CannotRead(
            f"{name} cannot be read as a table ({problem}). Save it as .xlsx and try again."
        ) from problem
    finally:
        text.detach()  # whoever opened the file closes it


def _both(first: Sequence[str], rest: Iterator[str]) -> Iterator[str]:
    yield from first
    yield from rest


def _delimiter_of(lines: Sequence[str]) -> str:
    """Return what parts the cells: what occurs alike in the most lines, outside quotes."""
    if lines and lines[0].lower().startswith("sep="):
        return lines[0][4:5].strip("\r\n") or ","
    plain = [re.sub(r'"[^"]*"', "", line) for line in lines if line.strip()]
    counts = {mark: sorted(line.count(mark) for line in plain) for mark in ",;\t|"}
    return max(counts, key=lambda mark: (_median(counts[mark]), sum(counts[mark])))


def _median(counts: Sequence[int]) -> int:
    return counts[len(counts) // 2] if counts else 0


def _unguarded(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from running what begins with = + - or @."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@", "'", "\t", "\r"} else cell


# --- XLSX --------------------------------------------------------------------------------------------


def _sheets_of_workbook(name: str, stream: IO[bytes]) -> Iterator[Sheet]:
    with _refusing(name):
        with zipfile.ZipFile(stream) as archive:
            _check_unpacked(name, archive)
        stream.seek(0)
        with closing(
            openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        ) as book:
            for sheet in islice(book.worksheets, MOST_SHEETS):
                yield _sheet_of(name, stream, book, sheet)


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """Turn what openpyxl raises for files that are damaged, or no workbook, into CannotRead."""
    try:
        yield
    except DefusedXmlException as problem:
        raise CannotRead(
            f"{name} holds XML that could attack the reader. Open it in Excel and save it again."
        ) from problem
    except (
        zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, KeyError, ValueError, TypeError,
        AttributeError, EOFError, IndexError, NotImplementedError, SyntaxError, OverflowError,
    ) as problem:  # fmt: skip
        raise CannotRead(
            f"{name} is damaged, or no Excel workbook. Open it in Excel, save it as .xlsx and try again."
        ) from problem


def _check_unpacked(name: str, archive: zipfile.ZipFile) -> None:
    """Refuse a small file that unpacks to a huge one. zipfile unpacks no more than an entry declares."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    strings = sum(entry.file_size for entry in entries if entry.filename.endswith("sharedStrings.xml"))
    if unpacked > LARGEST_UNPACKED or strings > LARGEST_STRINGS or len(entries) > 5_000:  # noqa: PLR2004
        raise CannotRead(
            f"{name} unpacks to {unpacked / MEGABYTE:,.0f} MB, more than registers have. Send one file a register."
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise CannotRead(f"{name} has a password. Save it without one.")
    if "xl/workbook.xml" not in archive.namelist():
        raise CannotRead(f"{name} is a packed file and no Excel workbook. Unpack it, or save it as .xlsx.")


def _sheet_of(name: str, stream: IO[bytes], book: Any, sheet: Any) -> Sheet:
    found = Sheet(
        name=sheet.title,
        rows=iter(()),
        from_1904=book.epoch == CALENDAR_MAC_1904,
        is_hidden=sheet.sheet_state != "visible",
    )
    marks = _marks_of(stream, sheet._worksheet_path)  # noqa: SLF001  # where the sheet is in the archive
    found.rows = _rows_of_sheet(name, sheet, marks, found.notes)
    return found


@dataclass(slots=True)
class _Marks:
    """What openpyxl does not tell when it reads row by row."""

    unsaved: set[str] = field(default_factory=set)  # cells with a formula and no value
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # columns and rows, from and to


_FORMULA_WITHOUT_VALUE = re.compile(
    rb'<c\b[^>]*\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<f\b(?:[^>]*/>|[^<]*</f>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
_MERGED = re.compile(rb'<mergeCell\b[^>]*\bref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_OVERLAP = 4_000  # bytes in which a cell that lies across two chunks is found
_MOST_MERGED = 5_000


def _marks_of(stream: IO[bytes], path: str) -> _Marks:
    """Look through a sheet's XML for merged cells and for formulas without a value, a chunk at a time."""
    marks, merged = _Marks(), set()
    with zipfile.ZipFile(stream) as archive, archive.open(path) as entry:
        kept = b""
        while chunk := entry.read(MEGABYTE):
            text = kept + chunk
            marks.unsaved.update(cell.decode() for cell in _FORMULA_WITHOUT_VALUE.findall(text))
            merged.update(_MERGED.findall(text))
            kept = text[-_OVERLAP:]
    for each in islice(sorted(merged), _MOST_MERGED):
        first_column, first_row, last_column, last_row = range_boundaries(each.decode())
        marks.merged.append(
            (int(first_column or 1), int(first_row or 1), int(last_column or 1), int(last_row or 1))
        )
    return marks


def _rows_of_sheet(name: str, sheet: Any, marks: _Marks, notes: list[str]) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what a file says of its size is not believed
    spread = _Spread(marks.merged)
    if marks.unsaved:
        some = ", ".join(sorted(marks.unsaved)[:5])
        notes.append(
            f"{len(marks.unsaved)} formulas of {sheet.title} have no saved value ({some}). "
            "Open the file in Excel, save it, and send it again; these cells count as empty."
        )
    for number, row in enumerate(_read_rows(name, sheet), start=1):
        if not row and number < MOST_ROWS * 6:
            continue
        cells = spread.fill(number, [_text_of(cell) for cell in row])
        yield _bounded(name, number, cells)
    if spread.filled:
        notes.append(
            f"{sheet.title} has merged cells. Each row they cover was given their value; check rows that share one."
        )


def _read_rows(name: str, sheet: Any) -> Iterator[Any]:
    with _refusing(name):
        yield from sheet.iter_rows(values_only=True)


class _Spread:
    """Gives every row under a merged cell its value, in the column where it stands."""

    def __init__(self, merged: Sequence[tuple[int, int, int, int]]) -> None:
        self.merged = [each for each in merged if each[3] > each[1]]
        self.values: dict[tuple[int, int], str] = {}
        self.filled = 0

    def fill(self, number: int, cells: list[str]) -> list[str]:
        for column, first, _, last in self.merged:
            if not first <= number <= last:
                continue
            if number == first:
                self.values[column, first] = cells[column - 1] if column <= len(cells) else ""
            elif value := self.values.get((column, first), ""):
                cells.extend([""] * (column - len(cells)))
                if not cells[column - 1]:
                    cells[column - 1] = value
                    self.filled += 1
        return cells


def _text_of(value: object) -> str:  # noqa: PLR0911  # one line for each type that a cell has
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case time():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 10**15:  # Excel's own precision
            return str(int(value))
        case float():
            return f"{value:.15g}"
        case _:
            return str(value)


def _bounded(name: str, number: int, cells: list[str]) -> tuple[int, list[str]]:
    if number > MOST_ROWS * 6:
        raise CannotRead(f"{name} has more than {MOST_ROWS:,} rows. Send it in parts, companies together.")
    while cells and not cells[-1].strip():
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise CannotRead(f"{name} has more than {MOST_COLUMNS} columns in row {number}. It is no register.")
    return number, [cell[:LONGEST_CELL] for cell in cells]
