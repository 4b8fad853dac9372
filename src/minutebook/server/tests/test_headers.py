"""What every answer tells the browser: read from every address there is."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver

import minutebook
from minutebook.companies.models import Company
from minutebook.firms.models import User
from minutebook.server.headers import PERMISSIONS
from tests.cast import signed_in

_PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
_EXAMPLES = {"int": "1", "uuid": "00000000-0000-0000-0000-000000000001"}


def every_address() -> list[str]:
    """Return each address of the resolver, filled with values of its kinds. Mostly of rows that are not there."""
    return sorted(set(_addresses("", get_resolver().url_patterns)))


def _addresses(prefix: str, patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(route, pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and not route.partition("^")[2]:
            yield "/" + _PARAMETER.sub(lambda found: _EXAMPLES.get(found[1], "x"), route)


@pytest.fixture
def answers(administrator: User, company: Company) -> dict[str, Any]:
    """What each address answers, signed in and as a stranger, by a name of it."""
    inside, outside = signed_in(administrator), Browser()
    return {
        f"{who} {address}": _read(browser.get(address))
        for who, browser in (("inside", inside), ("outside", outside))
        for address in every_address()
        if address != "/settings/practice-manager/connected/"
    }


def _folder_of(name: str) -> str:
    """Return the first folder of an address that is named "inside /shared/x/"."""
    return "/" + name.partition(" /")[2].partition("/")[0] + "/"


def _read(answer: Any) -> Any:
    """Read a file's answer to its end: that closes the file, as a server does."""
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def test_every_answer_carries_them(answers: dict[str, Any]) -> None:
    assert len(answers) > 150
    wrong = {
        name: (header, answer.headers.get(header))
        for name, answer in answers.items()
        for header, expected in (
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", PERMISSIONS),
            ("Access-Control-Allow-Origin", None),
        )
        if answer.headers.get(header) != expected
        # An address that holds a secret of its own tells nobody where somebody came from.
        and (header, _folder_of(name))
        not in {
            ("Referrer-Policy", "/invited/"),
            ("Referrer-Policy", "/shared/"),
        }
    }
    kept = {
        name: answer.headers["Cache-Control"]
        for name, answer in answers.items()
        if "no-store" not in answer.headers["Cache-Control"]
    }
    assert (wrong, kept) == ({}, {})
    for secret in ("outside /invited/x/", "outside /shared/x/"):
        assert answers[secret].headers["Referrer-Policy"] == "no-referrer"


def test_the_policy_of_every_answer_allows_only_ourselves(answers: dict[str, Any]) -> None:
    policies = {answer.headers["Content-Security-Policy"] for answer in answers.values()}

    assert len(policies) == 1
    policy = policies.pop()
    assert "unsafe" not in policy
    assert "*" not in policy
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy


def test_no_page_has_script_or_style_of_its_own(answers: dict[str, Any]) -> None:
    pages = {
        name: answer.content.decode()
        for name, answer in answers.items()
        if not answer.streaming and "html" in answer.headers.get("Content-Type", "")
    }
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*(\ssrc=|application/json))"
    )

    assert len(pages) > 60
    assert [name for name, page in pages.items() if inline.search(page)] == []


def test_a_cookie_is_of_this_site_and_not_for_scripts(administrator: User) -> None:
    browser = Browser()
    browser.post("/accounts/login/", {"login": administrator.email, "password": "correct-horse-battery"})

    cookies = {name: (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"], cookie["expires"])
               for name, cookie in browser.cookies.items()}  # fmt: skip

    assert cookies["minutebook"] == (True, "Lax", "/", "", "")
    assert cookies["minutebook-csrf"][:4] == (True, "Lax", "/", "")
    assert set(cookies) == {"minutebook", "minutebook-csrf"}


def test_over_https_plain_http_is_left_for_good(db: None) -> None:
    with override_settings(
        SECURE_SSL_REDIRECT=True,
        SECURE_HSTS_SECONDS=31_536_000,
        SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    ):
        plain = Browser().get("/accounts/login/")
        secure = Browser().get("/accounts/login/", headers={"X-Forwarded-Proto": "https"})

    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/accounts/login/")
    assert secure["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_form_of_another_site_is_refused_everywhere(administrator: User) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(administrator)

    taken = {
        address: status for address in every_address() if (status := browser.post(address).status_code) != 403
    }

    assert taken == {}


def test_nothing_answers_a_trace(administrator: User) -> None:
    browser = signed_in(administrator)

    answered = [each for each in every_address() if browser.generic("TRACE", each).status_code == 200]

    assert answered == []


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("https://minutebook.example", ("__Host-minutebook", "__Host-minutebook-csrf")),
        ("http://localhost:8000", ("minutebook", "minutebook-csrf")),
    ],
)
def test_cookies_are_bound_to_the_host_once_the_address_is_https(
    monkeypatch: pytest.MonkeyPatch, address: str, names: tuple[str, str]
) -> None:
    monkeypatch.setenv("MINUTEBOOK_URL", address)

    found = runpy.run_path(str(Path(minutebook.__file__).with_name("settings.py")))

    is_https = address.startswith("https")
    assert (found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]) == names
    assert (found["SESSION_COOKIE_SECURE"], found["CSRF_COOKIE_SECURE"]) == (is_https, is_https)
    assert (found["SECURE_SSL_REDIRECT"], found["SECURE_HSTS_SECONDS"] > 0) == (is_https, is_https)
