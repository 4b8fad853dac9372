"""One person's way through signing in, in a browser: led to a second step, a passkey, the codes, and back."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from minutebook.firms.models import Firm, Membership, User
from minutebook.scope import firm_scope
from tests.authenticator import code_of
from tests.cast import PASSWORD, make_firm, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def strict_firm(transactional_db: None) -> Firm:
    firm = make_firm()
    firm.two_step_required = True
    firm.save()
    return firm


@pytest.fixture
def person(strict_firm: Firm) -> User:
    return make_user(strict_firm, role=Membership.Role.ADMINISTRATOR)


def add_virtual_key(page: Page) -> None:
    """Give the browser a device with a fingerprint that always fits."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


class Watched:
    """A page whose every stop is read with axe, and photographed where a folder is named."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: list[Any] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda line: self.wrong.append(line.text) if line.type == "error" else None)

    def look(self, name: str) -> None:
        found = Axe().run(self.page, options={"preload": False}).response["violations"]
        self.wrong += [(name, each["id"], [node["html"] for node in each["nodes"]]) for each in found]
        if folder := os.environ.get("MINUTEBOOK_PICTURES"):
            self.page.screenshot(path=str(Path(folder, f"{name}.png")), full_page=True)


def test_a_person_is_led_to_a_passkey_and_signs_in_with_it(
    page: Page, live_server: LiveServer, person: User, strict_firm: Firm
) -> None:
    url = live_server.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name
    seen = Watched(page)
    add_virtual_key(page)

    page.goto(url)
    seen.look("sign-in")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill("not-the-password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_text("Capital letters count").wait_for()
    seen.look("sign-in-refused")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.get_by_role("heading", name="One more thing: your second step").wait_for()
    seen.look("set-up")
    page.get_by_role("link", name="Use an app").click()
    page.get_by_role("heading", name="Set up an authenticator app").wait_for()
    seen.look("app")
    page.go_back()
    page.get_by_role("link", name="Use a passkey").click()
    seen.look("add-passkey")
    page.get_by_label("Name").fill("Office laptop")
    page.get_by_role("button", name="Make the passkey").click()

    page.get_by_role("heading", name="Keep your recovery codes").wait_for()
    seen.look("recovery-codes")
    page.get_by_role("link", name="I have kept them: go on").click()
    page.get_by_role("heading", name="Companies", exact=True).wait_for()
    page.goto(f"{url}/settings/your-sign-in/")
    page.get_by_text("Office laptop").first.wait_for()
    seen.look("your-sign-in")
    page.goto(f"{url}/settings/sign-in/")
    page.get_by_text("1 passkey").wait_for()
    seen.look("firm")
    page.get_by_role("button", name="Reset").click()
    seen.look("firm-reset")
    page.get_by_role("button", name="Go back").click()

    page.evaluate("sessionStorage['minutebook.kept.prepare-41'] = '{}'")  # what was typed but not sent
    page.locator("summary", has_text=person.name).click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    assert page.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('minutebook.'))") == []
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Companies", exact=True).wait_for()

    assert seen.wrong == []
    with firm_scope(strict_firm.pk):
        assert Membership.objects.get().user == person


def test_the_other_pages_of_signing_in_have_nothing_against_them(
    page: Page, live_server: LiveServer, person: User
) -> None:
    seen = Watched(page)
    page.goto(live_server.url)
    page.get_by_role("link", name="Forgotten it?").click()
    seen.look("forgotten")
    page.get_by_label("Email").fill("nobody@example.com")
    page.get_by_role("button", name="Send link").click()
    page.get_by_role("heading", name="Look into your mail").wait_for()
    seen.look("forgotten-sent")
    page.goto(live_server.url)
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Use an app").click()
    page.get_by_text("Cannot scan it?").click()
    secret = page.locator(".setup-key").inner_text()
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Use this app").click()
    page.get_by_role("heading", name="Keep your recovery codes").wait_for()
    for name, path in (
        ("new-codes", "/accounts/second-step/recovery-codes/generate/"),
        ("remove-app", "/accounts/second-step/totp/deactivate/"),
        ("change-password", "/accounts/password/change/"),
        ("prove", "/accounts/reauthenticate/"),
        ("prove-by-code", "/accounts/second-step/reauthenticate/"),
    ):
        page.goto(f"{live_server.url}{path}")
        seen.look(name)
    page.goto(f"{live_server.url}/settings/your-sign-in/")
    page.locator("summary", has_text=person.name).click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Second step").wait_for()
    seen.look("second-step")

    assert seen.wrong == []
