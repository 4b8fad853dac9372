"""Prepare documents: what happened to a company."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from minutebook.activity.models import history_of
from minutebook.companies.models import Company
from minutebook.documents.models import DocumentPack
from minutebook.firms.access import preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.production import queries
from minutebook.production.correcting import registers_before
from minutebook.production.events import ChosenEvent, chosen_events, events_of
from minutebook.production.foresee import foresee_pack
from minutebook.production.prepare import EventsChanged, change_events, prepare_documents


@require_http_methods(["GET", "POST"])
@preparer_required
def prepare(request: FirmRequest, company_id: int) -> HttpResponse:
    """Choose what happened to a company, and fill in each event."""
    company = get_object_or_404(Company, pk=company_id)
    finished = "continue" in request.POST
    if request.htmx.target == "foreseen":
        return _foreseen(request, company)
    chosen = chosen_events(
        request.POST or request.GET.copy(), company=company, today=request.today, check=finished
    )
    if finished and chosen and all(choice.form.is_valid() for choice in chosen):
        pack = prepare_documents(company, chosen, by=request.user, now=request.now)
        return redirect("production:pack", pack.pk)
    return _prepare_page(request, company, chosen, finished=finished)


@require_http_methods(["GET", "POST"])
@preparer_required
def edit_events(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Change the events of a pack that is still in preparation."""
    pack = get_object_or_404(DocumentPack, pk=pack_id, status=DocumentPack.Status.DRAFT)
    with registers_before(pack):
        page, chosen = _events_page(request, pack)
    if page is not None:
        return page
    try:
        change_events(pack, chosen, by=request.user, now=request.now, revision=_revision_of(request))
    except EventsChanged:
        return _both_events(request, pack, chosen)
    return redirect("production:pack", pack.pk)


def _both_events(request: FirmRequest, pack: DocumentPack, chosen: list[ChosenEvent]) -> HttpResponse:
    """Show what was typed, and what somebody else has saved meanwhile. Sent once more, it stands."""
    context = queries.prepare_page(pack.company, chosen, finished=True, pack=pack)
    context |= {
        "revision": pack.revision,
        "saved_meanwhile": pack.summary.splitlines(),
        "changed": history_of(pack).filter(action="pack.events_changed").last(),
    }
    return render(request, "production/prepare.html", context, status=409)


def _revision_of(request: FirmRequest) -> int | None:
    revision = request.POST.get("revision", "")
    return int(revision) if revision.isdecimal() and len(revision) < len(str(2**31)) else None


def _events_page(request: FirmRequest, pack: DocumentPack) -> tuple[HttpResponse | None, list[ChosenEvent]]:
    """Return the page of a pack's events, or None when they are filled in and found good."""
    finished = "continue" in request.POST
    if request.htmx.target == "foreseen":
        return _foreseen(request, pack.company), []
    if request.method == "GET":
        chosen = events_of(pack.events.order_by("position"), company=pack.company, today=request.today)
    else:
        chosen = chosen_events(request.POST, company=pack.company, today=request.today, check=finished)
    if finished and chosen and all(choice.form.is_valid() for choice in chosen):
        return None, chosen
    return _prepare_page(request, pack.company, chosen, finished=finished, pack=pack), chosen


def _prepare_page(
    request: FirmRequest,
    company: Company,
    chosen: list[ChosenEvent],
    *,
    finished: bool,
    pack: DocumentPack | None = None,
) -> HttpResponse:
    context = queries.prepare_page(company, chosen, finished=finished, pack=pack)
    if pack is not None:
        seen = _revision_of(request)
        context["revision"] = pack.revision if seen is None else seen
    template = "production/prepare.html#events" if request.htmx else "production/prepare.html"
    refused = finished and not request.htmx
    return render(request, template, context, status=422 if refused else 200)


def _foreseen(request: FirmRequest, company: Company) -> HttpResponse:
    """Answer with what the events on the page would bring, as far as they are filled in."""
    chosen = chosen_events(request.POST, company=company, today=request.today, check=True)
    return render(request, "production/prepare.html#foreseen", {"foreseen": foresee_pack(company, chosen)})
