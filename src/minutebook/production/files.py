"""The files of a pack: made from its snapshot, named as users know them, kept by their hash."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from minutebook.documents.archive import file_name, zip_of
from minutebook.documents.blocks import RenderedDocument
from minutebook.documents.combined import ForeignPdf, combine
from minutebook.documents.docx import render_docx
from minutebook.documents.models import Document, DocumentPack, ProducedFile
from minutebook.documents.pdf import render_pdf
from minutebook.documents.produce import listed_title
from minutebook.production.models import OwnFile
from minutebook.production.printing import print_documents
from minutebook.production.storing import keep_bytes

type Snapshot = Mapping[str, object]


class NothingToCombine(Exception):
    """Nothing that is on can be a part of one PDF: switch on a document."""


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
    """Make PDF and Word of every document that is on, and put the bytes into storage.

    Names are numbered in the order of the documents. The user's own files go along as they were given.
    Raises CannotStore, CannotPrint.
    """
    owns = own_files_of(pack)
    made = []
    documents = switched_on(pack)
    printed = print_documents(documents, snapshot)
    for number, document in enumerate(documents, start=1):
        if document.is_own_file:
            made.append(_as_given(document, owns[document.pk], number))
            continue
        for file_format, content in (
            (ProducedFile.Format.PDF, render_pdf(printed[document.pk])),
            (ProducedFile.Format.DOCX, render_docx(printed[document.pk])),
        ):
            made.append(_stored(pack, document, file_format, content, number))
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
    """Return every document that is on as one PDF with bookmarks, the user's own PDFs in their places.

    Raises NothingToCombine, CannotPrint.
    """
    owns = own_files_of(pack)
    parts: list[RenderedDocument | ForeignPdf] = []
    documents = switched_on(pack)
    printed = print_documents(documents, snapshot, watermark=watermark)
    for document in documents:
        if not document.is_own_file:
            parts.append(printed[document.pk])
        elif owns[document.pk].is_pdf:
            parts.append(ForeignPdf(title=document.title, content=owns[document.pk].content()))
    if not parts:
        raise NothingToCombine("Switch on at least one document or PDF first: Word files stay apart.")
    return combine(parts, title=None if _is_only_ours(parts) else f"Documents of {pack.company.name}")


def archive_of(pack: DocumentPack, files: Sequence[ProducedFile]) -> bytes:
    """Return the released files as one ZIP; the same files give the same bytes."""
    assert pack.released_at is not None  # noqa: S101  # a constraint of the database
    contents = ((file.name, file.content()) for file in files)
    return zip_of(contents, dated=pack.firm.day_of(pack.released_at))


def own_files_of(pack: DocumentPack) -> dict[int, OwnFile]:
    """Return the user's own files of a pack, by the number of the document that lists each."""
    found = OwnFile.objects.filter(pack=pack, document__isnull=False)
    return {own.document_id: own for own in found if own.document_id is not None}


def switched_on(pack: DocumentPack) -> list[Document]:
    return list(pack.documents.filter(is_on=True).select_related("pack").order_by("position"))


def _is_only_ours(parts: Sequence[RenderedDocument | ForeignPdf]) -> bool:
    return all(isinstance(part, RenderedDocument) for part in parts)


def _as_given(document: Document, own: OwnFile, number: int) -> MadeFile:
    return MadeFile(
        document=document,
        format=ProducedFile.Format(own.format),
        name=_name_of(document, number, own.format),
        path=str(own.file.name),
        sha256=own.sha256,
        size=own.size,
    )


def _stored(
    pack: DocumentPack, document: Document, file_format: ProducedFile.Format, content: bytes, number: int
) -> MadeFile:
    digest = hashlib.sha256(content).hexdigest()
    path = keep_bytes(f"firms/{pack.firm_id}/packs/{pack.pk}/{pack.version}/{digest}.{file_format}", content)
    return MadeFile(
        document=document,
        format=file_format,
        name=_name_of(document, number, file_format),
        path=path,
        sha256=digest,
        size=len(content),
    )


def _name_of(document: Document, number: int, ending: str) -> str:
    title = listed_title(document.title, options=document.options)
    return file_name(f"{number:02d} {title}", ending)
