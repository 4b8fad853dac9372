"""Document Production: the page of one pack."""

from base64 import b64encode
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from minutebook.documents.blocks import RenderedDocument
from minutebook.documents.html import render_html
from minutebook.documents.models import Document, DocumentPack
from minutebook.documents.pdf import render_pages
from minutebook.firms.access import member_required
from minutebook.firms.requests import FirmRequest
from minutebook.jobs.panel import job_panel
from minutebook.production import queries
from minutebook.production.drawing import RegistersChanged, snapshot_of
from minutebook.production.printing import CannotPrint, print_document

_MOST_PAGES = 30  # shown as pictures; the draft has them all


@require_GET
@member_required
def show_pack(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Document Production."""
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    return pack_page(request, pack)


def pack_page(
    request: FirmRequest, pack: DocumentPack, *, asks: bool = False, status: int = 200
) -> HttpResponse:
    panel = job_panel(pack, firm=request.firm, today=request.today)
    context = queries.pack_page(pack, panel=panel, today=request.today)
    context |= {
        "asks_about_job": asks,
        "starts_download": "downloaded" in request.GET and not pack.is_draft,
        "may_prepare": request.membership.may_prepare,
    }
    return render(request, "production/pack.html", context, status=status)


@require_GET
@member_required
def preview(request: FirmRequest, pack_id: UUID, document_id: int) -> HttpResponse:
    """Show one document as it will be printed, from the same blocks as the PDF."""
    document = get_object_or_404(
        Document.objects.select_related("pack__company__contact", "own_file"), pk=document_id, pack=pack_id
    )
    context = queries.preview_page(document)
    if document.is_own_file:
        context["own"] = document.own_file
        return render(request, "production/preview.html", context)
    try:
        rendered = print_document(document, snapshot_of(document.pack, now=request.now))
    except (RegistersChanged, CannotPrint) as problem:
        context["problem"] = str(problem)
    else:
        context |= _pages_of(rendered) if "printed" in request.GET else {"sheet": render_html(rendered)}
    return render(request, "production/preview.html", context)


def _pages_of(rendered: RenderedDocument) -> dict[str, Any]:
    """Return the printed pages as pictures inside the page itself: nothing else may be embedded here."""
    pages = render_pages(rendered)
    shown = [b64encode(page).decode() for page in pages[:_MOST_PAGES]]
    return {"pages": shown, "page_count": len(pages)}
