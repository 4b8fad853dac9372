"""Settings → Templates: the firm's wordings, written, tried, compared and taken back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minutebook.documents.html import render_html
from minutebook.documents.models import DocumentPack
from minutebook.firms.access import connector_required, member_required
from minutebook.firms.requests import FirmRequest
from minutebook.wordings import queries
from minutebook.wordings.catalogue import Wording, find_wording
from minutebook.wordings.forms import WordingForm
from minutebook.wordings.models import WordingVersion
from minutebook.wordings.saving import (
    SavedMeanwhile,
    back_to_supplied,
    latest_version,
    restore_version,
    save_wording,
    text_now,
)
from minutebook.wordings.trying import (
    CannotTry,
    Snapshot,
    find_problem,
    merge_fields,
    packs_to_try,
    snapshot_to_try,
)


@require_GET
@member_required
def templates(request: FirmRequest) -> HttpResponse:
    """List every wording: supplied, the firm's own, or supplied anew since the firm made its own."""
    context = {"groups": queries.grouped_wordings(), "may_edit": request.membership.may_connect}
    return render(request, "wordings/list.html", context)


@require_http_methods(["GET", "POST"])
@member_required
def template(request: FirmRequest, name: str) -> HttpResponseBase:
    """Show one wording beside its preview; those who may, write it."""
    wording = get_wording(name)
    if request.method == "POST":
        return _save(request, name)
    latest = latest_version(wording.name)
    form = WordingForm(initial={"source": text_now(wording.name), "after": latest.number if latest else 0})
    return wording_page(request, wording, form)


@connector_required
def _save(request: FirmRequest, name: str) -> HttpResponse:
    wording = get_wording(name)
    form = WordingForm(request.POST)
    if not form.is_valid():
        return wording_page(request, wording, form, status=422)
    typed = form.cleaned_data
    problem, _ = find_problem(wording, typed["source"], _snapshot(request, wording)[0], firm=request.firm)
    if problem:
        form.add_error("source", problem.sentence)
        return wording_page(request, wording, form, status=422)
    try:
        version = save_wording(
            wording,
            typed["source"],
            after=typed["after"],
            note=typed["note"],
            by=request.user,
            now=request.now,
            taking_supplied=typed["taking_supplied"],
        )
    except SavedMeanwhile as meanwhile:
        typed_again = request.POST.copy()
        typed_again["after"] = str(meanwhile.latest.number)
        form = WordingForm(typed_again)
        return wording_page(request, wording, form, status=409, meanwhile=str(meanwhile))
    messages.success(
        request,
        f"Version {version.number} saved. New packs use it; packs in preparation say that it has changed.",
    )
    return redirect("wordings:template", wording.name)


def wording_page(
    request: FirmRequest,
    wording: Wording,
    form: WordingForm,
    *,
    status: int = 200,
    meanwhile: str = "",
    merged: bool = False,
) -> HttpResponse:
    """Answer with the page of a wording, its form as it was typed."""
    source = form["source"].value() or ""
    context: dict[str, Any] = queries.wording_page(wording) | {
        "form": form,
        "may_edit": request.membership.may_connect,
        "meanwhile": meanwhile,
        "merged": merged,
        "packs": packs_to_try(wording),
    }
    context |= _tried(request, wording, source)
    return render(request, "wordings/edit.html", context, status=status)


@require_POST
@member_required
def try_wording(request: FirmRequest, name: str) -> HttpResponse:
    """Show how a wording would print as it is typed. Saves nothing."""
    wording = get_wording(name)
    context = {"wording": wording} | _tried(request, wording, request.POST.get("source", ""))
    return render(request, "wordings/edit.html#sheet", context)


@require_GET
@member_required
def fields(request: FirmRequest, name: str) -> HttpResponse:
    """Show the fields a wording may use, with their values for the chosen pack."""
    wording = get_wording(name)
    snapshot, trouble = _snapshot(request, wording)
    context = {"wording": wording, "fields": merge_fields(wording, snapshot), "trouble": trouble}
    context["may_edit"] = request.membership.may_connect
    return render(request, "wordings/edit.html#fields", context)


@require_POST
@connector_required
def restore(request: FirmRequest, name: str, number: int) -> HttpResponse:
    """Make an earlier version the present one."""
    wording = get_wording(name)
    try:
        version = restore_version(wording, number, by=request.user, now=request.now)
    except WordingVersion.DoesNotExist:
        raise Http404 from None
    messages.success(request, f"Version {number} restored, as version {version.number}.")
    return redirect("wordings:template", wording.name)


@require_POST
@connector_required
def supplied(request: FirmRequest, name: str) -> HttpResponse:
    """Go back to the wording that Minutebook supplies."""
    wording = get_wording(name)
    back_to_supplied(wording, by=request.user, now=request.now)
    messages.success(request, "New packs use the supplied wording again. Your versions are kept below.")
    return redirect("wordings:template", wording.name)


@require_GET
@member_required
def differences(request: FirmRequest, name: str) -> HttpResponse:
    """Compare two versions, or one with what is supplied, word by word."""
    wording = get_wording(name)
    context = queries.comparison(wording, request.GET.get("from", ""), request.GET.get("to", ""))
    return render(request, "wordings/differences.html", context)


def _tried(request: FirmRequest, wording: Wording, source: str) -> dict[str, Any]:
    snapshot, trouble = _snapshot(request, wording)
    problem, document = find_problem(wording, source, snapshot, firm=request.firm)
    return {
        "problem": problem,
        "trouble": trouble,
        "sheet": render_html(document) if document else None,
        "chosen": request.POST.get("pack") or request.GET.get("pack") or "",
        "fields": merge_fields(wording, snapshot),
    }


def _snapshot(request: FirmRequest, wording: Wording) -> tuple[Snapshot, str]:
    """Return what to try the wording on; with words when the chosen pack cannot be read."""
    chosen = request.POST.get("pack") or request.GET.get("pack") or ""
    pack = _pack(chosen) if chosen else None
    try:
        return snapshot_to_try(pack, firm=request.firm, now=request.now), ""
    except CannotTry as why:
        return snapshot_to_try(None, firm=request.firm, now=request.now), str(why)


def _pack(chosen: str) -> DocumentPack:
    try:
        return get_object_or_404(DocumentPack.objects.select_related("firm", "company__contact"), pk=chosen)
    except ValidationError:
        raise Http404 from None


def get_wording(name: str) -> Wording:
    """Return the wording of this name, or answer that there is none."""
    wording = find_wording(name)
    if wording is None:
        raise Http404
    return wording
