"""Keeping what was understood of an import: the findings beside its rows, and what it would make."""

from datetime import datetime
from itertools import batched

from django.db import transaction
from django.utils import timezone

from minutebook.activity.models import record
from minutebook.firms.models import User
from minutebook.spreadsheets.dates import Evidence
from minutebook.spreadsheets.headings import key_of, mapping_of
from minutebook.spreadsheets.layout import SheetLayout
from minutebook.spreadsheets.lines import Line
from minutebook.spreadsheets.models import RememberedColumns, SpreadsheetImport, StagedRow
from minutebook.spreadsheets.registers import REGISTERS
from minutebook.spreadsheets.understanding import understand

_BATCH = 500
Finding = StagedRow.Finding
State = SpreadsheetImport.State


def check_rows(sent: SpreadsheetImport) -> None:
    """Understand the import as it stands, and say beside every row what is wrong in it."""
    sent.done = 0
    found = understand(sent, heard=lambda done: say_progress(sent, done))
    with transaction.atomic():
        left_out = _rows_without_register(sent)
        rows = StagedRow.objects.filter(upload=sent)
        rows.update(finding=Finding.FINE, says=[])
        rows.filter(is_left_out=True).update(finding=Finding.SKIPPED)
        rows.filter(sheet__in=left_out).update(finding=Finding.SKIPPED)
        told = (line for line in found.lines if line.says or line.is_skipped)
        for batch in batched(told, _BATCH, strict=False):
            StagedRow.objects.bulk_update(map(_row_of, batch), ["finding", "says"])
        sent.state, sent.problem, sent.counts = State.CHECKED, "", found.counts
        sent.save(update_fields=["state", "problem", "counts"])


def say_progress(sent: SpreadsheetImport, done: int) -> None:
    """Let the page show how far it is. Never inside the transaction that imports: nobody would see it."""
    sent.done = done
    SpreadsheetImport.objects.filter(pk=sent.pk).update(done=done, heard_at=timezone.now())


@transaction.atomic
def choose_columns(
    sent: SpreadsheetImport,
    sheets: list[SheetLayout],
    *,
    order: str,
    known_companies: str,
    known_people: str,
    by: User,
) -> None:
    """Keep how the sheets are to be read, and remember it for the next file with these headings."""
    sent.sheets = [sheet.kept() for sheet in sheets]
    sent.order, sent.known_companies, sent.known_people = order, known_companies, known_people
    sent.save(update_fields=["sheets", "order", "known_companies", "known_people"])
    for sheet in sheets:
        RememberedColumns.objects.update_or_create(
            headings=key_of(sheet.headings),
            firm_id=sent.firm_id,
            defaults={"register": sheet.register, "mapping": sheet.mapping},
        )
    record("import.columns_chosen", sent, sentence=f"Columns of {sent.name} confirmed", by=by)


def date_evidence(sheets: list[SheetLayout]) -> Evidence:
    """Return what all dates of an import prove together."""
    found = Evidence()
    for sheet in sheets:
        found += sheet.date_evidence
    return found


def with_register(sheet: SheetLayout, register: str) -> SheetLayout:
    """Return a sheet read as another register, with its columns recognised anew."""
    if register != sheet.register:
        fields = REGISTERS.get(register)
        found = mapping_of(fields, sheet.headings) if fields else {}
        sheet.register, sheet.mapping = register, {str(index): key for index, key in found.items()}
    return sheet


@transaction.atomic
def mend_cells(
    sent: SpreadsheetImport, mended: dict[int, dict[str, str]], left_out: set[int], *, by: User
) -> int:
    """Put typed corrections into the rows, leave rows out, and return how many rows changed."""
    layouts = [SheetLayout.of(kept) for kept in sent.sheets]
    changed = []
    for row in StagedRow.objects.filter(upload=sent, pk__in={*mended, *left_out}):
        before = (list(row.cells), row.is_left_out)
        for key, text in mended.get(row.pk, {}).items():
            _put(row, layouts[row.sheet], key, text)
        row.is_left_out = row.pk in left_out
        if before != (row.cells, row.is_left_out):
            changed.append(row)
    if changed:
        StagedRow.objects.bulk_update(changed, ["cells", "is_left_out"])
        SpreadsheetImport.objects.filter(pk=sent.pk).update(sheets=[layout.kept() for layout in layouts])
        sent.sheets = [layout.kept() for layout in layouts]
        rows = "1 row" if len(changed) == 1 else f"{len(changed)} rows"
        record("import.mended", sent, sentence=f"Corrected {rows} of {sent.name}", by=by)
    return len(changed)


def _put(row: StagedRow, layout: SheetLayout, key: str, text: str) -> None:
    """Put a text where its column stands; a column that the file lacks gets a place at the end."""
    index = layout.index_of.get(key)
    if index is None:
        column = layout.fields.column(key) if layout.fields else None
        if column is None:
            return
        index = len(layout.headings)
        layout.headings.append(column.label)
        layout.mapping[str(index)] = key
    row.cells.extend([""] * (index + 1 - len(row.cells)))
    row.cells[index] = text.strip()[:2000]


def _rows_without_register(sent: SpreadsheetImport) -> list[int]:
    return [index for index, kept in enumerate(sent.sheets) if not kept["register"]]


def _row_of(line: Line) -> StagedRow:
    return StagedRow(pk=line.pk, finding=_finding_of(line), says=[list(each) for each in line.says])


def _finding_of(line: Line) -> Finding:
    if line.has_errors:
        return Finding.ERROR
    if line.is_skipped:
        return Finding.SKIPPED
    return Finding.WARNING if line.says else Finding.FINE


def is_ready(sent: SpreadsheetImport) -> bool:
    """Tell whether an import has nothing left to mend."""
    return (
        sent.state == State.CHECKED
        and not StagedRow.objects.filter(upload=sent, finding=Finding.ERROR).exists()
    )


def silent_sentence(sent: SpreadsheetImport, *, now: datetime) -> str:
    """Return what to say of an import whose worker was stopped, or nothing."""
    if not sent.is_silent(now=now):
        return ""
    return {
        State.READING: "Minutebook was stopped while it read the file. Nothing was imported.",
        State.CHECKING: "Minutebook was stopped while it checked the rows. Nothing was imported.",
        State.IMPORTING: "Minutebook was stopped while it imported. Nothing of the file is in the registers.",
    }[State(sent.state)]
