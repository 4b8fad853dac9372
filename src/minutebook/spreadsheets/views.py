"""Importing registers from spreadsheets, and exporting everything the firm owns."""

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minutebook.activity.models import record
from minutebook.firms.access import connector_required
from minutebook.firms.requests import FirmRequest
from minutebook.scope import same_scope
from minutebook.spreadsheets import export, samples
from minutebook.spreadsheets.checking import (
    choose_columns,
    date_evidence,
    is_ready,
    mend_cells,
    silent_sentence,
)
from minutebook.spreadsheets.files import MEGABYTE, CannotRead
from minutebook.spreadsheets.forms import SendForm, choices_form, mapping_problems, typed_layouts
from minutebook.spreadsheets.layout import SheetLayout
from minutebook.spreadsheets.models import SpreadsheetImport
from minutebook.spreadsheets.preview import preview_of
from minutebook.spreadsheets.registers import REGISTERS
from minutebook.spreadsheets.staging import same_as, take_files
from minutebook.spreadsheets.tasks import AT_ONCE, begin
from minutebook.spreadsheets.undoing import UsedSince, undo_import

_SMALL_FILE = MEGABYTE // 5  # read while its sender waits
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LATEST = 20
State = SpreadsheetImport.State


@require_http_methods(["GET", "POST"])
@connector_required
def send_files(request: FirmRequest) -> HttpResponse:
    """Take spreadsheets, and show those of before."""
    form = SendForm(request.POST, request.FILES) if request.method == "POST" else SendForm()
    if request.method == "POST" and form.is_valid():
        try:
            sent = take_files(form.uploads(), by=request.user, now=request.now)
        except CannotRead as problem:
            form.add_error("spreadsheets", str(problem))
        else:
            is_small = sum(upload.size for upload in form.uploads()) <= _SMALL_FILE
            begin(sent, State.READING, now=request.now, by=request.user, is_small=is_small)
            return redirect("spreadsheets:show", sent.pk)
    earlier = SpreadsheetImport.objects.select_related("sent_by").order_by("-sent_at")[:_LATEST]
    context = {"form": form, "earlier": earlier, "registers": REGISTERS.values()}
    return render(request, "spreadsheets/import.html", context, status=422 if form.errors else 200)


@require_GET
@connector_required
def show_import(request: FirmRequest, pk: int) -> HttpResponse:
    """Show an import at the step where it is."""
    sent = get_object_or_404(SpreadsheetImport.objects.select_related("sent_by"), pk=pk)
    if sent.state == State.COLUMNS or (sent.state == State.CHECKED and "columns" in request.GET):
        return _columns_page(request, sent)
    if sent.state == State.CHECKED:
        return _preview_page(request, sent)
    return render(request, "spreadsheets/progress.html", _progress(request, sent))


@require_GET
@connector_required
def progress(request: FirmRequest, pk: int) -> HttpResponse:
    """Show how far a step is; once it is done, the page itself."""
    sent = get_object_or_404(SpreadsheetImport.objects.select_related("sent_by"), pk=pk)
    if not sent.is_moving:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "spreadsheets/progress.html#moving", _progress(request, sent))


@require_POST
@connector_required
def columns(request: FirmRequest, pk: int) -> HttpResponse:
    """Keep how the columns are read, and check the rows."""
    sent = get_object_or_404(SpreadsheetImport.objects, pk=pk, state__in=[State.COLUMNS, State.CHECKED])
    layouts, is_changed = typed_layouts(sent, request.POST)
    form = choices_form(sent, request.POST)
    problems = mapping_problems(layouts)
    if is_changed or problems or not form.is_valid():
        return _columns_page(
            request, sent, layouts=layouts, form=form, problems=[] if is_changed else problems, status=422
        )
    choose_columns(sent, layouts, by=request.user, **form.cleaned_data)
    _check(request, sent)
    return redirect("spreadsheets:show", pk)


@require_POST
@connector_required
def mend(request: FirmRequest, pk: int) -> HttpResponse:
    """Put corrections into the rows, and check them again."""
    sent = get_object_or_404(SpreadsheetImport.objects, pk=pk, state=State.CHECKED)
    mended: dict[int, dict[str, str]] = {}
    for name, text in request.POST.items():
        kind, _, rest = name.partition("-")
        number, _, key = rest.partition("-")
        if kind in {"cell", "row"} and number.isdigit():
            mended.setdefault(int(number), {}).update({key: str(text)} if kind == "cell" else {})
    left_out = {int(each) for each in request.POST.getlist("left_out") if each.isdigit()}
    if mend_cells(sent, mended, left_out, by=request.user):
        _check(request, sent)
    return redirect(
        f"{request.POST.get('back') or ''}"
        if _is_own(request.POST.get("back", ""))
        else f"/companies/import/{pk}/"
    )


@require_POST
@connector_required
def import_rows(request: FirmRequest, pk: int) -> HttpResponse:
    """Enter everything, or nothing."""
    with transaction.atomic():
        sent = get_object_or_404(SpreadsheetImport.objects.select_for_update(), pk=pk)
        if not is_ready(sent):
            messages.error(request, "Some rows have to be mended or left out before anything is imported.")
            return redirect("spreadsheets:show", pk)
        SpreadsheetImport.objects.filter(pk=pk).update(state=State.IMPORTING)
    begin(sent, State.IMPORTING, now=request.now, by=request.user, is_small=sent.rows <= AT_ONCE)
    return redirect("spreadsheets:show", pk)


@require_POST
@connector_required
def begin_again(request: FirmRequest, pk: int) -> HttpResponse:
    """Begin a step again whose worker was stopped."""
    sent = get_object_or_404(SpreadsheetImport.objects, pk=pk)
    if sent.is_silent(now=request.now):
        begin(sent, sent.state, now=request.now, by=request.user, is_small=False)
    return redirect("spreadsheets:show", pk)


@require_POST
@connector_required
def undo(request: FirmRequest, pk: int) -> HttpResponse:
    """Take an import back, or say what of it was used since."""
    sent = get_object_or_404(SpreadsheetImport.objects, pk=pk)
    try:
        undo_import(sent, by=request.user, now=request.now)
    except UsedSince as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"Import of {sent.name} undone. The registers are as they were before it.")
    return redirect("spreadsheets:show", pk)


@require_GET
@connector_required
def problems(request: FirmRequest, pk: int) -> HttpResponseBase:
    """Give the rows that need somebody, with their sentences, as a spreadsheet."""
    sent = get_object_or_404(SpreadsheetImport.objects, pk=pk)
    stream = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it
    samples.write_problems(sent, stream)
    return _download(stream, f"To mend, import {sent.pk}.xlsx")


@require_GET
@connector_required
def template_workbook(request: FirmRequest) -> HttpResponseBase:
    stream = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it
    samples.write_template(stream)
    return _download(stream, "Minutebook template.xlsx")


@require_GET
@connector_required
def template_of_register(request: FirmRequest, register: str) -> HttpResponseBase:
    if register not in REGISTERS:
        raise Http404("There is no such register")
    lines = b"".join(samples.template_csv(REGISTERS[register]))
    headers = {"Content-Disposition": f'attachment; filename="{REGISTERS[register].title}.csv"'}
    return HttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@require_GET
@connector_required
def export_page(request: FirmRequest) -> HttpResponse:
    """Say what an export holds, and offer it."""
    return render(request, "spreadsheets/export.html", {"tables": export.tables()})


@require_POST
@connector_required
def export_zip(request: FirmRequest) -> HttpResponseBase:
    _record_export(request, "ZIP of CSV files")
    headers = {"Content-Disposition": f'attachment; filename="Minutebook {request.today}.zip"'}
    return StreamingHttpResponse(_in_scope(same_scope()), content_type="application/zip", headers=headers)


@require_POST
@connector_required
def export_workbook(request: FirmRequest) -> HttpResponseBase:
    _record_export(request, "workbook")
    stream = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it
    export.write_workbook(stream)
    return _download(stream, f"Minutebook {request.today}.xlsx")


def _record_export(request: FirmRequest, what: str) -> None:
    record(
        "firm.exported",
        request.firm,
        sentence=f"Everything the firm owns exported as a {what}",
        by=request.user,
    )


def _in_scope(scope: Callable[[], AbstractContextManager[None]]) -> Any:
    """Stream inside the request's scope: the middleware's has ended by the time the answer is written."""
    parts = export.stream_zip()
    while True:
        with scope():
            part = next(parts, None)
        if part is None:
            return
        yield part


def _download(stream: Any, name: str) -> FileResponse:
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=name, content_type=_XLSX)


def _check(request: FirmRequest, sent: SpreadsheetImport) -> None:
    begin(sent, State.CHECKING, now=request.now, by=request.user, is_small=sent.rows <= AT_ONCE)


def _columns_page(
    request: FirmRequest,
    sent: SpreadsheetImport,
    *,
    layouts: list[SheetLayout] | None = None,
    form: Any = None,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    layouts = layouts or [SheetLayout.of(kept) for kept in sent.sheets]
    context = {
        "sent": sent, "sheets": [_sheet(position, layout) for position, layout in enumerate(layouts)],
        "form": form or choices_form(sent), "problems": problems or [], "evidence": date_evidence(layouts),
        "registers": REGISTERS.values(), "same": same_as(sent),
    }  # fmt: skip
    return render(request, "spreadsheets/columns.html", context, status=status)


def _sheet(position: int, layout: SheetLayout) -> dict[str, Any]:
    return {
        "position": position,
        "layout": layout,
        "columns": [
            (index, heading, layout.mapping.get(str(index), ""))
            for index, heading in enumerate(layout.headings)
        ],
    }


def _preview_page(request: FirmRequest, sent: SpreadsheetImport) -> HttpResponse:
    context = {
        "sent": sent, "preview": preview_of(sent, request.GET.dict()), "same": same_as(sent),
        "address": request.get_full_path(),
    }  # fmt: skip
    return render(request, "spreadsheets/preview.html", context)


def _progress(request: FirmRequest, sent: SpreadsheetImport) -> dict[str, Any]:
    return {"sent": sent, "silent": silent_sentence(sent, now=request.now)}


def _is_own(address: str) -> bool:
    return address.startswith("/companies/import/")
