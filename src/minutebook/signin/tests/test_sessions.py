"""A sign-in ends by itself, by the person, and with the password."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client as Browser

from minutebook.activity.models import Activity
from minutebook.firms.models import Firm, Membership, User
from minutebook.scope import firm_scope
from minutebook.signin.sessions import browser_name
from tests.cast import PASSWORD, make_user, signed_in

NOON = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"
NEW_PASSWORD = "a-new-horse-battery"


def sign_in(user: User, password: str = PASSWORD, **headers: Any) -> Browser:
    browser = Browser(**headers)
    browser.post("/accounts/login/", {"login": user.email, "password": password})
    return browser


def is_in(browser: Browser) -> bool:
    return browser.get("/companies/").status_code == 200


class TestItEndsByItself:
    def test_after_an_hour_without_a_page(self, preparer: User) -> None:
        with time_machine.travel(NOON, tick=False) as clock:
            browser = sign_in(preparer)
            clock.shift(timedelta(minutes=61))

            page = browser.get("/companies/", follow=True)

        assert "nothing happened for 60 minutes" in page.content.decode()

    def test_not_while_somebody_works(self, preparer: User) -> None:
        with time_machine.travel(NOON, tick=False) as clock:
            browser = sign_in(preparer)
            for _ in range(5):
                clock.shift(timedelta(minutes=50))
                assert is_in(browser)

    def test_after_twelve_hours_in_any_case(self, preparer: User) -> None:
        with time_machine.travel(NOON, tick=False) as clock:
            browser = sign_in(preparer)
            for _ in range(14):
                clock.shift(timedelta(minutes=50))
                is_in(browser)
            clock.shift(timedelta(minutes=50))

            page = browser.get("/companies/", follow=True)

        assert "a sign-in holds for 12 hours" in page.content.decode()

    def test_a_part_of_a_page_leads_to_the_sign_in_page_and_back(self, preparer: User) -> None:
        answer = Browser().get(
            "/jobs/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/jobs/?page=2"}
        )

        assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fjobs%2F%3Fpage%3D2"

    def test_a_clock_that_went_back_ends_nothing(self, preparer: User) -> None:
        with time_machine.travel(NOON, tick=False) as clock:
            browser = sign_in(preparer)
            clock.shift(timedelta(hours=-1))

            assert is_in(browser)

    def test_it_is_written_at_most_once_a_minute(
        self, preparer: User, django_assert_num_queries: Any
    ) -> None:
        with time_machine.travel(NOON, tick=False) as clock:
            browser = sign_in(preparer)
            browser.get("/accounts/password/change/")
            clock.shift(timedelta(seconds=30))

            with django_assert_num_queries(3) as seen:
                browser.get("/accounts/password/change/")

        assert [each["sql"] for each in seen.captured_queries if not each["sql"].startswith("SELECT")] == []


class TestWhereAPersonIsSignedIn:
    def test_the_page_tells_browser_and_address(self, preparer: User) -> None:
        browser = sign_in(preparer, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="203.0.113.9")

        page = browser.get("/settings/your-sign-in/").content.decode()

        assert "Firefox on Windows" in page
        assert "203.0.113.9" in page
        assert "This browser" in page

    def test_one_other_place_is_ended(self, preparer: User) -> None:
        here, there, elsewhere = sign_in(preparer), sign_in(preparer), sign_in(preparer)
        place = UserSession.objects.get(session_key=there.session.session_key)

        here.post(f"/settings/your-sign-in/end/{place.pk}/")

        assert (is_in(here), is_in(there), is_in(elsewhere)) == (True, False, True)

    def test_all_others_are_ended(self, preparer: User) -> None:
        here, there, elsewhere = sign_in(preparer), sign_in(preparer), sign_in(preparer)

        here.post("/settings/your-sign-in/end-others/")

        assert (is_in(here), is_in(there), is_in(elsewhere)) == (True, False, False)

    def test_nobody_ends_another_persons(self, preparer: User, viewer: User) -> None:
        theirs, mine = sign_in(preparer), sign_in(viewer)
        place = UserSession.objects.get(session_key=theirs.session.session_key)

        answer = mine.post(f"/settings/your-sign-in/end/{place.pk}/")

        assert (answer.status_code, is_in(theirs)) == (404, True)

    def test_a_place_that_was_left_is_not_shown(self, preparer: User) -> None:
        with time_machine.travel(NOON, tick=False) as clock:
            sign_in(preparer, HTTP_USER_AGENT=FIREFOX)
            clock.shift(timedelta(hours=2))

            page = sign_in(preparer).get("/settings/your-sign-in/").content.decode()

        assert "Firefox" not in page

    @pytest.mark.parametrize(
        ("user_agent", "name"),
        [
            (FIREFOX, "Firefox on Windows"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.1 Safari/605.1.15",
             "Safari on Mac"),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0",
             "Edge on Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605 CriOS/142.0 Safari/604.1",
             "Chrome on iPhone"),
            ("curl/8.14", "A browser"),
            ("", "A browser"),
        ],
    )  # fmt: skip
    def test_a_browser_is_named_in_few_words(self, user_agent: str, name: str) -> None:
        assert browser_name(user_agent) == name


class TestThePassword:
    def test_a_change_ends_the_others_and_mails(self, preparer: User) -> None:
        here, there = sign_in(preparer), sign_in(preparer)

        here.post(
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        )

        assert (is_in(here), is_in(there)) == (True, False)
        assert mail.outbox[0].subject == "Your Minutebook password was changed"
        assert Activity.objects.filter(action="person.password", actor=preparer).exists()

    @pytest.mark.parametrize(
        ("password", "why"),
        [("short-one", "at least 12 characters"), ("q1w2e3r4t5y6", "commonly used"),
            ("Minutebook2026!", "little more than a name"), ("kauri-wattle-1", "little more than a name"),
         ("priya.raman@kauriwattle", "too similar")],
    )  # fmt: skip
    def test_a_weak_one_is_refused_with_the_reason(self, preparer: User, password: str, why: str) -> None:
        page = sign_in(preparer).post(
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": password, "password2": password},
        )

        assert why in page.content.decode()

    def test_a_long_one_of_any_characters_is_taken_whole(self, preparer: User) -> None:
        long = "  Ümläut 🦘 " + "x" * 80

        sign_in(preparer).post(
            "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": long, "password2": long}
        )

        preparer.refresh_from_db()
        assert preparer.check_password(long)

    def test_a_forgotten_one_is_replaced_by_mail_once(self, preparer: User) -> None:
        Browser().post("/accounts/password/reset/", {"email": preparer.email})
        link = re.search(r"http://localhost:8000(/\S+)", str(mail.outbox[0].body))
        assert link is not None
        browser, new = Browser(), {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

        form = browser.get(link[1], follow=True).redirect_chain[-1][0]
        browser.post(form, new)
        again = Browser().get(link[1])

        assert is_in(sign_in(preparer, NEW_PASSWORD))
        assert "no longer works" in again.content.decode()

    def test_the_link_leads_to_us_whatever_host_was_asked_for(self, preparer: User) -> None:
        Browser(HTTP_HOST="127.0.0.1").post("/accounts/password/reset/", {"email": preparer.email})

        assert "http://localhost:8000/accounts/password/reset/key/" in mail.outbox[0].body

    def test_the_link_ends_every_sign_in(self, preparer: User) -> None:
        elsewhere = sign_in(preparer)
        Browser().post("/accounts/password/reset/", {"email": preparer.email})
        link = re.search(r"http://localhost:8000(/\S+)", str(mail.outbox[0].body))
        assert link is not None
        browser = Browser()

        form = browser.get(link[1], follow=True).redirect_chain[-1][0]
        browser.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

        assert not is_in(elsewhere)

    def test_the_link_is_good_for_an_hour(self, preparer: User) -> None:
        with time_machine.travel(NOON, tick=False) as clock:
            Browser().post("/accounts/password/reset/", {"email": preparer.email})
            link = re.search(r"http://localhost:8000(/\S+)", str(mail.outbox[0].body))
            assert link is not None
            clock.shift(timedelta(minutes=61))

            page = Browser().get(link[1])

        assert "no longer works" in page.content.decode()

    def test_a_stranger_is_answered_like_a_person_and_not_mailed(self, preparer: User) -> None:
        known = Browser().post("/accounts/password/reset/", {"email": preparer.email})
        unknown = Browser().post("/accounts/password/reset/", {"email": "nobody@example.com"})

        assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
        assert [each.to for each in mail.outbox] == [[preparer.email]]


def test_a_wrong_password_and_a_stranger_are_answered_alike(preparer: User) -> None:
    pages = [
        Browser().post("/accounts/login/", {"login": email, "password": "wrong"}).content.decode()
        for email in (preparer.email, "nobody@example.com")
    ]

    problems = [re.findall(r"The email or the password[^<]*", page) for page in pages]
    assert problems[0] == problems[1] != []


def test_signing_in_gives_the_session_a_new_name(preparer: User) -> None:
    browser = Browser()
    browser.get("/accounts/second-step/webauthn/login/", headers={"Accept": "application/json"})
    before = browser.session.session_key

    browser.post("/accounts/login/", {"login": preparer.email, "password": PASSWORD})

    assert before
    assert browser.session.session_key != before


def test_whoever_is_not_in_use_any_more_is_out_at_once(firm: Firm, preparer: User) -> None:
    browser = signed_in(preparer)
    preparer.is_active = False
    preparer.save()

    assert browser.get("/companies/").status_code == 302


def test_signing_up_is_closed(db: None) -> None:
    answer = Browser().post(
        "/accounts/signup/", {"email": "me@example.com", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    )

    assert "Nobody signs up alone" in answer.content.decode()
    assert not User.objects.exists()


def test_the_same_person_of_two_firms_is_told_of_in_both(firm: Firm, other_firm: Firm) -> None:
    user = make_user(firm)
    with firm_scope(other_firm.pk):
        Membership.objects.create(firm=other_firm, user=user)

    sign_in(user)

    assert list(Activity.everywhere.values_list("firm_id", "action")) == [
        (firm.pk, "person.signed-in"),
        (other_firm.pk, "person.signed-in"),
    ]
