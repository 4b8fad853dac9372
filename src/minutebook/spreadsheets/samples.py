"""The files to begin with: a template with a sheet per register, and the spreadsheet of what is left to mend."""

from collections.abc import Iterator, Sequence
from typing import IO

from minutebook.spreadsheets.headings import FINDINGS
from minutebook.spreadsheets.layout import SheetLayout
from minutebook.spreadsheets.models import SpreadsheetImport, StagedRow
from minutebook.spreadsheets.registers import REGISTERS, Column, Kind, Register
from minutebook.spreadsheets.writing import WorkbookWriter, csv_lines

_KINDS = {
    Kind.DATE: "A day: 14/03/2017 or 2017-03-14.",
    Kind.ACN: "An ACN: nine digits. Lost leading zeros are put back.",
    Kind.ABN: "An ABN: eleven digits.",
    Kind.DIRECTOR_ID: "A director ID: fifteen digits that begin with 036.",
    Kind.STATE: "A state or territory: VIC or Victoria.",
    Kind.COUNTRY: "A country by name or two letters.",
    Kind.EMAIL: "An e-mail address.",
    Kind.WHOLE: "A whole number: 1200 or 1,200.",
    Kind.DOLLARS: "Dollars: 1.50 or $1.50.",
    Kind.YES_NO: "Yes or No.",
    Kind.ADDRESS: "An address in one line: 17 Bastings Street, Northcote VIC 3070.",
}
_NOTES = (
    (
        "",
        "How to fill this in",
        "One row for each company, officeholder, address, class, holding or transaction.",
    ),
    (
        "",
        "",
        "Columns in bold are needed. Your own headings are recognised too, and sheets you do not need can go.",
    ),
    (
        "",
        "",
        "Rows belong to a company by its ACN. People become one contact by director ID, or by name and birth date.",
    ),
    (
        "",
        "",
        "Past allotments, transfers and cancellations go to Transactions; the register of members is made of them.",
    ),
    (
        "",
        "",
        "Where Holdings has the same class as well, both must agree. Nothing is imported before you have seen it.",
    ),
)


def write_template(stream: IO[bytes]) -> None:
    """Write the workbook with an empty sheet for each register, and one of notes."""
    book = WorkbookWriter()
    for register in REGISTERS.values():
        book.add_sheet(
            register.title,
            [each.label for each in register.columns],
            (),
            required=[each.required for each in register.columns],
        )
    book.add_notes("Notes", [("Sheet", "Column", "What it holds"), *_NOTES, *_column_notes()])
    book.save(stream)


def template_csv(register: Register) -> Iterator[bytes]:
    return csv_lines([each.label for each in register.columns], ())


def write_problems(sent: SpreadsheetImport, stream: IO[bytes]) -> None:
    """Write the rows that need somebody, as they stand, with the sentences in a last column."""
    book = WorkbookWriter()
    for index, kept in enumerate(sent.sheets):
        layout = SheetLayout.of(kept)
        rows = StagedRow.objects.filter(
            upload=sent, sheet=index, finding__in=[StagedRow.Finding.ERROR, StagedRow.Finding.WARNING]
        ).order_by("finding", "number")
        if layout.fields and rows.exists():
            book.add_sheet(
                layout.name[:31], [*layout.headings, FINDINGS], _with_sentences(layout, rows.iterator())
            )
    if not book.book.worksheets:
        book.add_notes("Notes", [("", "", "Nothing is left to mend.")])
    book.save(stream)


def _with_sentences(layout: SheetLayout, rows: Iterator[StagedRow]) -> Iterator[Sequence[str]]:
    for row in rows:
        cells = [*row.cells, *[""] * (len(layout.headings) - len(row.cells))]
        sentences = " ".join(f"{label_of(layout, key)}{sentence}" for key, sentence, _ in row.says)
        yield [*cells, f"Row {row.number}. {sentences}"]


def label_of(layout: SheetLayout, key: str) -> str:
    """Return "ACN: " for a column, and nothing for the whole row."""
    column = layout.fields.column(key) if layout.fields and key else None
    return f"{column.label}: " if column else ""


def _column_notes() -> Iterator[tuple[str, str, str]]:
    for register in REGISTERS.values():
        for column in register.columns:
            yield register.title, column.label, _note_of(column)


def _note_of(column: Column) -> str:
    choices = (
        "One of: " + "; ".join(words[0] for words in column.choices.values()) + "." if column.choices else ""
    )
    needed = "Needed." if column.required else ""
    kind = "" if column.note else _KINDS.get(column.kind, "")
    return " ".join(part for part in (needed, choices, kind, column.note) if part)
