"""Files as people send them: a PDF of blank pages, a Word file."""

import zipfile
from io import BytesIO
from typing import Any

import pikepdf


def pdf_of(pages: int = 2, **saved: Any) -> bytes:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        kept = BytesIO()
        pdf.save(kept, deterministic_id=not saved, **saved)
    return kept.getvalue()


def word_of(*more: str) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as parts:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            parts.writestr(name, "<x/>")
    return kept.getvalue()
