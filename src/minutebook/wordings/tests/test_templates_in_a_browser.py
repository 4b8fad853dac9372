"""A template edited, broken, mended and restored by hand, with the keys promised; then a letterhead changed."""

import io
import os
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from minutebook.firms.models import Membership, User
from minutebook.scope import firm_scope
from minutebook.wordings.models import WordingVersion
from tests.cast import make_firm, make_user, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def partner(transactional_db: None) -> User:
    return make_user(make_firm(), "Mei Chen", "mei.chen@kauriwattle.example", Membership.Role.PARTNER)


@pytest.fixture
def complaints(page: Page) -> list[Any]:
    said: list[Any] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    return said


def look(page: Page, name: str, complaints: list[Any]) -> None:
    """Read the page with axe, and photograph it where a folder is named."""
    found = Axe().run(page, options={"preload": False}).response["violations"]
    complaints += [(name, each["id"], [node["html"] for node in each["nodes"]]) for each in found]
    if folder := os.environ.get("MINUTEBOOK_PICTURES"):
        for width in (1280, 640, 400):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=str(Path(folder, f"{name}-{width}.png")), full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})


def png() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (400, 120), (20, 60, 90)).save(kept, "PNG")
    return kept.getvalue()


def ending(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words) + r"\s*$")


def sign_in(page: Page, server: LiveServer, user: User) -> None:
    (cookie,) = signed_in(user).cookies.values()
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])


def test_a_template_is_edited_broken_mended_and_restored_and_a_letterhead_changed(
    page: Page, live_server: LiveServer, partner: User, complaints: list[Any]
) -> None:
    sign_in(page, live_server, partner)
    page.goto(f"{live_server.url}/settings/templates/")
    page.get_by_role("link", name="Consent to act as director or secretary").click()
    wording, sheet = page.get_by_label("Wording", exact=True), page.get_by_role("region", name="Preview")
    expect(sheet).to_contain_text("consent to act as")

    wording.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nGladly: ")
    page.keyboard.press("Control+Space")
    page.keyboard.type("company.name")
    page.keyboard.press("Enter")
    expect(wording).to_have_value(ending("Gladly: {{ company.name }}"))
    expect(sheet).to_contain_text("Gladly: Southern Star Pty Ltd")

    page.keyboard.type(" {{ compny.name }}")
    expect(page.get_by_text("There is no field “compny”. Did you mean company?")).to_be_visible()
    look(page, "template-broken", complaints)
    page.get_by_role("button", name="Go to line").click()
    assert "compny" in page.evaluate("getSelection().toString()")
    page.get_by_role("button", name="Save wording").click()
    expect(page.get_by_role("link", name="There is no field")).to_be_visible()
    expect(wording).to_have_value(ending("{{ compny.name }}"))

    wording.fill(wording.input_value().replace(" {{ compny.name }}", ""))
    page.get_by_label("What you changed").fill("Gladly")
    page.get_by_role("button", name="Save wording").click()
    expect(page.get_by_text("Version 1 saved")).to_be_visible()
    page.get_by_role("link", name="What version 1 changed").click()
    expect(page.locator("ins").first).to_contain_text("Gladly")
    page.go_back()
    page.get_by_role("button", name="Back to the supplied wording").click()
    page.get_by_role("button", name="Restore version 1").click()

    expect(page.get_by_text("Version 1 restored, as version 3")).to_be_visible()

    page.goto(f"{live_server.url}/settings/letterhead/")
    letter = page.get_by_role("region", name="A letter")
    page.get_by_label("Lines").fill("Level 3, 1 Collins Street\nMelbourne")
    expect(letter).to_contain_text("Level 3, 1 Collins Street")
    logo: FilePayload = {"name": "logo.png", "mimeType": "image/png", "buffer": png()}
    page.locator("input[type=file]").set_input_files(logo)
    expect(letter.get_by_alt_text("Logo of Kauri & Wattle")).to_be_visible()
    page.get_by_role("button", name="Save letterhead").click()
    expect(page.get_by_text("Letterhead saved")).to_be_visible()
    look(page, "letterhead", complaints)
    with firm_scope(Membership.everywhere.get().firm_id):
        assert WordingVersion.objects.count() == 3
    assert [each for each in complaints if "422" not in str(each)] == []
