"""The packs and documents of a firm, as tables of its export: an index, the files stay where they are."""

from collections.abc import Iterator, Sequence
from typing import Any

from minutebook.documents.models import Document, DocumentPack, ProducedFile
from minutebook.spreadsheets.export import Table

_AT_ONCE = 2000  # rows fetched


def pack_tables() -> list[Table]:
    return [
        Table(
            title="Packs",
            headings=(
                "Trace number",
                "Company",
                "ACN",
                "Title",
                "Status",
                "Version",
                "Made by",
                "Made on",
                "Released on",
                "Due on",
            ),
            rows=_packs,
        ),
        Table(
            title="Documents",
            headings=("Trace number", "Document", "Code", "Switched on"),
            rows=_documents,
        ),
        Table(
            title="Files",
            headings=("Trace number", "File", "Version", "Bytes", "SHA-256", "Produced"),
            rows=_files,
        ),
    ]


def _packs() -> Iterator[Sequence[Any]]:
    packs = DocumentPack.objects.select_related("company__contact", "made_by").defer("snapshot")
    for each in packs.order_by("made_at", "pk").iterator(chunk_size=_AT_ONCE):
        yield (
            each.trace_number,
            each.company.name,
            each.company.acn,
            each.title,
            each.get_status_display(),
            each.version,
            each.made_by.name,
            each.made_at,
            each.released_at,
            each.due_on,
        )


def _documents() -> Iterator[Sequence[Any]]:
    rows = Document.objects.order_by("pack__made_at", "pack", "position")
    yield from rows.values_list("pack__trace_number", "title", "code", "is_on").iterator(chunk_size=_AT_ONCE)


def _files() -> Iterator[Sequence[Any]]:
    rows = ProducedFile.objects.order_by("produced_at", "pk")
    columns = ("document__pack__trace_number", "name", "version", "size", "sha256", "produced_at")
    yield from rows.values_list(*columns).iterator(chunk_size=_AT_ONCE)
