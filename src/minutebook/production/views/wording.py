"""The wording of a pack: one document changed for this pack alone, and the firm's newer wording taken or kept."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from minutebook.documents.html import render_html
from minutebook.documents.models import Document, DocumentPack
from minutebook.firms.access import preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.production.drawing import RegistersChanged, snapshot_of
from minutebook.wordings.catalogue import find_wording
from minutebook.wordings.differences import compare
from minutebook.wordings.forms import OwnWordingForm
from minutebook.wordings.packs import (
    back_to_template,
    change_wording,
    keep_older,
    own_wording,
    take_newer,
    template_text,
)
from minutebook.wordings.trying import Snapshot, fields_of_document, try_document


@require_http_methods(["GET", "POST"])
@preparer_required
def wording(request: FirmRequest, pack_id: UUID, document_id: int) -> HttpResponse:
    """Change the wording of one document of one pack; the template stays."""
    document = get_object_or_404(_documents(pack_id), pk=document_id)
    try:
        snapshot = snapshot_of(document.pack, now=request.now)
    except RegistersChanged as why:
        messages.error(request, str(why))
        return redirect("production:pack", pack_id)
    if request.htmx:
        typed = request.POST.get("source", "")
        return render(request, "wordings/edit.html#sheet", _tried(document, typed, snapshot))
    if request.method == "POST":
        return _change(request, document, snapshot)
    own = own_wording(document)
    form = OwnWordingForm(initial={"source": own.source if own else template_text(document)})
    return _page(request, document, form, snapshot)


@require_POST
@preparer_required
def template_again(request: FirmRequest, pack_id: UUID, document_id: int) -> HttpResponse:
    """Print the document from its template again."""
    document = get_object_or_404(_documents(pack_id), pk=document_id)
    back_to_template(document, by=request.user)
    messages.success(request, f"“{document.title}” is printed from its template again.")
    return redirect("production:pack", pack_id)


@require_POST
@preparer_required
def newer(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Take the firm's changed wording for this pack, or keep the former one."""
    pack = get_object_or_404(DocumentPack, pk=pack_id, status=DocumentPack.Status.DRAFT)
    if "take" in request.POST:
        take_newer(pack, by=request.user)
        messages.success(request, "The pack is printed with the changed wording.")
    else:
        keep_older(pack, by=request.user)
        messages.success(request, "The pack keeps the wording it was prepared with.")
    return redirect("production:pack", pack_id)


def _change(request: FirmRequest, document: Document, snapshot: Snapshot) -> HttpResponse:
    form = OwnWordingForm(request.POST)
    if form.is_valid():
        problem, _ = try_document(document, form.cleaned_data["source"], snapshot)
        if problem is None:
            change_wording(document, form.cleaned_data["source"], by=request.user, now=request.now)
            messages.success(request, f"Wording of “{document.title}” changed for this pack only.")
            return redirect("production:pack", document.pack_id)
        form.add_error("source", problem.sentence)
    return _page(request, document, form, snapshot, status=422)


def _page(
    request: FirmRequest, document: Document, form: OwnWordingForm, snapshot: Snapshot, *, status: int = 200
) -> HttpResponse:
    source, template = form["source"].value() or "", template_text(document)
    lines = compare(template, source)
    context = {
        "document": document,
        "pack": document.pack,
        "form": form,
        "own": own_wording(document),
        "lines": lines if any(line.is_changed for line in lines) else [],
        "fields": fields_of_document(document, snapshot),
        "wording": find_wording(document.code),
        "may_edit": True,
    }
    return render(
        request, "production/wording.html", context | _tried(document, source, snapshot), status=status
    )


def _tried(document: Document, source: str, snapshot: Snapshot) -> dict[str, Any]:
    problem, printed = try_document(document, source, snapshot)
    return {"problem": problem, "sheet": render_html(printed) if printed else None}


def _documents(pack_id: UUID) -> Any:
    """Return the documents of a pack in preparation that have a wording."""
    return (
        Document.objects.filter(pack=pack_id, pack__status=DocumentPack.Status.DRAFT)
        .exclude(code=Document.OWN_FILE)
        .select_related("pack__company__contact", "pack__firm", "pack__corrects")
    )
