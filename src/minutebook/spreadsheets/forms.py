"""What a person says of an import: which files, and how their columns are read."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.base import File

from minutebook.spreadsheets.checking import date_evidence, with_register
from minutebook.spreadsheets.dates import Order
from minutebook.spreadsheets.layout import SheetLayout
from minutebook.spreadsheets.models import SpreadsheetImport
from minutebook.spreadsheets.registers import REGISTERS


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several."""

    widget = _SeveralFiles(attrs={"accept": ".csv,.xlsx,.tsv,.txt", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:  # noqa: ARG002  # Django’s signature
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            raise forms.ValidationError("Choose a .csv or an .xlsx file.")
        return files


class SendForm(forms.Form):
    spreadsheets = FilesField(
        label="Spreadsheets",
        help_text="One workbook with a sheet for each register, or one file a register. "
        "CSV or XLSX, up to 25 MB each.",
    )

    def uploads(self) -> Sequence[File[Any]]:
        uploads: Sequence[File[Any]] = self.cleaned_data["spreadsheets"]
        return uploads


class ChoicesForm(forms.Form):
    """How dates are written, and what happens with what is here already."""

    order = forms.ChoiceField(
        label="Dates in numbers are",
        widget=forms.RadioSelect,
        choices=[(Order.DAY_FIRST, "Day first: 14/03/2017"), (Order.MONTH_FIRST, "Month first: 03/14/2017")],
        error_messages={
            "required": "Nothing in the file proves which comes first. Say which: a wrong guess would "
            "spoil every date."
        },
    )
    known_companies = forms.ChoiceField(
        label="Companies that are here already", widget=forms.RadioSelect, choices=SpreadsheetImport.Known
    )
    known_people = forms.ChoiceField(
        label="People who are here already",
        widget=forms.RadioSelect,
        choices=SpreadsheetImport.KnownPerson,
        help_text="Known by director ID, by name with date of birth, or by ACN; never by name alone.",
    )


def choices_form(sent: SpreadsheetImport, data: Mapping[str, Any] | None = None) -> ChoicesForm:
    """Return the form; the order of dates is chosen beforehand only where the dates prove it."""
    evidence = date_evidence([SheetLayout.of(kept) for kept in sent.sheets])
    proved = evidence.order if not evidence.is_ambiguous else None
    if proved is None and not evidence.either:
        proved = Order.DAY_FIRST
    initial = {
        "order": sent.order or proved,
        "known_companies": sent.known_companies,
        "known_people": sent.known_people,
    }
    return ChoicesForm(data, initial=initial)


def typed_layouts(sent: SpreadsheetImport, data: Mapping[str, Any]) -> tuple[list[SheetLayout], bool]:
    """Return the sheets as chosen, and whether a register was changed, so that its columns have to be seen anew."""
    layouts, is_changed = [], False
    for position, kept in enumerate(sent.sheets):
        layout = SheetLayout.of(kept)
        register = data.get(f"register-{position}", layout.register)
        if register in {"", *REGISTERS} and register != layout.register:
            with_register(layout, register)
            is_changed = True
        elif layout.fields:
            layout.mapping = _typed_mapping(layout, position, data)
        layouts.append(layout)
    return layouts, is_changed


def mapping_problems(layouts: Sequence[SheetLayout]) -> list[str]:
    """Say what keeps the rows from being checked."""
    problems = [
        f"{layout.name}: which column is {', which is '.join(layout.missing)}?"
        for layout in layouts
        if layout.missing
    ]
    if not any(layout.fields for layout in layouts):
        problems.append("Say of at least one sheet which register it holds.")
    return problems


def _typed_mapping(layout: SheetLayout, position: int, data: Mapping[str, Any]) -> dict[str, str]:
    """Return the columns as chosen. A column chosen twice stands for its first heading only."""
    mapping: dict[str, str] = {}
    for index in range(len(layout.headings)):
        key = data.get(f"column-{position}-{index}", "")
        if key and layout.fields and layout.fields.column(key) and key not in mapping.values():
            mapping[str(index)] = key
    return mapping
