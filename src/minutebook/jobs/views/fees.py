"""The firm's fee schedule: one table for each kind of event and each document, and what ASIC charges."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from minutebook.companies.events import KINDS
from minutebook.documents.titles import TITLES
from minutebook.firms.access import member_required, preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.jobs.fees.forms import FeeForm, RegulatorForm
from minutebook.jobs.fees.models import FeeLine, RegulatorAmount
from minutebook.jobs.fees.regulator import Amount, amounts, set_amount
from minutebook.jobs.fees.schedule import add_fee, change_fee, document_tables, fee_tables, remove_fee

PAGE, TABLES = "jobs/fees.html", "jobs/fees.html#tables"


@dataclass(frozen=True, kw_only=True, slots=True)
class AmountNow:
    """A fee of ASIC's as the page shows it."""

    label: str
    amount: Amount | None
    is_stale: bool


@require_GET
@member_required
def fees(request: FirmRequest) -> HttpResponse:
    """Show the schedule; `?edit=` opens a row (its id), or a new one of an event or document (its code)."""
    edit = request.GET.get("edit", "")
    return _shown(request, edit=edit, form=_form_of(edit))


@require_POST
@preparer_required
def new_fee(request: FirmRequest, code: str) -> HttpResponse:
    """**Add line item** to a kind of event, or to a document."""
    if code not in KINDS and code not in TITLES:
        raise Http404("There is no such kind of event or document")
    form = FeeForm(request.POST, auto_id="fee_%s")
    if not form.is_valid():
        return _shown(request, edit=code, form=form, status=422)
    kind, document = (code, "") if code in KINDS else ("", code)
    add_fee(form.fee(event_kind=kind, document_code=document), by=request.user)
    return _done(request)


@require_POST
@preparer_required
def fee(request: FirmRequest, fee_id: int) -> HttpResponse:
    """Keep what was typed into a row."""
    held = get_object_or_404(FeeLine.objects.all(), pk=fee_id)
    form = FeeForm(request.POST, auto_id="fee_%s")
    if not form.is_valid():
        return _shown(request, edit=str(held.pk), form=form, status=422)
    change_fee(held, form.fee(event_kind=held.event_kind, document_code=held.document_code), by=request.user)
    return _done(request)


@require_POST
@preparer_required
def remove(request: FirmRequest, fee_id: int) -> HttpResponse:
    """Take a fee out of the schedule; packs already planned keep theirs."""
    remove_fee(get_object_or_404(FeeLine.objects.all(), pk=fee_id), by=request.user)
    return _done(request)


@require_POST
@preparer_required
def regulator(request: FirmRequest) -> HttpResponse:
    """Keep what ASIC charges from a day on."""
    form = RegulatorForm(request.POST, auto_id="asic_%s")
    if not form.is_valid():
        return _shown(request, regulator_form=form, status=422)
    set_amount(form.amount(), by=request.user)
    return _done(request)


def _form_of(edit: str) -> FeeForm | None:
    if edit in KINDS or edit in TITLES:
        return FeeForm(initial={"quantity": "1.00", "billable": True}, auto_id="fee_%s")
    held = FeeLine.objects.filter(pk=edit).first() if edit.isdecimal() else None
    return FeeForm.of(held) if held else None


def _done(request: FirmRequest) -> HttpResponse:
    return _shown(request) if request.htmx else redirect("jobs:fees")


def _shown(
    request: FirmRequest,
    *,
    edit: str = "",
    form: FeeForm | None = None,
    regulator_form: RegulatorForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "tables": fee_tables({code: kind.label for code, kind in KINDS.items()}),
        "documents": document_tables(TITLES, also=edit),
        "titles": TITLES,
        "asic": _amounts_now(request),
        "regulator_form": regulator_form or RegulatorForm(auto_id="asic_%s"),
        "edit": edit,
        "form": form,
        "may_change": request.membership.may_prepare,
        "part": "practice",  # of the top bar: it is a setting
    }
    return render(request, TABLES if request.htmx else PAGE, context, status=status)


def _amounts_now(request: FirmRequest) -> list[AmountNow]:
    known = amounts()
    return [
        AmountNow(
            label=str(label), amount=held, is_stale=held is not None and held.is_stale(on=request.today)
        )
        for kind, label in RegulatorAmount.Kind.choices
        for held in [known.of(kind, on=request.today)]
    ]
