"""Settings → Letterhead: seen before it is saved, the same in every format, and never a way in."""

import io
import struct
import zipfile
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from openxml_audit import OpenXmlValidator
from PIL import Image

from minutebook.activity.models import Activity
from minutebook.companies.models import Company
from minutebook.documents.docx import render_docx
from minutebook.documents.html import render_html
from minutebook.documents.models import DocumentPack
from minutebook.documents.pdf import render_pdf
from minutebook.firms.models import User
from minutebook.production.drawing import snapshot_of
from minutebook.production.files import combined_pdf
from minutebook.production.printing import print_document
from minutebook.production.release import release_pack
from minutebook.wordings.colours import contrast_on_white
from minutebook.wordings.logos import NoLogo, read_logo
from minutebook.wordings.models import Letterhead, Logo
from tests.cast import signed_in
from tests.packs import NOW, make_pack

PLAIN = {
    "name": "Kauri & Wattle", "lines": "Level 3, 1 Collins Street\n03 9000 0000", "logo_mm": 40, "ink": "#5a1e2c",
    "rule": "#8a5a00", "top_mm": 15, "side_mm": 25, "party_align": "left", "acn_beside": "on",
    "party_top_mm": 18, "party_side_mm": 24, "watermark": "NOT FINAL",
}  # fmt: skip
URL = "wordings:letterhead"


@pytest.fixture
def as_administrator(administrator: User) -> Browser:
    return signed_in(administrator)


def png(width: int = 300, height: int = 100, mode: str = "RGBA") -> bytes:
    kept = io.BytesIO()
    Image.new(mode, (width, height), (20, 60, 90, 128) if mode == "RGBA" else 0).save(kept, "PNG")
    return kept.getvalue()


def pixel_bomb() -> bytes:
    """Return a small PNG whose head promises 50,000 × 50,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def save(browser: Browser, logo: bytes | None = None, **typed: object) -> Any:
    files = {"new_logo": SimpleUploadedFile("logo.png", logo)} if logo is not None else {}
    return browser.post(reverse(URL), PLAIN | typed | files, follow=True)


def text(answer: Any) -> str:
    return str(answer.content.decode())


class TestALogo:
    @pytest.mark.parametrize(
        ("name", "content", "says"),
        [
            ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG drawing"),
            ("logo.png", b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa">]><svg/>', "SVG drawing"),
            ("logo.png", b"%PDF-1.7", "neither a PNG nor a JPEG"),
            ("logo.png", b"", "empty"),
            ("logo.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 3_000_000, "at most 2 MB"),
            ("logo.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 300, "damaged"),
            ("logo.png", png()[:200], "damaged"),
            ("logo.png", pixel_bomb(), "at most 12 million"),
            ("logo.png", png(1000, 20), "too narrow"),
        ],
    )
    def test_what_is_none_is_refused_with_a_sentence(self, name: str, content: bytes, says: str) -> None:
        with pytest.raises(NoLogo, match=says):
            read_logo(name, content)

    def test_only_its_pixels_are_kept_and_the_same_file_gives_the_same_bytes(self) -> None:
        hidden = png() + b"<script>alert(1)</script>"

        first, second = read_logo("a.png", hidden), read_logo("b.png", hidden)

        assert first == second
        assert b"script" not in first.content
        assert (first.kind, first.width, first.height) == ("png", 300, 100)

    def test_a_large_one_is_made_smaller(self) -> None:
        logo = read_logo("a.png", png(3000, 1000, "RGB"))

        assert (logo.width, logo.height) == (1200, 400)


def test_it_is_saved_shown_and_written_down(as_administrator: Browser) -> None:
    page = text(save(as_administrator, png()))

    assert "Letterhead saved" in page
    assert "data:image/png;base64," in page
    assert '<font color="#5a1e2c">Kauri &amp; Wattle</font>' in page
    assert "NOT FINAL" in page
    row = Activity.objects.get(action="letterhead.changed")
    assert row.after["Colour of the line"] == "#8a5a00"
    assert as_administrator.get(reverse("wordings:letterhead-pdf")).content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"ink": "#eeeeee"}, "could hardly be read on white: its contrast is 1.2 to 1"),
        ({"ink": "red"}, "# and six figures"),
        ({"side_mm": 60}, "At most 40 mm"),
        ({"lines": "a\n" * 7}, "at most six"),
        ({"name": ""}, "Give the firm’s name, or a logo that says it."),
        ({"watermark": ""}, "such as DRAFT"),
    ],
)
def test_what_would_not_print_well_is_refused(
    as_administrator: Browser, typed: dict[str, Any], says: str
) -> None:
    answer = save(as_administrator, **typed)

    assert answer.status_code == 422
    assert says in text(answer)
    assert not Letterhead.objects.exists()


def test_it_is_seen_before_it_is_saved(as_administrator: Browser) -> None:
    answer = text(as_administrator.post(reverse("wordings:try-letterhead"), PLAIN))

    assert "03 9000 0000" in answer
    assert not Letterhead.objects.exists()


def test_letters_carry_it_alike_in_every_format(
    as_administrator: Browser, company: Company, administrator: User, tmp_path: Path
) -> None:
    save(as_administrator, png())
    pack = make_pack(company, by=administrator)
    letter = pack.documents.select_related("pack").get(code="cover_letter")
    other = pack.documents.select_related("pack").get(code="consent_to_act")

    snapshot = snapshot_of(pack, now=NOW)
    document = print_document(letter, snapshot)
    html, word, pdf = render_html(document), render_docx(document), render_pdf(document)

    assert "data:image/png" in html
    with zipfile.ZipFile(io.BytesIO(word)) as parts:
        assert parts.read("word/media/logo.png") == bytes(Logo.objects.get().content)
        assert b"5A1E2C" in parts.read("word/document.xml")
    (tmp_path / "letter.docx").write_bytes(word)
    assert OpenXmlValidator().validate(str(tmp_path / "letter.docx")).errors == []
    assert (pdf, word) == (render_pdf(document), render_docx(document))
    paper = print_document(other, snapshot)
    assert "data:image" not in render_html(paper)
    assert 'class="party party-left party-beside"' in render_html(paper)


def test_a_released_pack_keeps_the_letterhead_it_had(
    as_administrator: Browser, company: Company, administrator: User
) -> None:
    save(as_administrator, png())
    pack = make_pack(company, by=administrator)
    pack.documents.update(is_on=True)
    delivery = DocumentPack.Delivery.DOWNLOADED
    pack = release_pack(pack, delivery=delivery, by=administrator, now=NOW, with_job=False).pack
    before = combined_pdf(pack, snapshot_of(pack, now=NOW))

    save(as_administrator, png(200, 200), lines="Somewhere else")

    assert combined_pdf(pack, snapshot_of(pack, now=NOW + timedelta(days=9))) == before


def test_others_may_look_and_are_told_who_can_change(as_preparer: Browser) -> None:
    page = text(as_preparer.get(reverse(URL)))

    assert "An administrator or a partner of your firm can change it" in page
    assert save(as_preparer).status_code == 403


def test_contrast_is_measured_as_wcag_does() -> None:
    assert round(contrast_on_white("#000000"), 1) == 21.0
    assert round(contrast_on_white("#767676"), 2) == 4.54
