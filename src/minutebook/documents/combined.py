"""Our documents and files from elsewhere as one PDF, in the order asked for, with a bookmark for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf

from minutebook.documents.blocks import RenderedDocument
from minutebook.documents.pdf import render_combined_pdf, render_pdf

_PROMISES = ("pdfaid:part", "pdfaid:conformance", "pdfaid:rev", "pdfuaid:part")


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignPdf:
    """A PDF that Minutebook did not make, under the title of its bookmark."""

    title: str
    content: bytes


def combine(parts: Sequence[RenderedDocument | ForeignPdf], *, title: str | None = None) -> bytes:
    """Return all parts as one PDF; the same parts give the same bytes.

    With a foreign file in it the whole no longer promises PDF/A and PDF/UA. Ours keep their structure all the
    same. Raises ValueError if there is nothing to combine.
    """
    ours = [part for part in parts if isinstance(part, RenderedDocument)]
    if len(ours) == len(parts):
        return render_combined_pdf(ours, title=title)
    whole = pikepdf.open(BytesIO(render_combined_pdf(ours, title=title))) if ours else pikepdf.new()
    with whole:
        _put_between(whole, parts)
        _promise_nothing(whole, title=title or (parts[0].title if not ours else ""))
        kept = BytesIO()
        whole.save(kept, deterministic_id=True)
    return kept.getvalue()


def _put_between(whole: pikepdf.Pdf, parts: Sequence[RenderedDocument | ForeignPdf]) -> None:
    """Put the foreign pages in their places among ours, which are all there in order, and bookmark them."""
    page = 0
    bookmarks: list[tuple[int, str]] = []  # first page and title of each
    for part in parts:
        if isinstance(part, RenderedDocument):
            page += _pages_of(part)
            continue
        with pikepdf.open(BytesIO(part.content)) as foreign:
            for each in foreign.pages:
                whole.pages.insert(page, each)
                page += 1
            bookmarks.append((page - len(foreign.pages), part.title))
    _bookmark(whole, bookmarks)


def _bookmark(whole: pikepdf.Pdf, bookmarks: Sequence[tuple[int, str]]) -> None:
    with whole.open_outline() as outline:
        starts = [_page_of(whole, item) for item in outline.root]
        for page, title in bookmarks:
            at = next((index for index, start in enumerate(starts) if start > page), len(starts))
            outline.root.insert(at, pikepdf.OutlineItem(title, page))
            starts.insert(at, page)


def _page_of(whole: pikepdf.Pdf, item: pikepdf.OutlineItem) -> int:
    destination: Any = item.destination  # Typst writes an explicit one: page, kind, where
    return int(whole.pages.index(pikepdf.Page(destination[0])))


def _pages_of(document: RenderedDocument) -> int:
    with pikepdf.open(BytesIO(render_pdf(document))) as alone:
        return len(alone.pages)


def _promise_nothing(whole: pikepdf.Pdf, *, title: str) -> None:
    with whole.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        for promise in _PROMISES:
            if promise in metadata:
                del metadata[promise]
        if title:
            metadata["dc:title"] = title
