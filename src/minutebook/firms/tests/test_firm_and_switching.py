"""The firm's own settings, and a person of several firms."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client as Browser

from minutebook.activity.models import Activity
from minutebook.companies.models import Company
from minutebook.firms.abilities import Role
from minutebook.firms.models import Firm, Membership, User
from minutebook.scope import firm_scope
from tests.cast import make_user, signed_in


@pytest.fixture
def in_both(preparer: User, other_firm: Firm) -> User:
    """Priya Raman, who also looks after Harbour Advisory."""
    with firm_scope(other_firm.pk):
        Membership.objects.create(firm=other_firm, user=preparer, role=Role.ADMINISTRATOR)
    return preparer


class TestTheFirm:
    def typed(self, **other: str) -> dict[str, str]:
        kept = {"name": "Kauri & Wattle", "time_zone": "Australia/Melbourne", "phone": "03 9000 0000"}
        kept |= {"address": "Level 9, 120 Collins Street, Melbourne VIC 3000"}
        return kept | {"email": "office@kauriwattle.example"} | other

    def test_a_change_is_recorded_with_before_and_after(self, administrator: User, firm: Firm) -> None:
        signed_in(administrator).post("/settings/firm/", self.typed(phone="03 9111 1111"))

        row = Activity.objects.get(action="firm.changed")
        assert (row.before, row.after) == ({"Phone": "03 9000 0000"}, {"Phone": "03 9111 1111"})

    def test_another_time_zone_changes_today_at_once(self, administrator: User, firm: Firm) -> None:
        browser = signed_in(administrator)
        with time_machine.travel(datetime(2026, 11, 22, 14, 30, tzinfo=UTC)):
            before = browser.get("/companies/").wsgi_request.today  # type: ignore[attr-defined]
            browser.post("/settings/firm/", self.typed(time_zone="Australia/Perth"))
            after = browser.get("/companies/").wsgi_request.today  # type: ignore[attr-defined]

        assert (before.day, after.day) == (23, 22)

    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(self, administrator: User) -> None:
        page = signed_in(administrator).post(
            "/settings/firm/", self.typed(name="", time_zone="Mars/Olympus", phone="04 1234 5678")
        )

        assert page.status_code == 422
        assert "Give the name of the firm." in page.text
        assert "“Mars/Olympus” is not a time zone." in page.text
        assert "04 1234 5678" in page.text


class TestSwitching:
    def test_the_choice_holds_and_is_offered_only_to_who_has_one(
        self, in_both: User, other_firm: Firm, viewer: User, company_of_another_firm: Company
    ) -> None:
        browser = signed_in(in_both)
        assert "Harbour Advisory" in browser.get("/companies/").text
        assert "Work for" not in signed_in(viewer).get("/companies/").text

        browser.post(f"/firms/{other_firm.pk}/work-for/")

        assert "Secret Reef Pty Ltd" in browser.get("/companies/").text

    def test_a_firm_one_does_not_belong_to_is_not_found(self, as_preparer: Browser, other_firm: Firm) -> None:
        assert as_preparer.post(f"/firms/{other_firm.pk}/work-for/").status_code == 404
        assert as_preparer.post("/firms/999999/work-for/").status_code == 404

    def test_a_page_of_the_other_firm_says_which_one_works_for_and_offers_the_other(
        self, in_both: User, company_of_another_firm: Company, other_firm: Firm
    ) -> None:
        browser, address = signed_in(in_both), f"/companies/{company_of_another_firm.pk}/"

        page = browser.get(address)
        assert page.status_code == 404
        assert "You work for Kauri &amp; Wattle now" in page.text
        assert "Work for Harbour Advisory" in page.text
        page = browser.post(f"/firms/{other_firm.pk}/work-for/", {"next": address}, follow=True)

        assert "Secret Reef Pty Ltd" in page.text

    def test_who_has_one_firm_learns_nothing(
        self, as_preparer: Browser, company_of_another_firm: Company
    ) -> None:
        there = as_preparer.get(f"/companies/{company_of_another_firm.pk}/")
        nowhere = as_preparer.get("/companies/999999/")

        assert (there.status_code, there.text) == (404, nowhere.text)

    def test_a_form_opened_for_the_other_firm_no_longer_holds(self, in_both: User, other_firm: Firm) -> None:
        browser = Browser(enforce_csrf_checks=True)
        browser.force_login(in_both)
        page = browser.get("/companies/add/")
        token = str(page.context["csrf_token"])
        browser.post(f"/firms/{other_firm.pk}/work-for/", {"csrfmiddlewaretoken": token})

        stale = browser.post("/companies/add/", {"csrfmiddlewaretoken": token})

        assert stale.status_code == 403
        assert "nothing was changed" in stale.text

    def test_where_one_goes_on_to_stays_here(self, in_both: User, other_firm: Firm) -> None:
        answer = signed_in(in_both).post(
            f"/firms/{other_firm.pk}/work-for/", {"next": "https://evil.example/"}
        )

        assert answer["Location"] == "/companies/"


def test_somebody_of_another_firm_stays_in_theirs_until_they_choose(other_firm: Firm, firm: Firm) -> None:
    with firm_scope(other_firm.pk):
        mei = make_user(other_firm, "Mei Chen", "mei@harbour.example")

    assert signed_in(mei).get("/companies/").wsgi_request.firm == other_firm  # type: ignore[attr-defined]
