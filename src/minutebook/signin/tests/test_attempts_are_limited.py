"""Nobody tries out passwords or codes: attempts are counted by person and by address, for every process."""

from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.test import Client as Browser
from django.test import RequestFactory

from minutebook.address import UNKNOWN, client_address
from minutebook.firms.models import User
from tests.authenticator import code_of, give_app
from tests.cast import PASSWORD


def attempt(user: User, typed: str = "wrong", address: str = "203.0.113.9") -> Any:
    return Browser(REMOTE_ADDR=address).post("/accounts/login/", {"login": user.email, "password": typed})


def test_the_sixth_wrong_password_is_not_looked_at(preparer: User) -> None:
    for number in range(5):
        attempt(preparer, address=f"203.0.113.{number}")

    page = attempt(preparer, PASSWORD, address="203.0.113.99").content.decode()

    assert "Too many attempts failed. Wait five minutes" in page


def test_an_address_that_tries_many_people_is_stopped(preparer: User, viewer: User) -> None:
    for number in range(20):
        Browser(REMOTE_ADDR="203.0.113.9").post(
            "/accounts/login/", {"login": f"guess-{number}@example.com", "password": "wrong"}
        )

    assert "Too many attempts failed" in attempt(preparer, PASSWORD).content.decode()
    assert attempt(viewer, PASSWORD, address="198.51.100.4").status_code == 302


def test_wrong_codes_are_counted_for_the_person(preparer: User) -> None:
    secret = give_app(preparer)
    browser = Browser()
    browser.post("/accounts/login/", {"login": preparer.email, "password": PASSWORD})
    for number in range(5):
        browser.post("/accounts/second-step/authenticate/", {"code": f"00000{number}x"})

    page = browser.post("/accounts/second-step/authenticate/", {"code": code_of(secret)})

    assert "Too many attempts failed" in page.content.decode()


def test_mails_for_forgotten_passwords_are_few(preparer: User) -> None:
    answers = [Browser().post("/accounts/password/reset/", {"email": preparer.email}) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert "Wait five minutes" in answers[-1].content.decode()


def test_what_is_counted_is_shared_by_all_processes(db: None) -> None:
    assert isinstance(caches["default"], DatabaseCache)


@pytest.mark.parametrize(
    ("proxies", "passed_on", "expected"),
    [
        (0, "203.0.113.9", "10.0.0.2"),  # anybody can write the header
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.66, 203.0.113.9", "203.0.113.9"),  # the first was written by the browser
        (2, "198.51.100.66, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.2"),  # it did not come through both
        (1, "", UNKNOWN),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::9]:4711", "2001:db8::9"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "<script>", UNKNOWN),
    ],
)
def test_the_address_is_what_our_own_proxies_saw(
    settings: Any, proxies: int, passed_on: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.2", headers={"X-Forwarded-For": passed_on})

    assert client_address(request) == expected


def test_a_header_of_ones_own_does_not_begin_the_count_anew(preparer: User) -> None:
    answers = [
        Browser(REMOTE_ADDR="203.0.113.9").post(
            "/accounts/login/",
            {"login": f"guess-{number}@example.com", "password": "wrong"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )
        for number in range(21)
    ]

    assert "Too many attempts failed" in answers[-1].content.decode()
