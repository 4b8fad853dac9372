"""Documents as PDF: one Typst compile, PDF/A-2a and PDF/UA-1 in one file, the same bytes for the same input.

Data reaches Typst as JSON in `sys.inputs` and is only ever shown as text; the template is ours alone.
"""

import json
import re
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

from minutebook.documents.blocks import (
    Block,
    ListBlock,
    PartyHeader,
    RenderedDocument,
    Table,
    blocks_to_json,
    column_shares,
    kept_with_next,
    to_json,
)
from minutebook.documents.fonts import FAMILIES, typst_fonts
from minutebook.documents.text import printable, printable_text

_TEMPLATES = Path(__file__).parent / "typst"
_LONG_WORD = re.compile(r"[^\s\"]{50,}")
_thread = threading.local()


def render_pdf(document: RenderedDocument) -> bytes:
    """Return the document as PDF. Takes about 20 ms for two pages; releases the GIL while it works."""
    return _compiled([printable(document)], title=document.title)


def render_pages(document: RenderedDocument, *, dots_per_inch: int = 110) -> list[bytes]:
    """Return the pages of the document's PDF as pictures (PNG): the same layout by the same engine."""
    made = _compiler().compile(
        format="png", ppi=dots_per_inch, sys_inputs=_inputs([printable(document)], document.title)
    )
    return [made] if isinstance(made, bytes) else [bytes(page) for page in made or ()]


def render_combined_pdf(documents: Sequence[RenderedDocument], *, title: str | None = None) -> bytes:
    """Return all documents in one PDF: a bookmark for each, and pages counted within each.

    Raises ValueError if there are none.
    """
    if not documents:
        raise ValueError("There is no document to combine.")
    return _compiled([printable(document) for document in documents], title=title or _title_of(documents[0]))


def _title_of(document: RenderedDocument) -> str:
    return (
        f"Documents of {document.header.name}" if isinstance(document.header, PartyHeader) else document.title
    )


def _compiled(documents: Sequence[RenderedDocument], *, title: str) -> bytes:
    dated = max(document.date for document in documents)
    pdf = _compiler().compile(
        format="pdf",
        sys_inputs=_inputs(documents, title),
        pdf_standards=["a-2a", "ua-1"],
        timestamp=datetime.combine(dated, time(), UTC),
    )
    assert isinstance(pdf, bytes)  # noqa: S101 - Typst returns a list only for images
    return pdf


def _inputs(documents: Sequence[RenderedDocument], title: str) -> dict[str, str]:
    data = json.dumps([_as_data(document) for document in documents], ensure_ascii=False)
    return {
        "documents": data,
        "title": printable_text(title),
        "date": max(document.date for document in documents).isoformat(),
        "fonts": json.dumps(FAMILIES),
        "long_words": "yes" if _LONG_WORD.search(data) else "no",
    }


def _as_data(document: RenderedDocument) -> dict[str, Any]:  # JSON for the template
    body = document.body
    kept = kept_with_next(body)
    data = to_json(document) | {"blocks": blocks_to_json(body)}
    for index in kept:
        data["blocks"][index]["sticky"] = True
    _measure_tables(body, data["blocks"])
    return data


def _measure_tables(blocks: Sequence[Block], plain: list[dict[str, Any]]) -> None:  # JSON for the template
    for block, data in zip(blocks, plain, strict=True):
        if isinstance(block, Table):
            data["shares"] = column_shares(block)
        elif isinstance(block, ListBlock):
            for item, item_data in zip(block.items, data["items"], strict=True):
                _measure_tables(item, item_data)


def _compiler() -> typst.Compiler:
    """Return this thread's compiler: sharing one between threads raises RuntimeError."""
    if not hasattr(_thread, "compiler"):
        _thread.compiler = typst.Compiler(
            str(_TEMPLATES / "documents.typ"), root=str(_TEMPLATES), font_paths=typst_fonts()
        )
    compiler: typst.Compiler = _thread.compiler
    return compiler
