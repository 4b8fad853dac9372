"""Settings → Letterhead: how the firm's letters begin, and the head of companies' papers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minutebook.documents.blocks import RenderedDocument
from minutebook.documents.html import SafeHtml, render_html
from minutebook.documents.pdf import render_combined_pdf
from minutebook.documents.produce import render_pack_document
from minutebook.firms.access import connector_required, member_required
from minutebook.firms.requests import FirmRequest
from minutebook.wordings.letterhead import (
    as_kept,
    change_letterhead,
    draft_words,
    letterhead_of,
    shown_logo,
)
from minutebook.wordings.letterhead_forms import LetterheadForm
from minutebook.wordings.logos import picture_of
from minutebook.wordings.models import Letterhead
from minutebook.wordings.trying import example_of


@require_http_methods(["GET", "POST"])
@member_required
def letterhead(request: FirmRequest) -> HttpResponseBase:
    """Show the letterhead with what it prints; those who may, change it."""
    if request.method == "POST":
        return _change(request)
    return _page(request, LetterheadForm(instance=letterhead_of(request.firm)))


@connector_required
def _change(request: FirmRequest) -> HttpResponse:
    form = LetterheadForm(request.POST, request.FILES, instance=letterhead_of(request.firm))
    if not form.is_valid():
        return _page(request, form, status=422)
    change_letterhead(form.instance, logo=form.logo_file, by=request.user, now=request.now)
    messages.success(request, "Letterhead saved. Packs that are not released yet are printed with it.")
    return redirect("wordings:letterhead")


@require_POST
@member_required
def try_letterhead(request: FirmRequest) -> HttpResponse:
    """Show how the letterhead would print as it is chosen. Saves nothing."""
    form = LetterheadForm(request.POST, request.FILES, instance=letterhead_of(request.firm))
    form.is_valid()
    problems = [message for errors in form.errors.values() for message in errors]
    context = {"problems": problems, "sheets": [] if problems else _sheets(request, form)}
    return render(request, "wordings/letterhead.html#sheets", context)


@require_GET
@member_required
def letterhead_pdf(request: FirmRequest) -> HttpResponse:
    """Give the saved letterhead as it prints: a letter, and a company's document marked as a draft."""
    present = LetterheadForm(instance=letterhead_of(request.firm))
    content = render_combined_pdf(_documents(request, present), title="Letterhead")
    disposition = {"Content-Disposition": 'inline; filename="letterhead.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=disposition)


def _page(request: FirmRequest, form: LetterheadForm, *, status: int = 200) -> HttpResponse:
    present = Letterhead.objects.select_related("changed_by").first()
    saved = LetterheadForm(instance=letterhead_of(request.firm))
    context: dict[str, Any] = {
        "form": form,
        "present": present,
        "may_edit": request.membership.may_connect,
        "sheets": _sheets(request, form if form.is_bound and not form.errors else saved),
    }
    return render(request, "wordings/letterhead.html", context, status=status)


def _sheets(request: FirmRequest, form: LetterheadForm) -> list[SafeHtml]:
    return [render_html(document, heading_level=3) for document in _documents(request, form)]


def _documents(request: FirmRequest, form: LetterheadForm) -> list[RenderedDocument]:
    """Return a letter and a company's paper under the letterhead as the form has it."""
    design = form.instance
    snapshot = dict(example_of(request.firm)) | {"letterhead": as_kept(design)}
    alt = f"Logo of {request.firm.name}"
    logo = shown_logo(design.logo, design.logo_mm, request.firm.name) if design.logo else None
    if form.logo_file:
        logo = picture_of(form.logo_file, shown_mm=design.logo_mm, alt=alt)
    return [
        render_pack_document(snapshot, code="director_id_letter", subject="1", logo=logo),
        render_pack_document(snapshot, code="register_of_addresses", watermark=draft_words(snapshot)),
    ]
