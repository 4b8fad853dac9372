"""Which companies a person sees: the page on which an administrator chooses."""

from dataclasses import dataclass
from typing import Self

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from minutebook.companies.limits import CannotLimit, chosen_for, lift_limit, limit_person
from minutebook.companies.models import Company
from minutebook.companies.queries import matching
from minutebook.firms.access import administrator_required
from minutebook.firms.models import Membership
from minutebook.firms.requests import FirmRequest

ONLY_TICKED = "Only the companies ticked below"
_LONGEST_NUMBER = 18  # digits of an id
_SHOWN = 50  # of the companies that are not chosen; the search finds the others


@dataclass(frozen=True, kw_only=True, slots=True)
class _Typed:
    """What the page holds: whether there is a limit, what is ticked, and what is looked for."""

    is_limited: bool
    ticked: frozenset[int]
    text: str

    @classmethod
    def kept(cls, membership: Membership) -> Self:
        ticked = frozenset(chosen_for(membership).values_list("pk", flat=True))
        return cls(is_limited=membership.is_limited, ticked=ticked, text="")

    @classmethod
    def posted(cls, request: FirmRequest) -> Self:
        ticked = frozenset(
            int(pk) for pk in request.POST.getlist("company") if pk.isdecimal() and len(pk) < _LONGEST_NUMBER
        )
        text = request.POST.get("q", "").replace("\x00", "").strip()
        return cls(is_limited=request.POST.get("sees") == "chosen", ticked=ticked, text=text)


@require_http_methods(["GET", "POST"])
@administrator_required
def limit(request: FirmRequest, membership_id: int) -> HttpResponse:
    """Choose which companies a person sees. Looking for others keeps what is ticked."""
    membership = get_object_or_404(Membership.objects.select_related("user"), pk=membership_id)
    if request.method != "POST":
        return _page(request, membership, _Typed.kept(membership))
    typed = _Typed.posted(request)
    if "find" in request.POST:
        return _page(request, membership, typed)
    try:
        _keep(membership, typed, request)
    except CannotLimit as problem:
        return _page(request, membership, typed, problem=str(problem))
    messages.success(request, f"{membership.user.name} sees {_count(membership, typed)}.")
    return redirect("companies:limit", membership.pk)


def _keep(membership: Membership, typed: _Typed, request: FirmRequest) -> None:
    """Save what was typed. Raises CannotLimit, also where somebody ticked more and left it at all companies."""
    if typed.is_limited:
        limit_person(membership, Company.objects.filter(pk__in=typed.ticked), by=request.user)
    elif typed.ticked - _Typed.kept(membership).ticked:
        raise CannotLimit(f"You ticked companies. Choose “{ONLY_TICKED}” as well, or untick them.")
    else:
        lift_limit(membership, by=request.user)


def _page(request: FirmRequest, membership: Membership, typed: _Typed, *, problem: str = "") -> HttpResponse:
    companies = Company.objects.in_name_order()
    others = companies.exclude(pk__in=typed.ticked)
    found = matching(others, typed.text)[: _SHOWN + 1]
    context = {
        "part": "practice",  # it is one of the settings
        "membership": membership,
        "is_administrator": membership.role == Membership.Role.ADMINISTRATOR,
        "typed": typed,
        "ticked": list(companies.filter(pk__in=typed.ticked)),
        "found": found[:_SHOWN],
        "has_more": len(found) > _SHOWN,
        "shown": _SHOWN,
        "problem": problem,
        "only_ticked": ONLY_TICKED,
    }
    return render(request, "companies/limit.html", context, status=422 if problem else 200)


def _count(membership: Membership, typed: _Typed) -> str:
    if not typed.is_limited:
        return "all companies"
    count = chosen_for(membership).count()
    return (
        "1 company, and nothing of the others"
        if count == 1
        else f"{count:,} companies, and nothing of the others"
    )
