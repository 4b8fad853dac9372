"""The documents of a pack as blocks: its snapshot, the choices made for each, and the wording it is printed with."""

from collections.abc import Iterable, Mapping
from typing import Any

from minutebook.documents.blocks import Picture, RenderedDocument
from minutebook.documents.grammar import WordingError
from minutebook.documents.models import Document
from minutebook.documents.produce import render_pack_document
from minutebook.documents.sources import InWording, Wordings
from minutebook.wordings.catalogue import find_wording
from minutebook.wordings.letterhead import logo_in
from minutebook.wordings.packs import wordings_in

type Snapshot = Mapping[str, Any]


class CannotPrint(Exception):
    """A document cannot be printed as the firm has worded it: mend the wording, or take the supplied one."""


def print_documents(
    documents: Iterable[Document], snapshot: Snapshot, *, watermark: str = ""
) -> dict[int, RenderedDocument]:
    """Return documents of one pack as blocks, by number. Files of the user's own have none. Raises CannotPrint."""
    logo = logo_in(snapshot)
    with wordings_in(snapshot) as wordings_of:
        return {
            document.pk: _printed(document, snapshot, wordings_of(document), logo, watermark=watermark)
            for document in documents
            if not document.is_own_file
        }


def print_document(document: Document, snapshot: Snapshot) -> RenderedDocument:
    """Return one document of a pack as blocks. Raises CannotPrint."""
    return print_documents([document], snapshot)[document.pk]


def _printed(
    document: Document, snapshot: Snapshot, wordings: Wordings, logo: Picture | None, *, watermark: str
) -> RenderedDocument:
    try:
        return render_pack_document(
            snapshot,
            code=document.code,
            subject=document.subject,
            options=document.options | {"addressee": document.addressee_id},
            dated_on=document.dated_on,
            watermark=watermark,
            wordings=wordings,
            logo=logo,
        )
    except WordingError as error:
        raise CannotPrint(_sentence(document, error)) from error


def _sentence(document: Document, error: WordingError) -> str:
    name = error.name if isinstance(error, InWording) else document.code
    wording = find_wording(name)
    where = f"the wording of “{wording.whole_title}”" if wording else "its wording"
    return (
        f"“{document.title}” cannot be printed for this company: {where} does not fit. {error} "
        "Change the wording of this document in its Options, or ask an administrator or a partner to change the "
        "template in Settings, Templates."
    )
