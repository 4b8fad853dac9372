"""The files of a pack: made from its snapshot, named as users know them, kept by their hash."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from minutebook.documents.archive import file_name, zip_of
from minutebook.documents.blocks import RenderedDocument
from minutebook.documents.docx import render_docx
from minutebook.documents.models import Document, DocumentPack, ProducedFile
from minutebook.documents.pdf import render_combined_pdf, render_pdf
from minutebook.documents.produce import render_pack_document

type Snapshot = Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeFile:
    """One file of one document, its bytes already in storage."""

    document: Document
    format: ProducedFile.Format
    name: str
    path: str  # in storage
    sha256: str
    size: int  # bytes


def make_files(pack: DocumentPack, snapshot: Snapshot) -> list[MadeFile]:
    """Make PDF and Word of every document that is on, and put the bytes into storage."""
    made = []
    for document in switched_on(pack):
        rendered = rendered_document(document, snapshot)
        for file_format, content in (
            (ProducedFile.Format.PDF, render_pdf(rendered)),
            (ProducedFile.Format.DOCX, render_docx(rendered)),
        ):
            made.append(_stored(pack, document, file_format, content))
    return made


def keep_files(made: Sequence[MadeFile], *, now: datetime) -> None:
    """Record the files in the database. Call inside the transaction that releases them."""
    for file in made:
        ProducedFile.objects.create(
            document=file.document,
            version=file.document.pack.version,
            format=file.format,
            file=file.path,
            sha256=file.sha256,
            size=file.size,
            name=file.name,
            produced_at=now,
        )


def combined_pdf(pack: DocumentPack, snapshot: Snapshot, *, watermark: str = "") -> bytes:
    """Return every document that is on as one PDF with bookmarks."""
    return render_combined_pdf(
        [rendered_document(document, snapshot, watermark=watermark) for document in switched_on(pack)]
    )


def archive_of(pack: DocumentPack, files: Sequence[ProducedFile]) -> bytes:
    """Return the released files as one ZIP; the same files give the same bytes."""
    assert pack.released_at is not None  # noqa: S101  # a constraint of the database
    contents = ((file.name, file.content()) for file in files)
    return zip_of(contents, dated=pack.firm.day_of(pack.released_at))


def rendered_document(document: Document, snapshot: Snapshot, *, watermark: str = "") -> RenderedDocument:
    """Return one document of a pack as blocks, with the choices made for it."""
    return render_pack_document(
        snapshot,
        code=document.code,
        subject=document.subject,
        options=document.options,
        dated_on=document.dated_on,
        watermark=watermark,
    )


def switched_on(pack: DocumentPack) -> list[Document]:
    return list(pack.documents.filter(is_on=True).select_related("pack").order_by("position"))


def _stored(
    pack: DocumentPack, document: Document, file_format: ProducedFile.Format, content: bytes
) -> MadeFile:
    digest = hashlib.sha256(content).hexdigest()
    path = f"firms/{pack.firm_id}/packs/{pack.pk}/{pack.version}/{digest}.{file_format}"
    if not default_storage.exists(path):
        path = default_storage.save(path, ContentFile(content))
    return MadeFile(
        document=document,
        format=file_format,
        name=file_name(f"{document.position:02d} {document.title}", file_format),
        path=path,
        sha256=digest,
        size=len(content),
    )
