"""The files of a pack, for taking along."""

from io import BytesIO
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from minutebook.documents.models import DocumentPack, ProducedFile
from minutebook.firms.access import member_required, preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.production import queries
from minutebook.production.choosing import record_copy
from minutebook.production.drawing import RegistersChanged, snapshot_of
from minutebook.production.files import NothingToCombine, archive_of, combined_pdf
from minutebook.production.models import OwnFile
from minutebook.production.printing import CannotPrint
from minutebook.production.release import (
    released_files,
)
from minutebook.wordings.letterhead import draft_words


@require_GET
@preparer_required
def download_draft(request: FirmRequest, pack_id: UUID) -> HttpResponseBase:
    """Give the documents as one PDF marked as a draft. Releases nothing."""
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    try:
        snapshot = snapshot_of(pack, now=request.now)
        content = combined_pdf(pack, snapshot, watermark=draft_words(snapshot))
    except (RegistersChanged, NothingToCombine, CannotPrint) as problem:
        messages.error(request, str(problem))
        return redirect("production:pack", pack.pk)
    return _attachment(request, pack, content, f"{pack.trace_number} draft.pdf", "application/pdf")


@require_GET
@member_required
def download_all(request: FirmRequest, pack_id: UUID) -> FileResponse:
    """Give the released files, PDF and Word, as one ZIP."""
    pack = get_object_or_404(queries.packs(), pk=pack_id, released_at__isnull=False)
    files = [file for kind in ProducedFile.Format for file in released_files(pack, file_format=kind)]
    return _attachment(request, pack, archive_of(pack, files), f"{pack.trace_number}.zip", "application/zip")


@require_GET
@member_required
def download_combined(request: FirmRequest, pack_id: UUID) -> HttpResponseBase:
    """Give the released documents as one PDF with bookmarks."""
    pack = get_object_or_404(queries.packs(), pk=pack_id, released_at__isnull=False)
    try:
        content = combined_pdf(pack, snapshot_of(pack, now=request.now))
    except (NothingToCombine, CannotPrint) as problem:
        messages.error(request, str(problem))
        return redirect("production:pack", pack.pk)
    return _attachment(request, pack, content, f"{pack.trace_number}.pdf", "application/pdf")


@require_GET
@member_required
def own_file(request: FirmRequest, pack_id: UUID, document_id: int) -> FileResponse:
    """Give a file of the user's own as it was added."""
    own = get_object_or_404(OwnFile.objects.select_related("pack"), document=document_id, pack=pack_id)
    record_copy(own.pack, name=own.name, by=request.user)
    return FileResponse(
        own.file.open(),
        as_attachment=True,
        filename=own.name,
        content_type=ProducedFile.MEDIA_TYPES[own.format],
    )


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


def _attachment(
    request: FirmRequest, pack: DocumentPack, content: bytes, name: str, content_type: str
) -> FileResponse:
    record_copy(pack, name=name, by=request.user)
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=content_type)
