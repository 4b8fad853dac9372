"""Which documents of a release are attached to its job, and their content when it is sent."""

from collections.abc import Sequence

from minutebook.documents.models import Document, DocumentPack, ProducedFile
from minutebook.jobs.models import JobStep
from minutebook.jobs.steps import LARGEST_DOCUMENT, document_step
from minutebook.practice.models import Connection
from minutebook.practice.provider import Refused

PDF = ProducedFile.Format.PDF


def documents_to_attach(pack: DocumentPack, *, tenant_id: str) -> Sequence[ProducedFile]:
    """Return the PDFs of a released pack in its order, if the firm has that switched on; none that is too large."""
    if not Connection.objects.filter(tenant_id=tenant_id, attaches_documents=True).exists():
        return []
    files = ProducedFile.objects.filter(
        document__pack=pack, version=pack.version, format=PDF, size__lte=LARGEST_DOCUMENT
    )
    return list(files.select_related("document").order_by("document__position", "pk"))


def content_of(step: JobStep) -> bytes:
    """Return the bytes that a step attaches, as they were released. Raises Refused when they cannot be read."""
    try:
        with ProducedFile.objects.get(pk=step.body["file"]).file.open() as file:
            content: bytes = file.read()
    except (OSError, ProducedFile.DoesNotExist) as gone:
        raise Refused("Minutebook could not read the file on its own disk.") from gone
    return content


def expected(pack: DocumentPack, *, connection: Connection | None) -> list[JobStep]:
    """Return the unsaved steps for the documents that are switched on: what a release would attach."""
    if connection is None or not connection.attaches_documents:
        return []
    titles = Document.objects.filter(pack=pack, is_on=True).order_by("position", "pk")
    return [
        document_step(position, file=0, title=title, name=f"{title}.pdf", size=0)
        for position, title in enumerate(titles.values_list("title", flat=True))
    ]
