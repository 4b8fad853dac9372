"""The supplied wording has changed since the firm made its own: base, supplied, own, brought together."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minutebook.documents.sources import supplied_text
from minutebook.firms.access import connector_required, member_required
from minutebook.firms.requests import FirmRequest
from minutebook.wordings.catalogue import Wording
from minutebook.wordings.differences import compare
from minutebook.wordings.forms import WordingForm
from minutebook.wordings.merging import Choice, Passage, bring_together, merged_text
from minutebook.wordings.models import WordingVersion
from minutebook.wordings.saving import latest_version, save_wording
from minutebook.wordings.views import get_wording, wording_page

_CHOICES: dict[str, Choice] = {"own": "own", "supplied": "supplied", "both": "both"}


@require_http_methods(["GET", "POST"])
@member_required
def merge(request: FirmRequest, name: str) -> HttpResponseBase:
    """Show what would come of bringing the two together; what both changed is to be chosen."""
    if request.method == "POST":
        return _decide(request, name)
    wording = get_wording(name)
    latest = latest_version(wording.name)
    if latest is None or not latest.supplied_has_changed:
        return render(request, "wordings/merge.html", {"wording": wording, "has_changed": False})
    return _page(request, wording, latest)


@connector_required
def _decide(request: FirmRequest, name: str) -> HttpResponse:
    wording = get_wording(name)
    latest = latest_version(wording.name)
    if latest is None or not latest.supplied_has_changed:
        return redirect("wordings:template", wording.name)
    if "keep" in request.POST:
        return _keep(request, wording, latest)
    passages = _passages(latest)
    choices = {
        passage.number: _CHOICES[chosen]
        for passage in passages
        if passage.number and (chosen := request.POST.get(f"passage-{passage.number}", "")) in _CHOICES
    }
    open_still = sum(passage.is_conflict for passage in passages) - len(choices)
    if open_still:
        return _page(request, wording, latest, undecided=open_still)
    form = WordingForm(
        initial={
            "source": merged_text(passages, choices),
            "after": latest.number,
            "taking_supplied": True,
            "note": "Brought together with the changed supplied wording",
        }
    )
    return wording_page(request, wording, form, merged=True)


def _keep(request: FirmRequest, wording: Wording, latest: WordingVersion) -> HttpResponse:
    save_wording(
        wording,
        latest.source,
        after=latest.number,
        note="Kept although the supplied wording changed",
        by=request.user,
        now=request.now,
        taking_supplied=True,
    )
    messages.success(request, "Kept as it is. This page says so when the supplied wording changes again.")
    return redirect("wordings:template", wording.name)


def _page(
    request: FirmRequest, wording: Wording, latest: WordingVersion, *, undecided: int = 0
) -> HttpResponse:
    passages = _passages(latest)
    context: dict[str, Any] = {
        "wording": wording,
        "has_changed": True,
        "may_edit": request.membership.may_connect,
        "passages": passages,
        "conflicts": sum(passage.is_conflict for passage in passages),
        "undecided": undecided,
        "supplied_lines": compare(latest.base, supplied_text(wording.name)),
    }
    return render(request, "wordings/merge.html", context, status=422 if undecided else 200)


def _passages(latest: WordingVersion) -> list[Passage]:
    return bring_together(base=latest.base, supplied=supplied_text(latest.name), own=latest.source)
