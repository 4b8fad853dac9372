"""Files of the user's own in a pack: what is taken, where it goes, and what is said of what is not taken."""

import errno
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.test import TestCase
from django.urls import reverse

from minutebook.companies.models import Company
from minutebook.documents.models import Document, DocumentPack
from minutebook.firms.models import User
from minutebook.production.correcting import start_correction
from minutebook.production.models import OwnFile
from minutebook.production.uploads import LARGEST, CannotTake, check_size, check_upload
from tests.packs import NOW, make_pack
from tests.sent_files import pdf_of, word_of


@pytest.fixture
def pack(company: Company, preparer: User) -> DocumentPack:
    return make_pack(company, by=preparer)


def add(browser: Browser, pack: DocumentPack, name: str, content: bytes) -> str:
    answer = browser.post(
        reverse("production:add-files", args=[pack.pk]),
        {"files": SimpleUploadedFile(name, content)},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    return answer.content.decode()


def listed(pack: DocumentPack) -> list[str]:
    return [each.title for each in pack.documents.order_by("position")]


LOCKED = pikepdf.Encryption(owner="secret", user="secret")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("Letter.pdf", b"", "“Letter.pdf” is empty: it has 0 bytes."),
        ("Letter.pdf", word_of(), "is called a PDF but is not one: it is a ZIP or Office file."),
        ("Letter.pdf", b"\x89PNG\r\n", "is called a PDF but is not one: it is a picture."),
        ("Letter.docx", pdf_of(), "is called a Word file but is not one: it is a PDF. Change its ending to .pdf"),
        ("Letter.pdf", pdf_of(encryption=LOCKED), "is locked with a password."),
        ("Letter.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "locked with a password, or is in Word’s"),
        ("Letter.docx", word_of("word/vbaProject.bin"), "holds macros."),
        ("Sheet.docx", word_of()[:-30], "is damaged and cannot be read."),
        ("Sheet.docx", b"Dear Sir", "is called a Word file but is not one."),
        ("Letter.pdf", b"%PDF-1.7\nnothing", "is damaged and cannot be read."),
        ("Long.pdf", pdf_of(5000), "has 5,000 pages, and a file may have at most 500."),
        ("Run.exe", b"MZ", "is neither a PDF nor a Word file (.docx)."),
    ],
)  # fmt: skip
def test_what_is_not_taken_is_told_in_a_sentence(name: str, content: bytes, why: str) -> None:
    with pytest.raises(CannotTake) as refused:
        check_upload(name, content)

    assert why in str(refused.value)


def test_a_file_too_large_is_told_before_it_is_read() -> None:
    with pytest.raises(CannotTake, match="has 26 MB, and a file may have at most 25 MB"):
        check_size("Scan.pdf", LARGEST + 1024 * 1024)


def test_a_hostile_name_is_made_harmless() -> None:
    assert check_upload("../../etc/\u202efdp.evil\x00.pdf", pdf_of()).name == "fdp.evil.pdf"


class TestInAPack:
    def test_it_stands_among_the_documents_and_is_bookmarked_in_the_one_pdf(
        self, as_preparer: Browser, pack: DocumentPack
    ) -> None:
        page = add(as_preparer, pack, "Letter from ASIC.pdf", pdf_of(3))
        add(as_preparer, pack, "Notes.docx", word_of())
        assert "Your file, 3 pages" in page
        own = pack.documents.get(title="Letter from ASIC")
        before = pack.documents.get(code="directors_resolution")
        moved = {"document": own.pk, "before": before.pk}
        as_preparer.post(reverse("production:order", args=[pack.pk]), moved)

        as_preparer.post(reverse("production:release", args=[pack.pk]))

        url = reverse("production:combined", args=[pack.pk])
        combined = as_preparer.get(url).getvalue()
        assert combined == as_preparer.get(url).getvalue()
        with pikepdf.open(BytesIO(combined)) as pdf, pdf.open_outline() as outline:
            titles = [item.title for item in outline.root]
            assert titles[:3] == [
                "Consent to act as director", "Letter from ASIC", "Circulating resolution of the directors"
            ]  # fmt: skip
            third: Any = outline.root[2].destination
            assert pdf.pages.index(pikepdf.Page(third[0])) == 1 + 3
            assert b"pdfaid:part" not in pdf.Root.Metadata.read_bytes()
        archive = zipfile.ZipFile(
            BytesIO(as_preparer.get(reverse("production:zip", args=[pack.pk])).getvalue())
        )
        assert "02 Letter from ASIC.pdf" in archive.namelist()
        assert archive.read("02 Letter from ASIC.pdf") == pdf_of(3)
        assert any(name.endswith("Notes.docx") for name in archive.namelist())

    def test_the_sentence_stands_beside_the_field(self, as_preparer: Browser, pack: DocumentPack) -> None:
        page = add(as_preparer, pack, "Letter.pdf", b"%PDF-1.7\nnothing")

        assert 'id="own-files-error"' in page
        assert "“Letter.pdf” is damaged" in page
        assert not OwnFile.objects.exists()

    def test_removed_it_can_be_put_back_until_release(self, as_preparer: Browser, pack: DocumentPack) -> None:
        add(as_preparer, pack, "Letter.pdf", pdf_of())
        own = OwnFile.objects.get()
        kept = Path(settings.MEDIA_ROOT) / str(own.file.name)

        as_preparer.post(reverse("production:remove-file", args=[pack.pk, own.document_id]))
        assert "Letter" not in listed(pack)
        as_preparer.post(reverse("production:put-back", args=[pack.pk, own.pk]))
        assert listed(pack)[-1] == "Letter"
        own.refresh_from_db()
        as_preparer.post(reverse("production:remove-file", args=[pack.pk, own.document_id]))
        assert kept.exists()
        with TestCase.captureOnCommitCallbacks(execute=True):
            as_preparer.post(reverse("production:release", args=[pack.pk]))

        assert not OwnFile.objects.exists()
        assert not kept.exists()

    def test_a_correction_has_it_too(self, as_preparer: Browser, pack: DocumentPack, preparer: User) -> None:
        add(as_preparer, pack, "Letter.pdf", pdf_of())
        as_preparer.post(reverse("production:release", args=[pack.pk]))
        pack.refresh_from_db()

        later = start_correction(pack, by=preparer, now=NOW)

        assert OwnFile.objects.get(pack=later).document == later.documents.get(code=Document.OWN_FILE)

    def test_a_disk_that_fills_up_half_way_leaves_nothing(
        self, as_preparer: Browser, pack: DocumentPack, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written: list[str] = []

        def full(storage: FileSystemStorage, name: str, content: ContentFile[bytes]) -> str:
            path = Path(storage.path(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"%PDF half of")
            written.append(str(path))
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(FileSystemStorage, "_save", full)

        page = add(as_preparer, pack, "Letter.pdf", pdf_of())

        assert "The server’s disk is full, so nothing was kept." in page
        assert written
        assert not Path(written[0]).exists()
        assert not OwnFile.objects.exists()
        answer = as_preparer.post(reverse("production:release", args=[pack.pk]), follow=True)
        assert "The server’s disk is full" in answer.content.decode()
        pack.refresh_from_db()
        assert pack.is_draft
