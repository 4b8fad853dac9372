"""The list of documents in a pack: on or off, in which order, with which files of the user's own."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from minutebook.documents.models import Document, DocumentPack
from minutebook.firms.access import preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.production import queries
from minutebook.production.choosing import switch_document
from minutebook.production.models import OwnFile
from minutebook.production.order import Move, move_document, place_document, restore_usual_order
from minutebook.production.own_files import add_own_files, put_back, remove_own_file

_LONGEST_NUMBER = 18  # digits that a database takes


@require_POST
@preparer_required
def switch(request: FirmRequest, pack_id: UUID, document_id: int) -> HttpResponse:
    """Switch a document on or off."""
    document = get_object_or_404(drafted_documents(pack_id), pk=document_id)
    switch_document(document, on="is_on" in request.POST, by=request.user, now=request.now)
    return documents_answer(request, pack_id)


@require_POST
@preparer_required
def order(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Move a document up or down, put it before another, or put all back in the usual order."""
    pack = get_object_or_404(DocumentPack, pk=pack_id, status=DocumentPack.Status.DRAFT)
    if request.POST.get("move") == "usual":
        restore_usual_order(pack, by=request.user, now=request.now)
        return documents_answer(request, pack_id, said="The documents are in the usual order.")
    document = get_object_or_404(drafted_documents(pack_id), pk=_number(request.POST.get("document")) or 0)
    if "move" in request.POST:
        move = Move.UP if request.POST["move"] == "up" else Move.DOWN
        place = move_document(document, move, by=request.user, now=request.now)
    else:
        before = _number(request.POST.get("before"))
        place = place_document(document, before=before, by=request.user, now=request.now)
    said = f"{document.title} is number {place} of {pack.documents.count()}."
    return documents_answer(request, pack_id, said=said)


@require_POST
@preparer_required
def add_files(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Add files of the user's own to a pack in preparation."""
    pack = get_object_or_404(DocumentPack, pk=pack_id, status=DocumentPack.Status.DRAFT)
    uploads = request.FILES.getlist("files")
    added, refused = add_own_files(pack, uploads, by=request.user, now=request.now)
    if not uploads:
        refused = ["Choose a PDF or Word file first, then add it."]
    said = f"{', '.join(own.name for own in added)} added." if added else " ".join(refused)
    if not request.htmx:
        for problem in refused:
            messages.error(request, problem)
        return redirect("production:pack", pack_id)
    answer = documents_answer(request, pack_id, said=said)
    context = {"pack": pack, "refused_files": refused, "swaps_form": True}
    answer.write(render_to_string("production/_add_files.html", context, request))
    return answer


@require_POST
@preparer_required
def remove_file(request: FirmRequest, pack_id: UUID, document_id: int) -> HttpResponse:
    """Take a file of the user's own out of its pack."""
    found = OwnFile.objects.select_related("document", "pack")
    own = get_object_or_404(found, document=document_id, pack=pack_id, pack__status=DocumentPack.Status.DRAFT)
    remove_own_file(own, by=request.user, now=request.now)
    return documents_answer(request, pack_id, said=f"{own.name} is removed. You can put it back.")


@require_POST
@preparer_required
def put_file_back(request: FirmRequest, pack_id: UUID, file_id: int) -> HttpResponse:
    """Put a removed file back where it stood."""
    found = OwnFile.objects.select_related("document", "pack")
    own = get_object_or_404(found, pk=file_id, pack=pack_id, pack__status=DocumentPack.Status.DRAFT)
    put_back(own, by=request.user, now=request.now)
    return documents_answer(request, pack_id, said=f"{own.name} is back.")


def documents_answer(request: FirmRequest, pack_id: UUID, **more: Any) -> HttpResponse:
    """Answer with the list as it is now."""
    if not request.htmx:
        return redirect("production:pack", pack_id)
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    context = queries.documents_of(pack) | {"pack": pack, "may_prepare": True} | more
    return render(request, "production/_documents.html", context)


def drafted_documents(pack_id: UUID) -> "queries.DocumentQuerySet":
    return Document.objects.filter(pack=pack_id, pack__status=DocumentPack.Status.DRAFT)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) <= _LONGEST_NUMBER else None
