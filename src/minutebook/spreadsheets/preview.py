"""The rows of an import as its page shows them: those that need somebody first, errors beside their cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count

from minutebook.spreadsheets.layout import SheetLayout
from minutebook.spreadsheets.models import SpreadsheetImport, StagedRow

PER_PAGE = 50
Finding = StagedRow.Finding


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    key: str
    label: str
    text: str
    errors: Sequence[str]
    warnings: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class PreviewRow:
    pk: int
    number: int
    finding: int
    is_left_out: bool
    cells: Sequence[Cell]
    of_row: Sequence[str]  # what is said of the row as a whole


@dataclass(frozen=True, kw_only=True, slots=True)
class Tab:
    """A sheet, with how many of its rows need somebody."""

    position: int
    name: str
    noun: str
    rows: int
    errors: int
    warnings: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    tabs: Sequence[Tab]
    tab: Tab | None
    show: str
    views: Sequence[tuple[str, str, int]]  # code, label, count
    columns: Sequence[str]
    rows: Sequence[PreviewRow]
    page: Page[Any]
    errors: int
    warnings: int


_VIEWS = (
    ("", "All rows", None),
    ("errors", "To mend", Finding.ERROR),
    ("warnings", "To look at", Finding.WARNING),
    ("skipped", "Left as they are", Finding.SKIPPED),
    ("fine", "Fine", Finding.FINE),
)


def preview_of(sent: SpreadsheetImport, asked: Mapping[str, str]) -> Preview:
    """Return one page of one sheet, the sheet with the most to mend unless another is asked for."""
    counts = _counts(sent)
    layouts = [SheetLayout.of(kept) for kept in sent.sheets]
    tabs = [
        Tab(
            position=position,
            name=layout.name,
            noun=layout.fields.title,
            rows=sum(counts.get(position, {}).values()),
            errors=counts.get(position, {}).get(Finding.ERROR, 0),
            warnings=counts.get(position, {}).get(Finding.WARNING, 0),
        )
        for position, layout in enumerate(layouts)
        if layout.fields
    ]
    tab = next((each for each in tabs if str(each.position) == asked.get("sheet")), None)
    tab = tab or max(tabs, key=lambda each: (each.errors, each.warnings, -each.position), default=None)
    show = asked.get("show", "")
    of_tab = counts.get(tab.position, {}) if tab else {}
    rows = StagedRow.objects.filter(upload=sent, sheet=tab.position if tab else -1).order_by(
        "finding", "number"
    )
    wanted = next((finding for code, _, finding in _VIEWS if code == show), None)
    if wanted is not None:
        rows = rows.filter(finding=wanted)
    page = Paginator(rows, PER_PAGE).get_page(asked.get("page"))
    layout = layouts[tab.position] if tab else None
    return Preview(
        tabs=tabs,
        tab=tab,
        show=show,
        page=page,
        views=[
            (code, label, sum(of_tab.values()) if finding is None else of_tab.get(finding, 0))
            for code, label, finding in _VIEWS
        ],
        columns=_labels(layout, page) if layout else [],
        rows=[_row(layout, row, _keys(layout, page)) for row in page] if layout else [],
        errors=sum(each.errors for each in tabs),
        warnings=sum(each.warnings for each in tabs),
    )


def _counts(sent: SpreadsheetImport) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = {}
    rows = StagedRow.objects.filter(upload=sent).values_list("sheet", "finding").annotate(Count("pk"))
    for sheet, finding, count in rows.order_by():
        found.setdefault(sheet, {})[finding] = count
    return found


def _keys(layout: SheetLayout, page: Page[Any]) -> list[str]:
    """Return the columns to show: those of the file, and those that something is said of."""
    told = {key for row in page for key, _, _ in row.says}
    mapped = set(layout.mapping.values())
    columns = layout.fields.columns if layout.fields else ()
    return [column.key for column in columns if column.key in mapped or column.key in told]


def _labels(layout: SheetLayout, page: Page[Any]) -> list[str]:
    fields = layout.fields
    columns = [fields.column(key) for key in _keys(layout, page)] if fields else []
    return [column.label for column in columns if column]


def _row(layout: SheetLayout, row: StagedRow, keys: Sequence[str]) -> PreviewRow:
    texts = layout.texts(row.cells)
    return PreviewRow(
        pk=row.pk,
        number=row.number,
        finding=row.finding,
        is_left_out=row.is_left_out,
        cells=[
            Cell(
                key=key,
                label=label,
                text=texts.get(key, ""),
                errors=[text for said, text, is_error in row.says if said == key and is_error],
                warnings=[text for said, text, is_error in row.says if said == key and not is_error],
            )
            for key, label in _labelled(layout, keys)
        ],
        of_row=[text for said, text, _ in row.says if not said],
    )


def _labelled(layout: SheetLayout, keys: Sequence[str]) -> list[tuple[str, str]]:
    columns = [layout.fields.column(key) for key in keys] if layout.fields else []
    return [(column.key, column.label) for column in columns if column]
