"""The Word file: nothing for an auditor to find, real numbering, and text that stays text."""

import io
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from minutebook.documents.blocks import Paragraph, RenderedDocument, Run
from minutebook.documents.docx import render_docx
from tests.document_cast import cast_fields, letter_to_director, resolution, share_certificate

W = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}


def part_of(docx: bytes, name: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return etree.fromstring(archive.read(name))


def found(part: etree._Element, path: str) -> list[str]:
    return [str(value) for value in part.xpath(path, namespaces=W)]


@pytest.mark.parametrize(
    "document",
    [
        resolution(),
        share_certificate(),
        letter_to_director(),
        resolution(watermark='Draft "1"'),
        resolution(header=None),
    ],
    ids=["resolution", "certificate", "letter", "draft", "headless"],
)
def test_the_auditor_finds_nothing(document: RenderedDocument, tmp_path: Path) -> None:
    file = tmp_path / "document.docx"
    file.write_bytes(render_docx(document))

    result = OpenXmlValidator().validate(str(file))

    assert [str(error) for error in result.errors] == []


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render_docx(resolution()) == render_docx(resolution())


def test_headings_are_headings() -> None:
    body = part_of(render_docx(resolution()))

    assert found(body, "//w:pStyle/@w:val[starts-with(., 'Heading')]") == ["Heading1"] + ["Heading2"] * 3


def test_clauses_are_numbered_by_word_itself() -> None:
    docx = render_docx(resolution())
    body, numbering = part_of(docx), part_of(docx, "word/numbering.xml")

    assert not [text for text in found(body, "//w:t/text()") if text.startswith(("1.", "(a)", "A."))]
    assert found(body, "//w:numPr/w:ilvl/@w:val") == ["0", "0", "0", "1", "1", "0", "1", "1"]
    assert found(numbering, "//w:num/w:abstractNumId/@w:val") == ["1", "0", "0", "2"]
    assert found(numbering, "//w:abstractNum[1]/w:lvl/w:lvlText/@w:val") == ["%1.", "(%2)", "(%3)", "(%4)"]


def test_a_table_repeats_its_head() -> None:
    body = part_of(render_docx(resolution()))

    assert found(body, "//w:tr[w:trPr/w:tblHeader]//w:t/text()") == ["Member", "Class", "Shares"]


def test_the_text_above_the_signatures_stays_with_them() -> None:
    body = part_of(render_docx(resolution(blocks=(Paragraph((Run("Signed:"),)), *resolution().blocks[-1:]))))

    assert found(body, "//w:p[w:pPr/w:keepNext]//w:t/text()") == ["Signed:"]


def test_pages_are_counted_by_fields() -> None:
    footer = part_of(render_docx(resolution()), "word/footer1.xml")

    assert found(footer, "//w:fldSimple/@w:instr") == [" PAGE ", " NUMPAGES "]
    assert "MB-000481-7K3Q" in "".join(found(footer, "//w:t/text()"))


def test_title_and_language_are_properties() -> None:
    core = part_of(render_docx(resolution()), "docProps/core.xml")

    assert [element.text for element in core][:3] == [resolution().title, "Minutebook", "en-AU"]
    assert found(part_of(render_docx(resolution()), "word/styles.xml"), "//w:rPrDefault//w:lang/@w:val") == [
        "en-AU"
    ]


@pytest.mark.parametrize(
    "name", ["<w:p><w:r><w:t>x</w:t></w:r></w:p>", "]]>", "&amp;", '"', "</w:t></w:r></w:p>", "a < b"]
)
def test_a_value_that_looks_like_xml_stays_text(name: str) -> None:
    fields = cast_fields(person={"name": name, "address": name}, directors=[{"name": name}])

    body = part_of(render_docx(resolution(fields=fields, watermark=name)))

    texts = found(body, "//w:t/text()")
    assert name in texts
    assert len(found(body, "//w:p/@*")) == 0
    assert len(body.xpath("//w:p", namespaces=W)) == len(
        part_of(render_docx(resolution(fields=cast_fields(directors=[{"name": "x"}])))).xpath(
            "//w:p", namespaces=W
        )
    )
