"""Review: where contacts and clients differ, record by record; and every decision, to be taken back."""

import json
from contextlib import suppress

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minutebook.firms.abilities import Ability
from minutebook.firms.access import member_required, preparer_required, refuse_unless
from minutebook.firms.requests import FirmRequest
from minutebook.practice.models import Connection
from minutebook.practice.queries import find_connection
from minutebook.sync import deciding, queries, undoing
from minutebook.sync.asic import notices_of
from minutebook.sync.comparing import compare_changed
from minutebook.sync.keeping import CannotKeep
from minutebook.sync.models import Comparison, Decision
from minutebook.sync.tasks import send_approved

_PER_PAGE = 50
_PUT_OFF = (1, 7, 30)  # days


@require_GET
@member_required
def queue(request: FirmRequest) -> HttpResponse:
    """Open the first record to decide."""
    connection = find_connection(request.firm)
    if connection:
        compare_changed(connection)
    first = queries.to_decide(connection, now=request.now).first()
    if first:
        return redirect("sync:record", first.pk)
    return _page(request, connection, None)


@require_http_methods(["GET", "POST"])
@member_required
def record(request: FirmRequest, pk: int) -> HttpResponse:
    """One record, field by field. A POST carries out whose words stand, and opens the next."""
    if request.method == "POST":
        refuse_unless(request.membership, Ability.PREPARE, "decide here")
    comparison = get_object_or_404(Comparison.objects, pk=pk)
    if request.method == "POST":
        return _decide(request, comparison)
    return _page(request, find_connection(request.firm), comparison)


def _decide(request: FirmRequest, comparison: Comparison) -> HttpResponse:
    everything = request.POST.get("all", "")
    seen = _seen(request)
    choices = {code: everything or request.POST.get(f"choice_{code}", "") for code in seen}
    try:
        decision = deciding.decide_fields(comparison, choices, seen=seen, by=request.user, now=request.now)
    except deciding.DecidedMeanwhile as problem:
        comparison.refresh_from_db()
        return _page(request, find_connection(request.firm), comparison, problem=str(problem), status=409)
    except CannotKeep as problem:
        return _page(
            request,
            find_connection(request.firm),
            comparison,
            problem=str(problem),
            chosen=choices,
            status=422,
        )
    send_approved(decision)
    messages.success(request, f"{decision.sentence}.")
    if count := notices_of(decision):
        companies = "1 company" if count == 1 else f"{count} companies"
        messages.warning(
            request, f"ASIC must hear of it for {companies}. Say under To tell ASIC when it happened."
        )
    return redirect(_next_url(request, comparison))


@require_POST
@preparer_required
def snooze(request: FirmRequest, pk: int) -> HttpResponse:
    """Put a record off for some days."""
    comparison = get_object_or_404(Comparison.objects.select_related("link__contact"), pk=pk)
    days = next((each for each in _PUT_OFF if request.POST.get("days") == str(each)), _PUT_OFF[0])
    decision = deciding.snooze(comparison, days=days, by=request.user, now=request.now)
    messages.success(request, f"{decision.sentence}.")
    return redirect(_next_url(request, comparison))


@require_GET
@member_required
def decisions(request: FirmRequest) -> HttpResponse:
    """Everything that was decided, the latest first."""
    rows = Decision.objects.select_related("decided_by", "undone_by").order_by("-pk")
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "may_prepare": request.membership.may_prepare,
        "part": "contacts",
        "current": "decisions",
    }
    return render(request, "sync/decisions.html", context)


@require_POST
@preparer_required
def undo(request: FirmRequest, pk: int) -> HttpResponse:
    """Take a decision back."""
    decision = get_object_or_404(Decision.objects, pk=pk)
    try:
        undoing.undo_decision(decision, by=request.user, now=request.now)
    except CannotKeep as problem:
        messages.error(request, f"Not undone. {problem}")
    else:
        messages.success(request, f"Undone: {decision.sentence}.")
    found = Comparison.objects.filter(link__contact=decision.contact_id, open_count__gt=0).first()
    if request.POST.get("back") == "review" and found:
        return redirect("sync:record", found.pk)
    return redirect("sync:decisions")


def _page(  # what a page shows
    request: FirmRequest,
    connection: Connection | None,
    comparison: Comparison | None,
    *,
    problem: str = "",
    chosen: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = queries.to_decide(connection, now=request.now)
    found = queries.record_to_decide(comparison) if comparison else None
    context = {
        "connection": connection,
        "rows": rows[: queries.TO_DECIDE_SHOWN],
        "count": rows.count(),
        "record": found,
        "seen": json.dumps(comparison.differences) if comparison else "",
        "chosen": chosen or {},
        "next_url": _next_url(request, comparison) if comparison else "",
        "latest": queries.latest_decision(connection),
        "put_off": _PUT_OFF,
        "problem": problem,
        "may_prepare": request.membership.may_prepare,
        "part": "contacts",
        "current": "review",
    }
    return render(request, "sync/review.html", context, status=status)


def _next_url(request: FirmRequest, comparison: Comparison) -> str:
    name = comparison.link.contact.name
    rows = queries.to_decide(find_connection(request.firm), now=request.now).exclude(pk=comparison.pk)
    following = rows.filter(link__contact__name__gte=name).first() or rows.first()
    return reverse("sync:record", args=[following.pk]) if following else reverse("sync:review")


def _seen(request: FirmRequest) -> dict[str, list[str]]:
    with suppress(ValueError):
        seen = json.loads(request.POST.get("seen", ""))
        if isinstance(seen, dict):
            return seen
    return {}
