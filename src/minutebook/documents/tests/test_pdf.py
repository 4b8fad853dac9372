"""The PDF: both standards, tagged, its fonts inside, the same bytes again, and fit to be signed."""

import hashlib
import io
import subprocess
import sys
import threading

import pikepdf
import pytest
from pypdf import PdfReader

from minutebook.documents import fonts
from minutebook.documents.blocks import Heading, Paragraph, RenderedDocument, Run, SignatureBlock, Signatures
from minutebook.documents.pdf import render_combined_pdf, render_pdf
from tests.document_cast import cast_fields, letter_to_director, resolution, share_certificate


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize(
    "document", [resolution(), share_certificate(), letter_to_director(), resolution(watermark="Draft")]
)
def test_both_standards_are_declared_and_kept(document: RenderedDocument) -> None:
    with opened(render_pdf(document)) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == (
            "2",
            "A",
            "1",
        )
        assert metadata["dc:title"] == document.title
        assert pdf.Root.Lang == "en-AU"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"


def test_every_font_is_inside() -> None:
    fields = cast_fields(person={"name": "Māori 中文 🏉 שלום", "address": "x"})

    with opened(render_pdf(resolution(fields=fields))) as pdf:
        descriptors = [
            thing
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
        ]
        assert len(descriptors) >= 4
        assert all("/FontFile2" in descriptor or "/FontFile3" in descriptor for descriptor in descriptors)


def test_the_structure_names_headings_lists_and_table_heads() -> None:
    with opened(render_pdf(resolution())) as pdf:
        roles = {
            str(thing.S)
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/StructElem"
        }

    assert {"/H1", "/H2", "/L", "/LI", "/Lbl", "/LBody", "/Table", "/TH", "/TD", "/P"} <= roles


def test_the_page_names_company_trace_number_and_count() -> None:
    (page,) = pages_of(render_pdf(resolution()))

    assert "Southern Star Pty Ltd ACN 918 844 023 · MB-000481-7K3Q" in " ".join(page.split())
    assert "Page 1 of 1" in page


def test_clauses_are_numbered_by_depth() -> None:
    (page,) = pages_of(render_pdf(resolution()))

    flat = " ".join(page.split())
    assert "A. Aroha Ngata of 17 Bastings Street" in flat
    assert "1. Appointment. That" in flat
    assert "(b) The consent" in flat


def test_the_same_document_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib; from tests.document_cast import resolution;"
        "from minutebook.documents.pdf import render_pdf;"
        "print(hashlib.sha256(render_pdf(resolution())).hexdigest())"
    )

    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert other.stdout.strip() == hashlib.sha256(render_pdf(resolution())).hexdigest()


def test_other_work_between_two_renderings_changes_nothing() -> None:
    before = render_pdf(resolution())
    render_pdf(share_certificate())

    assert render_pdf(resolution()) == before


def test_threads_render_side_by_side() -> None:
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(render_pdf(resolution()))) for _ in range(3)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 3
    assert len(set(made)) == 1


def test_a_combined_file_counts_pages_within_each_document() -> None:
    long = resolution(
        title="Register", blocks=tuple(Paragraph((Run(f"Line {number}"),)) for number in range(60))
    )

    combined = render_combined_pdf([long, share_certificate(), resolution()])

    counts = [page.split("Page ")[-1][:6] for page in pages_of(combined)]
    assert counts == ["1 of 2", "2 of 2", "1 of 1", "1 of 1"]
    with opened(combined) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Register", "Share certificate", resolution().title]
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Documents of Southern Star Pty Ltd"
            assert metadata["pdfuaid:part"] == "1"


def test_there_must_be_something_to_combine() -> None:
    with pytest.raises(ValueError, match="no document"):
        render_combined_pdf([])


@pytest.mark.parametrize("signatories", [1, 2, 5])
@pytest.mark.parametrize("lines", range(24, 40, 2))
def test_no_page_holds_signatures_alone(signatories: int, lines: int) -> None:
    blocks = (
        *(Paragraph((Run(f"Line {number}"),)) for number in range(lines)),
        Heading(2, (Run("Signed"),)),
        Signatures(tuple(SignatureBlock(f"Signatory {number}", "Director") for number in range(signatories))),
    )

    pages = pages_of(render_pdf(resolution(blocks=blocks)))

    with_signatures = [page for page in pages if "Signatory" in page]
    assert len(with_signatures) == 1
    assert "Line" in with_signatures[0]


def test_a_certificate_is_one_landscape_page() -> None:
    (page,) = PdfReader(io.BytesIO(render_pdf(share_certificate()))).pages

    assert page.mediabox.width > page.mediabox.height


def test_the_draft_mark_is_on_every_page_and_in_no_sentence() -> None:
    blocks = tuple(Paragraph((Run(f"Line {number}"),)) for number in range(60))

    pages = pages_of(render_pdf(resolution(blocks=blocks, watermark="Draft")))

    assert len(pages) == 2
    assert all("Draft" in page for page in pages)


def test_a_word_of_ten_thousand_letters_stays_on_the_paper() -> None:
    pages = pages_of(render_pdf(resolution(blocks=(Paragraph((Run("W" * 10_000),)),))))

    lines = [line for page in pages for line in page.splitlines() if line.startswith("WW")]
    assert sum(line.count("W") for line in lines) == 10_000
    assert max(map(len, lines)) < 80


def test_no_font_comes_from_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts.typst_fonts.cache_clear()
    monkeypatch.setattr(fonts, "_FOLDERS", ())

    with pytest.raises(fonts.FontMissing, match="Carlito"):
        fonts.typst_fonts()
