"""To tell ASIC: when a change happened that was taken from the practice manager, and packs for it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minutebook.firms.abilities import Ability
from minutebook.firms.access import member_required, refuse_unless
from minutebook.firms.requests import FirmRequest
from minutebook.production.asic import PLACES, Prepared, latest_prepared, prepare_for_asic, questions
from minutebook.sync.asic import close_notices
from minutebook.sync.models import AsicNotice


@require_http_methods(["GET", "POST"])
@member_required
def show(request: FirmRequest) -> HttpResponse:
    """Show what is to be asked. A POST prepares a pack for each company chosen, or says there is none to tell."""
    if request.method == "POST":
        return _answer(request)
    return _page(request)


def _answer(request: FirmRequest) -> HttpResponse:
    refuse_unless(request.membership, Ability.PREPARE, "prepare documents")
    chosen = [int(each) for each in request.POST.getlist("notice") if each.isdecimal()]
    notices = list(
        AsicNotice.objects.filter(pk__in=chosen, closed_at=None)
        .select_related("contact__address", "company__contact", "company__firm")
        .order_by("company__contact__name", "pk")
    )
    if not notices:
        return _page(request, problems=["Choose at least one company."], status=422)
    if request.POST.get("answer") == "nothing":
        close_notices(notices, by=request.user, now=request.now)
        messages.success(request, "Noted: there is nothing to tell ASIC.")
        return redirect("production:asic")
    done = prepare_for_asic(
        notices,
        changed_on=request.POST.get("changed_on", ""),
        place=request.POST.get("place", ""),
        by=request.user,
        today=request.today,
        now=request.now,
    )
    return _told(request, done)


def _told(request: FirmRequest, done: list[Prepared]) -> HttpResponse:
    packs = [each.pack_id for each in done if each.pack_id]
    problems = [f"{each.notice.company.name}: {each.problem}" for each in done if each.problem]
    if packs:
        words = "1 pack" if len(packs) == 1 else f"{len(packs)} packs"
        messages.success(request, f"{words} prepared. Nothing is released yet.")
    if problems:
        return _page(request, problems=problems, status=422)
    return redirect("production:pack", packs[0]) if len(packs) == 1 else redirect("production:asic")


def _page(request: FirmRequest, *, problems: list[str] | None = None, status: int = 200) -> HttpResponse:
    context = {
        "questions": questions(),
        "prepared": latest_prepared(),
        "places": PLACES.items(),
        "problems": problems or [],
        "typed_on": request.POST.get("changed_on", ""),
        "typed_place": request.POST.get("place", ""),
        "typed_for": request.POST.get("decision", ""),
        "today": request.today,
        "may_prepare": request.membership.may_prepare,
        "part": "contacts",
        "current": "asic",
    }
    return render(request, "production/asic.html", context, status=status)
