"""Options: what one document of a pack lets its user choose."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from minutebook.documents.models import Document
from minutebook.firms.access import preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.production.choosing import Stale, keep_choices, restore_choices, who_changed
from minutebook.production.drawing import RegistersChanged, snapshot_of
from minutebook.production.option_forms import OptionsForm
from minutebook.production.options import Choices, choices_for
from minutebook.production.views.documents import documents_answer, drafted_documents


@require_http_methods(["GET", "POST"])
@preparer_required
def options(request: FirmRequest, pack_id: UUID, document_id: int) -> HttpResponse:
    """Show a document's Options; keep what was chosen, or put it back to what it is as a rule."""
    found = drafted_documents(pack_id).select_related(
        "pack__company__contact", "pack__company__signing_contact"
    )
    document = get_object_or_404(found, pk=document_id)
    try:
        choices = _choices_of(document, request)
    except RegistersChanged as problem:
        return _page(request, document, {"problem": str(problem)})
    if request.method == "POST" and "usual" in request.POST:
        restore_choices(document, by=request.user, now=request.now)
        return _kept(request, document, said=f"{document.title} is as usual again.")
    posted = request.POST if request.method == "POST" else None
    form = OptionsForm(posted, document=document, choices=choices, today=request.today)
    context: dict[str, Any] = {"form": form, "choices": choices}
    if posted is None:
        return _page(request, document, context)
    if form.is_valid():
        try:
            keep_choices(document, form, by=request.user, now=request.now)
        except Stale as stale:
            return _page(
                request, document, context | _both(form, posted, stale.document, choices), status=422
            )
        return _kept(request, document, said=f"Options of {document.title} kept.")
    return _page(request, document, context, status=422)


def _choices_of(document: Document, request: FirmRequest) -> Choices:
    if document.is_own_file:
        return Choices()
    return choices_for(document.code, snapshot_of(document.pack, now=request.now))


def _both(form: OptionsForm, posted: QueryDict, held: Document, choices: Choices) -> dict[str, Any]:
    """Return what both kept, where they differ. The form, sent once more, then stands."""
    theirs = OptionsForm(document=held, choices=choices, today=form.today)
    rows = [
        {"label": label, "mine": mine, "theirs": other}
        for (label, mine), (_, other) in zip(form.in_words(), theirs.in_words(), strict=True)
        if mine != other
    ]
    again = posted.copy()
    again["revision"] = str(held.revision)
    form.data = again
    return {"differing": rows, "changed": who_changed(held)}


def _kept(request: FirmRequest, document: Document, *, said: str) -> HttpResponse:
    answer = documents_answer(request, document.pack_id, said=said, preview_again=True)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#documents", "outerHTML"
    answer["HX-Trigger"] = "documents-changed"
    return answer


def _page(
    request: FirmRequest, document: Document, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    template = "production/_options.html" if request.htmx else "production/options.html"
    return render(request, template, context | {"document": document, "pack": document.pack}, status=status)
