"""The margin of Prepare documents: what the pack would bring, while it is being filled in."""

import re

from django.test import Client as Browser
from django.urls import reverse

from minutebook.companies.models import Company, CorporateEvent
from minutebook.documents.models import DocumentPack
from tests.cast import TODAY, make_person
from tests.packs import appointment_fields

TWO_EVENTS = {
    "kinds_shown": "1",
    "kind": ["appoint_director", "change_principal_place"],
    "event": ["1:appoint_director", "2:change_principal_place"],
}


def appointment_without_director_id() -> dict[str, str]:
    return appointment_fields(make_person(), on=TODAY) | {"event1-director_id": ""}


def margin(browser: Browser, company: Company, typed: dict[str, str]) -> bytes:
    answer = browser.post(
        reverse("production:prepare", args=[company.pk]),
        TWO_EVENTS | typed,
        headers={"HX-Request": "true", "HX-Target": "foreseen"},
    )
    return answer.content


def words_of(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.decode()).split())


class TestForeseen:
    def test_events_that_are_filled_in_show_their_deadline_and_documents(
        self, as_preparer: Browser, company: Company
    ) -> None:
        words = words_of(margin(as_preparer, company, appointment_fields(make_person(), on=TODAY)))

        assert "1 Appoint director by 20 Dec 2026 2 Change principal place of business It will" in words
        assert "Resolution of directors (s248A)" in words
        assert "More documents are listed here once the fields are filled in." in words

    def test_what_is_only_to_be_remembered_is_said_at_once(
        self, as_preparer: Browser, company: Company
    ) -> None:
        words = words_of(margin(as_preparer, company, appointment_without_director_id()))

        assert "To remember" in words
        assert "The director ID of A. Ngata is not known." in words

    def test_nothing_is_saved(self, as_preparer: Browser, company: Company) -> None:
        margin(as_preparer, company, appointment_fields(make_person(), on=TODAY))

        assert not DocumentPack.objects.exists()
        assert not CorporateEvent.objects.exists()


class TestReminders:
    def test_the_pack_still_says_what_to_remember(self, as_preparer: Browser, company: Company) -> None:
        typed = appointment_without_director_id()
        one = {"kinds_shown": "1", "kind": "appoint_director", "event": "1:appoint_director", "continue": "1"}

        page = as_preparer.post(reverse("production:prepare", args=[company.pk]), one | typed, follow=True)

        assert "To remember" in words_of(page.content)
        assert "The director ID of A. Ngata is not known." in words_of(page.content)
