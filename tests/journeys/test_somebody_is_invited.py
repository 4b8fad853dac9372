"""An administrator invites a viewer, who opens the mail in a browser of their own, looks, and changes nothing."""

import email
import email.policy
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Demo
from tests.journeys.test_the_whole_journey import assert_accessible, sign_in


@pytest.mark.parametrize("demo", ["sqlite"], indirect=True)
def test_a_viewer_is_invited_and_looks(quiet_page: Page, demo: Demo, browser: Browser) -> None:
    sign_in(quiet_page, demo)
    quiet_page.goto(f"{demo.url}/settings/people/")
    quiet_page.get_by_role("link", name="Invite person").click()
    quiet_page.get_by_label("Name").fill("Vera Lindqvist")
    quiet_page.get_by_label("E-mail").fill("vera@kauriwattle.example")
    quiet_page.get_by_label("Viewer").check()
    quiet_page.get_by_role("button", name="Send invitation").click()
    expect(quiet_page.get_by_text("Vera Lindqvist was mailed at vera@kauriwattle.example.")).to_be_visible()
    assert_accessible(quiet_page)

    page = browser.new_context(locale="en-AU").new_page()
    page.goto(_link(demo))
    expect(page.get_by_role("heading", name="Join Kauri & Wattle")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Password").fill("lighthouse-on-the-moor")
    page.get_by_role("button", name="Join Kauri & Wattle").click()
    expect(page.get_by_role("heading", name="Companies")).to_be_visible()
    expect(page.get_by_role("link", name="Harbour & Pine Pty Ltd")).to_be_visible()
    expect(page.get_by_role("link", name="Add company")).to_have_count(0)

    page.goto(f"{demo.url}/companies/add/")
    expect(page.get_by_role("heading", name="You may not do this")).to_be_visible()
    expect(page.get_by_text("Only an administrator, a partner or a preparer can")).to_contain_text(
        "Priya Raman"
    )
    page.context.close()


def _link(demo: Demo) -> str:
    """Return the link in the mail to Vera, as the demo's outbox has it."""
    for kept in (demo.folder / "mail").iterdir():
        mail = email.message_from_bytes(kept.read_bytes(), policy=email.policy.default)
        found = re.search(r"http\S+/invited/\S+", str(mail.get_body().get_content()))  # type: ignore[union-attr]
        if found and "vera@kauriwattle.example" in str(mail["To"]):
            return found[0]
    pytest.fail("no mail to Vera left")
