"""The documents of a job."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date

from xpm.calls import Calls, nothing, segment
from xpm.xml import Element, date_of, list_of, text, text_if, text_of, write


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A file attached to a job. It has no identifier: title and file name are all there is to know it by."""

    title: str
    text: str
    folder: str
    file_name: str
    date: date | None
    created_by: str
    url: str  # into Practice Manager's pages; needs a signed-in user


class DocumentCalls(Calls):
    """The calls for a job's documents."""

    def add_document(
        self, number: str, *, title: str, file_name: str, content: bytes, text: str = "", folder: str = ""
    ) -> None:
        """Attach a file to a job. No call deletes one. `content` is sent as base64, a third larger.

        Not idempotent: after InDoubt look through `documents` for the file name before trying again.
        The largest size is not documented; 2 MB has been found safe to assume.
        Raises NotSent, Throttled, Unauthorised, Refused (in the server's words), InDoubt.

        Source: Practice Manager API 3.1, Jobs, POST job.api/document.
        """
        body = write_document(
            number, title=title, file_name=file_name, content=content, words=text, folder=folder
        )
        self._post("job.api/document", body, nothing)

    def documents(self, number: str) -> tuple[Document, ...]:
        """Return the documents of a job, without their content.

        Raises NotSent, Throttled, Unauthorised, Refused (also when there is no such job), InDoubt.

        Source: Practice Manager API 3.1, Jobs, GET job.api/documents/{number}.
        """
        return self._get(f"job.api/documents/{segment(number)}", read_documents)


def write_document(
    number: str, *, title: str, file_name: str, content: bytes, words: str, folder: str
) -> bytes:
    return write(
        "Document",
        text("Job", number),
        text("Title", title),
        text_if("Text", words),
        text_if("Folder", folder),
        text("FileName", file_name),
        text("Content", b64encode(content).decode("ascii")),
    )


def read_documents(root: Element) -> tuple[Document, ...]:
    """Read the list, whether or not a Response is around it: the documentation shows both."""
    return tuple(
        Document(
            title=text_of(document, "Title"),
            text=text_of(document, "Text"),
            folder=text_of(document, "Folder"),
            file_name=text_of(document, "FileName"),
            date=date_of(document, "Date"),
            created_by=text_of(document, "CreatedBy"),
            url=text_of(document, "URL"),
        )
        for document in list_of(root, "Documents", "Document")
    )
