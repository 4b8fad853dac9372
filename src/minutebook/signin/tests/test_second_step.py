"""The second step: required by a firm, set up by a person, reset by an administrator, encrypted at rest."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser

from minutebook.activity.models import Activity
from minutebook.firms.models import Firm, Membership, User
from minutebook.scope import firm_scope
from tests.authenticator import code_of, give_app, set_up_app
from tests.cast import PASSWORD, make_user, signed_in

SET_UP = "/accounts/set-up/"


@pytest.fixture
def strict_firm(firm: Firm) -> Firm:
    """The firm, which requires a second step of its people."""
    firm.two_step_required = True
    firm.save()
    return firm


def sign_in(user: User, password: str = PASSWORD) -> tuple[Browser, Any]:
    browser = Browser()
    return browser, browser.post("/accounts/login/", {"login": user.email, "password": password})


def actions(firm: Firm) -> list[str]:
    with firm_scope(firm.pk):
        return list(Activity.objects.order_by("pk").values_list("action", flat=True))


class TestAFirmThatRequiresIt:
    def test_a_new_firm_requires_it(self, db: None) -> None:
        assert Firm.objects.create(name="New & Co").two_step_required

    @pytest.mark.parametrize(
        "path", ["/companies/", "/jobs/", "/settings/practice-manager/", "/settings/sign-in/"]
    )
    def test_nothing_can_be_opened_before_it_is_set_up(
        self, strict_firm: Firm, administrator: User, path: str
    ) -> None:
        answer = signed_in(administrator).get(path)

        assert (answer.status_code, answer["Location"]) == (302, SET_UP)

    def test_nothing_can_be_done_before_it_is_set_up(self, strict_firm: Firm, administrator: User) -> None:
        answer = signed_in(administrator).post("/settings/sign-in/required/")

        strict_firm.refresh_from_db()
        assert (answer["Location"], strict_firm.two_step_required) == (SET_UP, True)

    def test_a_part_of_a_page_opens_the_whole_page(self, strict_firm: Firm, preparer: User) -> None:
        answer = signed_in(preparer).get("/companies/", headers={"HX-Request": "true"})

        assert (answer.status_code, answer["HX-Redirect"]) == (204, SET_UP)

    @pytest.mark.django_db(transaction=True)  # allauth tells of it once it is committed
    def test_once_the_app_is_set_up_work_goes_on(self, strict_firm: Firm, preparer: User) -> None:
        browser, _ = sign_in(preparer)

        set_up_app(browser)

        assert browser.get("/companies/").status_code == 200
        assert actions(strict_firm) == [
            "person.signed-in",
            "person.second-step-added",
            "person.second-step-added",
        ]

    def test_setting_it_up_right_after_signing_in_asks_for_no_password_again(
        self, strict_firm: Firm, preparer: User
    ) -> None:
        browser, answer = sign_in(preparer)

        assert browser.get(answer["Location"], follow=True).redirect_chain[-1][0] == SET_UP
        assert browser.get("/accounts/second-step/totp/activate/").status_code == 200

    @pytest.mark.parametrize("path", ["totp/activate/", "webauthn/add/"])
    def test_what_changes_the_second_step_asks_again_later(self, preparer: User, path: str) -> None:
        with time_machine.travel(datetime.now(UTC), tick=False) as clock:
            browser, _ = sign_in(preparer)
            clock.shift(timedelta(minutes=6))

            answer = browser.get(f"/accounts/second-step/{path}")

        assert answer["Location"].startswith("/accounts/reauthenticate/")

    def test_the_last_one_cannot_be_removed(self, strict_firm: Firm, preparer: User) -> None:
        browser, _ = sign_in(preparer)
        set_up_app(browser)

        page = browser.post("/accounts/second-step/totp/deactivate/")

        assert "cannot be removed" in page.content.decode()
        assert Authenticator.objects.filter(user=preparer, type="totp").exists()


class TestSigningInWithACode:
    def test_a_password_alone_does_not_do(self, preparer: User) -> None:
        give_app(preparer)

        browser, answer = sign_in(preparer)

        assert answer["Location"] == "/accounts/second-step/authenticate/"
        assert browser.get("/companies/").status_code == 302

    def test_the_code_signs_in(self, preparer: User) -> None:
        secret = give_app(preparer)
        browser, _ = sign_in(preparer)

        browser.post("/accounts/second-step/authenticate/", {"code": code_of(secret)})

        assert browser.get("/companies/").status_code == 200

    @pytest.mark.parametrize("steps", [-1, 1])
    def test_a_telephone_half_a_minute_off_signs_in(self, preparer: User, steps: int) -> None:
        secret = give_app(preparer)
        browser, _ = sign_in(preparer)

        answer = browser.post("/accounts/second-step/authenticate/", {"code": code_of(secret, steps=steps)})

        assert answer.status_code == 302

    def test_a_code_works_once(self, preparer: User) -> None:
        secret = give_app(preparer)
        code = code_of(secret, steps=1)
        sign_in(preparer)[0].post("/accounts/second-step/authenticate/", {"code": code})

        again = sign_in(preparer)[0].post("/accounts/second-step/authenticate/", {"code": code})

        assert "used before" in again.content.decode()

    def test_a_recovery_code_signs_in_once(self, preparer: User) -> None:
        give_app(preparer)
        code = RecoveryCodes.activate(preparer).get_unused_codes()[0]
        first, second = sign_in(preparer)[0], sign_in(preparer)[0]

        answers = [
            browser.post("/accounts/second-step/authenticate/", {"code": code}) for browser in (first, second)
        ]

        assert [answer.status_code for answer in answers] == [302, 200]

    def test_a_wrong_code_is_recorded_without_the_code(self, firm: Firm, preparer: User) -> None:
        give_app(preparer)
        browser, _ = sign_in(preparer)

        browser.post("/accounts/second-step/authenticate/", {"code": "000000x"})

        row = Activity.objects.get()
        assert (row.action, row.actor) == ("person.second-step-failed", None)
        assert "000000x" not in json.dumps(row.particulars) + row.sentence


class TestAtRest:
    def test_neither_secret_nor_codes_can_be_read_in_the_database(self, preparer: User) -> None:
        secret = give_app(preparer)
        codes = RecoveryCodes.activate(preparer).get_unused_codes()

        with connection.cursor() as cursor:
            cursor.execute("SELECT data FROM mfa_authenticator")
            stored = str(cursor.fetchall())

        assert [each for each in (secret, *codes) if each in stored] == []
        assert stored.count("gAAAA") == 2  # how Fernet's tokens begin

    def test_a_lost_key_is_said_not_failed_on(self, preparer: User, settings: Any) -> None:
        secret = give_app(preparer)
        settings.TOKEN_KEYS = ["x" * 43 + "="]
        browser, _ = sign_in(preparer)

        page = browser.post("/accounts/second-step/authenticate/", {"code": code_of(secret)})

        assert "reset your second step" in page.content.decode()


class TestReset:
    def test_an_administrator_resets_and_the_person_is_mailed(
        self, firm: Firm, administrator: User, preparer: User
    ) -> None:
        give_app(preparer)
        membership = Membership.objects.get(user=preparer)

        signed_in(administrator).post(f"/settings/sign-in/people/{membership.pk}/reset/")

        assert not Authenticator.objects.filter(user=preparer).exists()
        assert mail.outbox[0].to == [preparer.email]
        assert "Daniel Okafor has reset your second step" in mail.outbox[0].body
        row = Activity.objects.get(action="person.second-step-reset")
        assert (row.actor, row.subject_id) == (administrator, str(membership.pk))

    def test_it_ends_every_sign_in_of_the_person(self, administrator: User, preparer: User) -> None:
        theirs = signed_in(preparer)
        give_app(preparer)
        membership = Membership.objects.get(user=preparer)

        signed_in(administrator).post(f"/settings/sign-in/people/{membership.pk}/reset/")

        assert theirs.get("/companies/").status_code == 302

    def test_a_preparer_may_not(self, preparer: User, administrator: User) -> None:
        give_app(administrator)
        membership = Membership.objects.get(user=administrator)

        answer = signed_in(preparer).post(f"/settings/sign-in/people/{membership.pk}/reset/")

        assert answer.status_code == 403
        assert Authenticator.objects.filter(user=administrator).exists()

    def test_a_person_of_another_firm_is_not_found(self, administrator: User, other_firm: Firm) -> None:
        stranger = make_user(other_firm, "Ngaire Bell", "ngaire@harbour.example")
        membership = Membership.everywhere.get(user=stranger)

        answer = signed_in(administrator).post(f"/settings/sign-in/people/{membership.pk}/reset/")

        assert answer.status_code == 404

    def test_whoever_also_works_for_another_firm_keeps_theirs(
        self, firm: Firm, administrator: User, preparer: User, other_firm: Firm
    ) -> None:
        give_app(preparer)
        with firm_scope(other_firm.pk):
            Membership.objects.create(firm=other_firm, user=preparer)
        membership = Membership.objects.get(user=preparer)

        page = signed_in(administrator).post(f"/settings/sign-in/people/{membership.pk}/reset/", follow=True)

        assert "minutebook manage reset_second_step" in page.content.decode()
        assert Authenticator.objects.filter(user=preparer).exists()

    def test_whoever_runs_the_server_resets_the_last_administrator(
        self, firm: Firm, administrator: User
    ) -> None:
        give_app(administrator)

        call_command("reset_second_step", administrator.email)

        assert not Authenticator.objects.filter(user=administrator).exists()
        assert "Whoever runs the server has reset" in mail.outbox[0].body


class TestSwitchingItOn:
    def test_it_is_recorded_and_holds_from_the_next_page_on(
        self, firm: Firm, administrator: User, preparer: User
    ) -> None:
        at_work = signed_in(preparer)
        assert at_work.get("/companies/").status_code == 200

        signed_in(administrator).post("/settings/sign-in/required/", {"required": "on"})

        assert at_work.get("/companies/")["Location"] == SET_UP
        assert "firm.two-step" in actions(firm)

    def test_it_can_be_switched_off_again(self, strict_firm: Firm, administrator: User) -> None:
        give_app(administrator)

        signed_in(administrator).post("/settings/sign-in/required/")

        strict_firm.refresh_from_db()
        assert not strict_firm.two_step_required

    def test_a_partner_may_not(self, firm: Firm) -> None:
        partner = make_user(firm, "Pia Strand", "pia@kauriwattle.example", Membership.Role.PARTNER)

        answer = signed_in(partner).post("/settings/sign-in/required/")

        assert answer.status_code == 403


@pytest.mark.django_db(transaction=True)
def test_adding_a_step_signs_out_whoever_came_in_without_it(preparer: User) -> None:
    elsewhere, (here, _) = signed_in(preparer), sign_in(preparer)

    set_up_app(here)

    assert (here.get("/companies/").status_code, elsewhere.get("/companies/").status_code) == (200, 302)
