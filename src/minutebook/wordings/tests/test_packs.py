"""A pack is printed with the wording it was prepared with, until somebody takes the new one."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from minutebook.companies.models import Company
from minutebook.documents.models import Document, DocumentPack
from minutebook.documents.sources import supplied_text
from minutebook.firms.models import Firm, User
from minutebook.production.correcting import start_correction
from minutebook.production.drawing import snapshot_of
from minutebook.production.files import combined_pdf
from minutebook.production.printing import CannotPrint, print_document
from minutebook.production.release import release_pack
from minutebook.wordings.catalogue import all_wordings
from minutebook.wordings.models import OwnWording, WordingVersion
from minutebook.wordings.packs import CannotChange, change_wording, newer_wordings
from minutebook.wordings.saving import save_wording
from tests.cast import signed_in
from tests.documents_as_text import text_of_document
from tests.packs import NOW, make_pack

CONSENT = "consent_to_act"


@pytest.fixture
def as_administrator(administrator: User) -> Browser:
    return signed_in(administrator)


def reworded(words: str, *, by: User) -> WordingVersion:
    """Return the firm's consent with these words at its end, saved."""
    latest = WordingVersion.objects.latest().filter(name=CONSENT).first()
    source = f"{supplied_text(CONSENT).rstrip()}\n\n{words}\n"
    after = latest.number if latest else 0
    return save_wording(all_wordings()[CONSENT], source, after=after, note="", by=by, now=NOW)


def consent(pack: DocumentPack) -> Document:
    return pack.documents.select_related("pack__firm", "pack__company__contact").get(code=CONSENT)


def printed(pack: DocumentPack) -> str:
    pack = DocumentPack.objects.get(pk=pack.pk)
    return text_of_document(print_document(consent(pack), snapshot_of(pack, now=NOW)))


def released(pack: DocumentPack, by: User) -> DocumentPack:
    delivery = DocumentPack.Delivery.DOWNLOADED
    return release_pack(pack, delivery=delivery, by=by, now=NOW, with_job=False).pack


def url(name: str, pack: DocumentPack, *more: object) -> str:
    return reverse(f"production:{name}", args=[pack.pk, *more])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_new_pack_is_printed_with_the_firms_wording(company: Company, administrator: User) -> None:
    reworded("As we word it.", by=administrator)

    pack = make_pack(company, by=administrator)

    assert "As we word it." in printed(pack)
    assert newer_wordings(pack) == []


class TestTheWordingChangesWhileAPackIsOpen:
    @pytest.fixture
    def pack(self, company: Company, administrator: User) -> DocumentPack:
        pack = make_pack(company, by=administrator)
        reworded("As we word it.", by=administrator)
        return pack

    def test_the_pack_says_so_and_goes_on_with_the_former_one(
        self, pack: DocumentPack, as_administrator: Browser
    ) -> None:
        page = text(as_administrator.get(url("pack", pack)))

        assert "wording has changed since this pack was prepared" in page
        assert "As we word it." not in printed(pack)

    def test_the_new_one_is_taken(self, pack: DocumentPack, as_administrator: Browser) -> None:
        page = text(as_administrator.post(url("newer-wording", pack), {"take": "1"}, follow=True))

        assert "wording has changed since" not in page
        assert "As we word it." in printed(pack)

    def test_the_former_one_is_kept_until_the_next_change(
        self, pack: DocumentPack, as_administrator: Browser, administrator: User
    ) -> None:
        page = text(as_administrator.post(url("newer-wording", pack), {"keep": "1"}, follow=True))

        assert "wording has changed since" not in page
        assert "As we word it." not in printed(pack)
        reworded("Another thought.", by=administrator)
        assert [one.wording.name for one in newer_wordings(pack)] == [CONSENT]


def test_a_released_pack_never_changes(company: Company, administrator: User) -> None:
    reworded("As we word it.", by=administrator)
    pack = released(make_pack(company, by=administrator), administrator)
    before = combined_pdf(pack, snapshot_of(pack, now=NOW))

    reworded("Another thought.", by=administrator)

    assert combined_pdf(pack, snapshot_of(pack, now=NOW + timedelta(days=9))) == before
    with pytest.raises(CannotChange):
        change_wording(consent(pack), "---\ntitle: A\n---\n", by=administrator, now=NOW)


class TestOneDocumentOfOnePack:
    @pytest.fixture
    def pack(self, company: Company, administrator: User) -> DocumentPack:
        return make_pack(company, by=administrator)

    def change(self, browser: Browser, pack: DocumentPack, words: str) -> Any:
        source = f"{supplied_text(CONSENT).rstrip()}\n\n{words}\n"
        return browser.post(url("wording", pack, consent(pack).pk), {"source": source}, follow=True)

    def test_it_is_changed_compared_and_taken_back(
        self, pack: DocumentPack, as_preparer: Browser, company: Company
    ) -> None:
        page = text(self.change(as_preparer, pack, "For {{ company.name }} alone."))

        assert "changed for this pack only" in page
        assert f"For {company.name} alone." in printed(pack)
        assert "<ins>For</ins>" in (
            shown := text(as_preparer.get(url("wording", pack, consent(pack).pk)))
        ) or ("<ins>For {{ company.name }} alone.</ins>" in shown)
        as_preparer.post(url("template-again", pack, consent(pack).pk))
        assert "alone." not in printed(pack)

    def test_an_error_is_told_with_its_line(self, pack: DocumentPack, as_preparer: Browser) -> None:
        answer = self.change(as_preparer, pack, "{{ event.person.nmae }}")

        assert answer.status_code == 422
        assert "Did you mean event.person.name?" in text(answer)
        assert not OwnWording.objects.exists()

    def test_the_next_version_begins_with_it(
        self, pack: DocumentPack, as_preparer: Browser, administrator: User
    ) -> None:
        self.change(as_preparer, pack, "For this one alone.")
        former = released(DocumentPack.objects.get(pk=pack.pk), administrator)

        later = start_correction(former, by=administrator, now=NOW)

        assert OwnWording.objects.get(document__pack=later).source.endswith("For this one alone.\n")


def test_a_wording_that_does_not_fit_a_company_is_a_sentence(
    company: Company, administrator: User, firm: Firm, as_administrator: Browser
) -> None:
    """Print a field that the invented company has and this one lacks."""
    reworded("Held by {{ company.former_names|upper }}.", by=administrator)
    pack = make_pack(company, by=administrator)

    with pytest.raises(CannotPrint, match="cannot be printed for this company"):
        printed(pack)
    page = text(as_administrator.get(url("preview", pack, consent(pack).pk)))
    assert "cannot be printed for this company" in page
    answer = as_administrator.post(url("release", pack), follow=True)
    assert "cannot be printed for this company" in text(answer)
    assert DocumentPack.objects.get(pk=pack.pk).is_draft
