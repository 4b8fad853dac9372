"""Download All: files, registers and the job's request belong together, once."""

import zipfile
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.test import Client as Browser
from django.urls import reverse

from minutebook.companies.models import Company, CorporateEvent, Officeholder
from minutebook.documents.models import DocumentPack, ProducedFile
from minutebook.firms.models import Firm, User
from minutebook.jobs.models import JobRequest
from minutebook.production.release import NothingSwitchedOn, release_pack
from tests.cast import make_user, signed_in
from tests.packs import NOW, make_pack


@pytest.fixture
def pack(company: Company, preparer: User) -> DocumentPack:
    return make_pack(company, by=preparer)


def download(browser: Browser, pack: DocumentPack, **answers: str) -> int:
    return browser.post(reverse("production:release", args=[pack.pk]), answers).status_code


class TestDownloadAll:
    def test_the_registers_take_the_change_in_pencil(self, as_preparer: Browser, pack: DocumentPack) -> None:
        download(as_preparer, pack)

        entry = Officeholder.objects.get(entered_by__packs=pack)
        assert entry.contact.name == "Aroha Ngata"
        assert entry.entered_by is not None
        assert entry.entered_by.status == CorporateEvent.Status.PENDING
        assert not Officeholder.objects.final().filter(pk=entry.pk).exists()

    def test_the_zip_holds_pdf_and_word_of_every_document_that_is_on(
        self, as_preparer: Browser, pack: DocumentPack
    ) -> None:
        on = pack.documents.filter(is_on=True).count()

        download(as_preparer, pack)

        answer = as_preparer.get(reverse("production:zip", args=[pack.pk]))
        names = zipfile.ZipFile(BytesIO(answer.getvalue())).namelist()
        assert len(names) == 2 * on
        assert sum(name.endswith(".pdf") for name in names) == on

    def test_a_second_download_changes_nothing(self, as_preparer: Browser, pack: DocumentPack) -> None:
        download(as_preparer, pack)
        first = list(ProducedFile.objects.order_by("pk").values_list("sha256", flat=True))

        download(as_preparer, pack)

        assert list(ProducedFile.objects.order_by("pk").values_list("sha256", flat=True)) == first
        assert Officeholder.objects.filter(entered_by__packs=pack).count() == 1

    def test_the_kept_snapshot_gives_the_same_bytes_again(
        self, as_preparer: Browser, pack: DocumentPack
    ) -> None:
        download(as_preparer, pack)
        url = reverse("production:combined", args=[pack.pk])

        assert as_preparer.get(url).getvalue() == as_preparer.get(url).getvalue()

    def test_a_kept_file_is_the_one_whose_hash_was_noted(
        self, as_preparer: Browser, pack: DocumentPack
    ) -> None:
        download(as_preparer, pack)

        for file in ProducedFile.objects.all():
            assert file.sha256 in str(file.file.name)
            assert default_storage.size(str(file.file.name)) == file.size

    def test_without_the_switch_no_job_is_asked_for(self, as_preparer: Browser, pack: DocumentPack) -> None:
        download(as_preparer, pack)

        assert not JobRequest.objects.exists()

    def test_nothing_switched_on_is_said_and_releases_nothing(
        self, pack: DocumentPack, preparer: User
    ) -> None:
        pack.documents.update(is_on=False)

        with pytest.raises(NothingSwitchedOn, match="Switch on at least one document"):
            release_pack(
                pack, delivery=DocumentPack.Delivery.DOWNLOADED, by=preparer, now=NOW, with_job=False
            )

        pack.refresh_from_db()
        assert pack.is_draft

    def test_a_viewer_may_not_release(self, viewer: User, pack: DocumentPack) -> None:
        assert download(signed_in(viewer), pack) == 403


class TestDrafts:
    def test_a_draft_releases_nothing(self, as_preparer: Browser, pack: DocumentPack) -> None:
        answer = as_preparer.get(reverse("production:draft", args=[pack.pk]))

        assert answer.getvalue().startswith(b"%PDF")
        pack.refresh_from_db()
        assert pack.is_draft
        assert not ProducedFile.objects.exists()

    def test_files_of_a_draft_are_not_found(self, as_preparer: Browser, pack: DocumentPack) -> None:
        assert as_preparer.get(reverse("production:zip", args=[pack.pk])).status_code == 404


class TestAnotherFirm:
    @pytest.mark.parametrize("name", ["pack", "zip", "combined", "draft"])
    def test_its_pack_is_not_found(self, pack: DocumentPack, other_firm: Firm, name: str) -> None:

        stranger = make_user(other_firm, "Sam Stranger", "sam@harbour.example")

        assert signed_in(stranger).get(reverse(f"production:{name}", args=[pack.pk])).status_code == 404
