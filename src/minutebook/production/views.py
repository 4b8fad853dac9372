"""Prepare documents, Document Production, and what leaves it."""

from io import BytesIO
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minutebook.companies.models import Company
from minutebook.documents.html import render_html
from minutebook.documents.models import Document, DocumentPack, ProducedFile
from minutebook.firms.access import member_required, preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.jobs.panel import job_panel
from minutebook.jobs.planning import confirm_costs
from minutebook.production import queries
from minutebook.production.choosing import keep_choices, record_copy, switch_document
from minutebook.production.correcting import CannotCorrect, registers_before
from minutebook.production.events import ChosenEvent, chosen_events, events_of
from minutebook.production.files import archive_of, combined_pdf, rendered_document
from minutebook.production.foresee import foresee_pack
from minutebook.production.forms import DocumentOptionsForm, SendForm, proposed_message
from minutebook.production.models import PackMail
from minutebook.production.prepare import change_events, prepare_documents
from minutebook.production.release import (
    NothingSwitchedOn,
    RegistersChanged,
    release_pack,
    released_files,
    snapshot_of,
)
from minutebook.production.sending import queue_mail, send_again

_PACKS_PER_PAGE = 25


@require_http_methods(["GET", "POST"])
@preparer_required
def prepare(request: FirmRequest, company_id: int) -> HttpResponse:
    """Choose what happened to a company, and fill in each event."""
    company = get_object_or_404(Company, pk=company_id)
    finished = "continue" in request.POST
    if request.htmx.target == "foreseen":
        return _foreseen(request, company)
    chosen = chosen_events(
        request.POST or request.GET.copy(), company=company, today=request.today, check=finished
    )
    if finished and chosen and all(choice.form.is_valid() for choice in chosen):
        pack = prepare_documents(company, chosen, by=request.user, now=request.now)
        return redirect("production:pack", pack.pk)
    return _prepare_page(request, company, chosen, finished=finished)


@require_http_methods(["GET", "POST"])
@preparer_required
def edit_events(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Change the events of a pack that is still in preparation."""
    pack = get_object_or_404(DocumentPack, pk=pack_id, status=DocumentPack.Status.DRAFT)
    with registers_before(pack):
        page, chosen = _events_page(request, pack)
    if page is not None:
        return page
    change_events(pack, chosen, by=request.user, now=request.now)
    return redirect("production:pack", pack.pk)


def _events_page(request: FirmRequest, pack: DocumentPack) -> tuple[HttpResponse | None, list[ChosenEvent]]:
    """Return the page of a pack's events, or None when they are filled in and found good."""
    finished = "continue" in request.POST
    if request.htmx.target == "foreseen":
        return _foreseen(request, pack.company), []
    if request.method == "GET":
        chosen = events_of(pack.events.order_by("position"), company=pack.company, today=request.today)
    else:
        chosen = chosen_events(request.POST, company=pack.company, today=request.today, check=finished)
    if finished and chosen and all(choice.form.is_valid() for choice in chosen):
        return None, chosen
    return _prepare_page(request, pack.company, chosen, finished=finished, pack=pack), chosen


def _prepare_page(
    request: FirmRequest,
    company: Company,
    chosen: list[ChosenEvent],
    *,
    finished: bool,
    pack: DocumentPack | None = None,
) -> HttpResponse:
    context = queries.prepare_page(company, chosen, finished=finished, pack=pack)
    template = "production/prepare.html#events" if request.htmx else "production/prepare.html"
    refused = finished and not request.htmx
    return render(request, template, context, status=422 if refused else 200)


def _foreseen(request: FirmRequest, company: Company) -> HttpResponse:
    """Answer with what the events on the page would bring, as far as they are filled in."""
    chosen = chosen_events(request.POST, company=company, today=request.today, check=True)
    return render(request, "production/prepare.html#foreseen", {"foreseen": foresee_pack(company, chosen)})


@require_GET
@member_required
def show_pack(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Document Production."""
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    return _pack_page(request, pack)


def _pack_page(
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


@require_POST
@preparer_required
def choose_document(request: FirmRequest, pack_id: UUID, document_id: int) -> HttpResponse:
    """Switch a document on or off, or keep the choices made for it."""
    document = get_object_or_404(_drafted_documents(pack_id), pk=document_id)
    form = DocumentOptionsForm(request.POST, instance=document)
    if "switch" in request.POST:
        switch_document(document, on="is_on" in request.POST, by=request.user, now=request.now)
    elif form.is_valid():
        keep_choices(form, by=request.user, now=request.now)
    if not request.htmx:
        return redirect("production:pack", pack_id)
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    context = queries.documents_of(pack) | {"pack": pack, "may_prepare": True, "open_document": document_id}
    if "switch" not in request.POST and form.errors:
        context["refused_form"] = form
    return render(request, "production/pack.html#documents", context)


def _drafted_documents(pack_id: UUID) -> "queries.DocumentQuerySet":
    return Document.objects.filter(pack=pack_id, pack__status=DocumentPack.Status.DRAFT)


@require_GET
@member_required
def preview(request: FirmRequest, pack_id: UUID, document_id: int) -> HttpResponse:
    """Show one document as it will be printed, from the same blocks as the PDF."""
    document = get_object_or_404(
        Document.objects.select_related("pack__company__contact"), pk=document_id, pack=pack_id
    )
    context = queries.preview_page(document)
    try:
        rendered = rendered_document(document, snapshot_of(document.pack, now=request.now))
    except RegistersChanged as problem:
        context["problem"] = str(problem)
    else:
        context["sheet"] = render_html(rendered)
    return render(request, "production/preview.html", context)


@require_GET
@preparer_required
def download_draft(request: FirmRequest, pack_id: UUID) -> HttpResponseBase:
    """Give the documents as one PDF marked as a draft. Releases nothing."""
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    try:
        content = combined_pdf(pack, snapshot_of(pack, now=request.now), watermark="DRAFT")
    except RegistersChanged as problem:
        messages.error(request, str(problem))
        return redirect("production:pack", pack.pk)
    return _attachment(request, pack, content, f"{pack.trace_number} draft.pdf", "application/pdf")


@require_POST
@preparer_required
def release(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Download All: release the pack, then give its files. Asks first when the job would stay behind."""
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    if pack.is_draft and (answer := _job_question(request, pack)) is not None:
        return answer
    try:
        release_pack(
            pack,
            delivery=DocumentPack.Delivery.DOWNLOADED,
            by=request.user,
            now=request.now,
            with_job=pack.wants_job and "without_job" not in request.POST,
        )
    except (NothingSwitchedOn, RegistersChanged, CannotCorrect) as problem:
        messages.error(request, str(problem))
        return redirect("production:pack", pack.pk)
    return redirect(reverse("production:pack", args=[pack.pk]) + "?downloaded=1")


def _job_question(request: FirmRequest, pack: DocumentPack) -> HttpResponse | None:
    """Return the page with the question when the job would not go along and the user has not said so."""
    if not pack.wants_job or "without_job" in request.POST:
        return None
    panel = job_panel(pack, firm=request.firm, today=request.today)
    if panel.is_ready:
        return None
    if "confirm_costs" in request.POST and panel.plan is not None:
        confirm_costs(panel.plan, by=request.user, now=request.now)
        return None
    return _pack_page(request, pack, asks=True, status=409)


@require_http_methods(["GET", "POST"])
@preparer_required
def send(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Send All: show the message, then release the pack and mail it."""
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    panel = job_panel(pack, firm=request.firm, today=request.today)
    proposed = proposed_message(pack, sender=request.user.name)
    form = SendForm(request.POST if request.method == "POST" else None, initial=proposed)
    if request.method == "POST" and form.is_valid():
        return _send(request, pack, form)
    context = {
        "pack": pack,
        "form": form,
        "panel": panel,
        "documents": queries.documents_of(pack)["documents"],
    }
    return render(request, "production/send.html", context, status=422 if form.errors else 200)


def _send(request: FirmRequest, pack: DocumentPack, form: SendForm) -> HttpResponse:
    try:
        done = release_pack(
            pack,
            delivery=DocumentPack.Delivery.SENT,
            by=request.user,
            now=request.now,
            with_job=pack.wants_job and job_panel(pack, firm=request.firm, today=request.today).is_ready,
        )
    except (NothingSwitchedOn, RegistersChanged, CannotCorrect) as problem:
        messages.error(request, str(problem))
        return redirect("production:pack", pack.pk)
    queue_mail(done.pack, by=request.user, now=request.now, **form.cleaned_data)
    return redirect("production:pack", pack.pk)


@require_POST
@preparer_required
def send_mail_again(request: FirmRequest, pack_id: UUID, mail_id: int) -> HttpResponse:
    """Send a message that the mail server did not take once more."""
    send_again(get_object_or_404(PackMail, pk=mail_id, pack=pack_id), by=request.user, now=request.now)
    return redirect("production:pack", pack_id)


@require_GET
@member_required
def download_all(request: FirmRequest, pack_id: UUID) -> FileResponse:
    """Give the released files, PDF and Word, as one ZIP."""
    pack = get_object_or_404(queries.packs(), pk=pack_id, released_at__isnull=False)
    files = [file for kind in ProducedFile.Format for file in released_files(pack, file_format=kind)]
    return _attachment(request, pack, archive_of(pack, files), f"{pack.trace_number}.zip", "application/zip")


@require_GET
@member_required
def download_combined(request: FirmRequest, pack_id: UUID) -> FileResponse:
    """Give the released documents as one PDF with bookmarks."""
    pack = get_object_or_404(DocumentPack, pk=pack_id, released_at__isnull=False)
    content = combined_pdf(pack, snapshot_of(pack, now=request.now))
    return _attachment(request, pack, content, f"{pack.trace_number}.pdf", "application/pdf")


@require_GET
@member_required
def download_file(request: FirmRequest, pack_id: UUID, file_id: int) -> FileResponse:
    """Give one released file."""
    file = get_object_or_404(
        ProducedFile.objects.select_related("document__pack"), pk=file_id, document__pack=pack_id
    )
    record_copy(file.document.pack, name=file.name, by=request.user)
    return FileResponse(
        file.file.open(),
        as_attachment=True,
        filename=file.name,
        content_type=ProducedFile.MEDIA_TYPES[file.format],
    )


@require_GET
@member_required
def pack_list(request: FirmRequest) -> HttpResponse:
    """Every pack of the firm, the latest first; found by trace number, company or what changed."""
    found = queries.find_packs(text=request.GET.get("q", ""), status=request.GET.get("status", ""))
    page = Paginator(found, _PACKS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "counts": queries.pack_counts(),
        "query": request.GET.get("q", ""),
        "status": request.GET.get("status", ""),
    }
    return render(request, "production/list.html", context)


def _attachment(
    request: FirmRequest, pack: DocumentPack, content: bytes, name: str, content_type: str
) -> FileResponse:
    record_copy(pack, name=name, by=request.user)
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=content_type)
