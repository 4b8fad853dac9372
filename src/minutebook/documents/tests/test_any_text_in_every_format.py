"""Any text in any field is refused with a reason, or comes out literally in HTML, PDF and Word."""

import io
import zipfile
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree, html
from pypdf import PageObject, PdfReader

from minutebook.documents.blocks import RenderedDocument, to_json, walk_text
from minutebook.documents.docx import render_docx
from minutebook.documents.html import render_html
from minutebook.documents.pdf import render_pdf
from minutebook.documents.text import UnprintableText, check_text, printable_text
from tests.document_cast import cast_fields, letter_to_director, resolution, share_certificate

HOSTILE = [
    "<b>bold</b>", "{{ 7*7 }}", "{% set x = 1 %}", '#eval("1+1")', '#read("/etc/passwd")', "]]>", "&amp;",
    "# x", "1. x", "- x", "> x", "| a | b |", "---", "**x**", "*x",
    "_x_", "`x`", "[a](b)", "\\", "$x$",
    "<!-- x -->", "a\nb", "\n\n# x", "עברית", "مرحبا", "中文公司", "x" * 10_000, " ", "",
    "🏉👨\u200d👩\u200d👧",
    "e\u0301", "ﬁ", "'", '"', "[U+4E2D]",
]  # fmt: skip
anything = st.text(alphabet=st.characters(), max_size=30)
some = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def resolution_with(text: str) -> RenderedDocument:
    """The resolution, with the text wherever a value stands."""
    return resolution(
        fields=cast_fields(
            company={"name": text},
            person={"name": text, "address": text},
            directors=[{"name": text, "capacity": text}],
            members=[{"name": text, "share_class": text, "shares": 1}],
        )
    )


def texts_of_html(document: RenderedDocument) -> str:
    page = html.fragment_fromstring(render_html(document))
    for line_break in page.xpath("//br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return str(page.text_content())


def texts_of_docx(document: RenderedDocument) -> str:
    with zipfile.ZipFile(io.BytesIO(render_docx(document))) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    tag = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    return "".join(
        node.text or "" if node.tag == f"{tag}t" else "\n"
        for node in body.iter(f"{tag}t", f"{tag}br", f"{tag}p", f"{tag}tab")
    )


def shape_of(part: object) -> object:
    """What kinds of blocks stand in which order, without their runs."""
    if isinstance(part, list):
        return [shape_of(inner) for inner in part]
    if not isinstance(part, dict):
        return None
    return [part["type"], *(shape_of(inner) for name, inner in part.items() if name != "runs")]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_value_changes_no_block(text: str) -> None:
    hostile = resolution_with(text)

    assert check_text(text) in "\0".join(walk_text(hostile))
    if text.strip():
        assert shape_of(to_json(hostile)) == shape_of(to_json(resolution_with("Aroha")))


@some
@given(anything)
def test_any_text_is_refused_with_a_reason_or_stands_in_html_and_word(text: str) -> None:
    try:
        document = resolution_with(text)
    except UnprintableText as refused:
        assert "U+" in refused.message  # noqa: PT017 - one of two good outcomes
        return
    shown = printable_text(check_text(text))

    assert shown in texts_of_html(document)
    assert shown in texts_of_docx(document)


@some
@given(anything)
def test_any_text_that_is_accepted_makes_a_pdf(text: str) -> None:
    try:
        document = resolution_with(text)
    except UnprintableText:
        return

    assert render_pdf(document).startswith(b"%PDF-1.7")


@pytest.mark.parametrize("document", [resolution(), share_certificate(), letter_to_director()])
def test_pdf_and_word_hold_the_same_words(document: RenderedDocument) -> None:
    words_of_pdf = Counter(
        words_in("\n".join(page.extract_text() for page in pages_of(render_pdf(document))))
    )
    words_of_docx = Counter(words_in(texts_of_docx(document)))

    # Word counts clauses and pages itself, and keeps its footer in another part.
    only_in_pdf = words_of_pdf - words_of_docx
    assert words_of_docx - words_of_pdf == Counter()
    assert set(only_in_pdf) <= NUMBERS_OF_CLAUSES | set(words_in(" ".join(walk_text(document.footer)))) | PAGE


NUMBERS_OF_CLAUSES = {"A.", "B.", "1.", "2.", "(a)", "(b)", "•"}
PAGE = {"ACN", "·", "Page", "of", "1"}


def words_in(text: str) -> list[str]:
    return text.split()


def pages_of(pdf: bytes) -> list[PageObject]:
    return list(PdfReader(io.BytesIO(pdf)).pages)
