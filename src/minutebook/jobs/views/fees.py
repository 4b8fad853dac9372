"""The firm's fee schedule: one table for each kind of event, edited in place."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from minutebook.companies.events import KINDS
from minutebook.firms.access import member_required, preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.jobs.fees import add_fee, change_fee, fee_tables, remove_fee
from minutebook.jobs.forms import FeeForm
from minutebook.jobs.models import FeeLine

PAGE, TABLES = "jobs/fees.html", "jobs/fees.html#tables"


@require_GET
@member_required
def fees(request: FirmRequest) -> HttpResponse:
    """Show the schedule; `?edit=` opens a row (its id), or a new one of a kind of event (its code)."""
    edit = request.GET.get("edit", "")
    return _shown(request, edit=edit, form=_form_of(edit))


@require_POST
@preparer_required
def new_fee(request: FirmRequest, event_kind: str) -> HttpResponse:
    """**Add line item** to a kind of event."""
    if event_kind not in KINDS:
        raise Http404("There is no such kind of event")
    form = FeeForm(request.POST, auto_id="fee_%s")
    if not form.is_valid():
        return _shown(request, edit=event_kind, form=form, status=422)
    add_fee(form.fee(event_kind), by=request.user)
    return _done(request)


@require_POST
@preparer_required
def fee(request: FirmRequest, fee_id: int) -> HttpResponse:
    """Keep what was typed into a row."""
    held = get_object_or_404(FeeLine.objects.all(), pk=fee_id)
    form = FeeForm(request.POST, auto_id="fee_%s")
    if not form.is_valid():
        return _shown(request, edit=str(held.pk), form=form, status=422)
    change_fee(held, form.fee(held.event_kind), by=request.user)
    return _done(request)


@require_POST
@preparer_required
def remove(request: FirmRequest, fee_id: int) -> HttpResponse:
    """Take a fee out of the schedule; packs already planned keep theirs."""
    remove_fee(get_object_or_404(FeeLine.objects.all(), pk=fee_id), by=request.user)
    return _done(request)


def _form_of(edit: str) -> FeeForm | None:
    if edit in KINDS:
        return FeeForm(initial={"quantity": "1.00", "billable": True}, auto_id="fee_%s")
    held = FeeLine.objects.filter(pk=edit).first() if edit.isdecimal() else None
    return FeeForm.of(held) if held else None


def _done(request: FirmRequest) -> HttpResponse:
    return _shown(request) if request.htmx else redirect("jobs:fees")


def _shown(
    request: FirmRequest, *, edit: str = "", form: FeeForm | None = None, status: int = 200
) -> HttpResponse:
    tables = fee_tables({code: kind.label for code, kind in KINDS.items()})
    context = {
        "tables": tables,
        "edit": edit,
        "form": form,
        "may_change": request.membership.may_prepare,
        "part": "practice",  # of the top bar: it is a setting
    }
    return render(request, TABLES if request.htmx else PAGE, context, status=status)
