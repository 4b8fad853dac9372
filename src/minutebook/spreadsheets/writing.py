"""Writing tables as CSV and XLSX, so that no spreadsheet runs what a cell holds.

A CSV cell that begins like a formula gets an apostrophe, which reading takes off again; a cell of a workbook is
marked as text.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "'")
_WIDEST = 48  # characters of a column
_HEAD = PatternFill("solid", fgColor="EDEFF2")


def text_of(value: Any) -> str:
    """Return a value as a file has it, and as reading takes it back."""
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return value.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value.normalize():f}"
        case _:
            return str(value)


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield a CSV a few rows at a time, with the mark by which Excel knows UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_guarded(text_of(value)) for value in row])
        if text.tell() > 64 * 1024:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_RUN_BY_SPREADSHEETS) else text


class WorkbookWriter:
    """A workbook written sheet by sheet and row by row: it never stands in memory as a whole."""

    def __init__(self) -> None:
        self.book = Workbook(write_only=True)

    def add_sheet(
        self,
        title: str,
        headings: Sequence[str],
        rows: Iterable[Sequence[Any]],
        *,
        required: Sequence[bool] = (),
    ) -> None:
        """Add a sheet with its headings, which stay in view."""
        sheet = self.book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for index, heading in enumerate(headings, start=1):
            width = min(_WIDEST, max(14, len(heading) + 4))
            sheet.column_dimensions[get_column_letter(index)].width = width
        sheet.append(
            [self._head(sheet, text, bold=not required or required[i]) for i, text in enumerate(headings)]
        )
        for row in rows:
            sheet.append([self._cell(sheet, value) for value in row])

    def add_notes(self, title: str, lines: Iterable[Sequence[str]]) -> None:
        """Add a sheet of sentences."""
        sheet = self.book.create_sheet(title)
        for column, width in (("A", 20), ("B", 32), ("C", 90)):
            sheet.column_dimensions[column].width = width
        for line in lines:
            cells = [self._cell(sheet, text) for text in line]
            for cell in cells:
                if cell is not None:
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
            sheet.append(cells)

    def save(self, stream: IO[bytes]) -> None:
        self.book.save(stream)

    def _head(self, sheet: Any, text: str, *, bold: bool) -> Any:
        cell = WriteOnlyCell(sheet, text)
        cell.font, cell.fill = Font(bold=bold), _HEAD
        return cell

    def _cell(self, sheet: Any, value: Any) -> Any:
        """Return a cell: numbers as numbers; all else, also days, as text that nothing runs or converts."""
        if value is None or value == "":
            return None
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
            return WriteOnlyCell(sheet, value)
        text = text_of(value)
        cell = WriteOnlyCell(sheet, text)
        cell.data_type = "s"
        if text.startswith(_RUN_BY_SPREADSHEETS):
            cell.quotePrefix = True
        return cell
