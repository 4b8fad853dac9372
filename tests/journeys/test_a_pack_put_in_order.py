"""A pack of three events: put in order by keyboard, added to, set, left, opened again and released."""

import zipfile
from io import BytesIO
from pathlib import Path

import pikepdf
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Demo
from tests.journeys.test_after_the_release import ON_SQLITE
from tests.journeys.test_the_whole_journey import (
    TODAY,
    assert_accessible,
    choose,
    download_all,
    open_company,
    sign_in,
)

COMPANY = "Goldfields Surveying Pty Ltd"  # no other journey's


@ON_SQLITE
def test_three_events_put_in_order_added_to_and_released(
    quiet_page: Page, demo: Demo, tmp_path: Path
) -> None:
    page = quiet_page
    sign_in(page, demo)
    open_company(page, COMPANY)
    prepare_three_events(page)
    page.get_by_label("Files of your own").set_input_files(
        {"name": "Letter from ASIC.pdf", "mimeType": "application/pdf", "buffer": a_letter()}
    )
    page.get_by_role("button", name="Add files", exact=True).click()
    expect(page.get_by_label("Letter from ASIC", exact=True)).to_be_checked()

    up = page.get_by_role("button", name="Move up Register of officeholders")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Register of officeholders is number 2 of")).to_be_attached()
    expect(up).to_be_focused()
    expect(page.locator(".htmx-added, .htmx-settling")).to_have_count(
        0
    )  # its links load in place from then on
    page.get_by_role("link", name="Options for Resolution of directors").press("Enter")
    page.get_by_label("Minutes of a meeting").check()
    page.get_by_label("Held at").fill("By telephone")
    assert_accessible(page)
    page.get_by_role("button", name="Keep options").press("Enter")
    expect(page.get_by_label("Minutes of directors", exact=True)).to_be_checked()
    page.get_by_role("button", name="Show the printed pages").click()
    expect(page.get_by_role("img", name="Page 1 of Consent")).to_be_visible()

    page.get_by_role("link", name="Save and close").click()
    drafts = page.locator("section", has=page.get_by_role("heading", name="In preparation"))
    drafts.get_by_role("link", name="Appoint director").click()
    archive = download_all(page, tmp_path)

    names = [name for name in zipfile.ZipFile(archive).namelist() if name.endswith(".pdf")]
    assert names[:3] == [
        "01 Consent to act as director.pdf",
        "02 Register of officeholders.pdf",
        "03 Minutes of directors.pdf",
    ]
    assert names[-1].endswith("Letter from ASIC.pdf")

    page.get_by_role("link", name="Documents", exact=True).click()
    page.get_by_label("Lodgement").select_option("Due for lodgement")
    page.get_by_label("Find a pack").fill("goldfields")
    page.get_by_label("Find a pack").press("Enter")
    expect(page.get_by_role("link", name="Appoint director")).to_have_count(1)
    expect(page.get_by_role("heading", name="Due later")).to_be_visible()
    assert_accessible(page)


def a_letter() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        kept = BytesIO()
        pdf.save(kept)
    return kept.getvalue()


def prepare_three_events(page: Page) -> None:
    page.get_by_role("link", name="Prepare documents").first.click()
    page.get_by_label("Appoint director", exact=True).check()
    expect(page.get_by_label("Person")).to_be_visible()
    page.get_by_label("Change registered office", exact=True).check()
    expect(page.get_by_label("New address")).to_have_count(1)
    page.get_by_label("Change principal place of business", exact=True).check()
    expect(page.get_by_label("New address")).to_have_count(2)
    choose(page, page.get_by_label("Person"), "Aroha Ngata")
    page.get_by_label("Appointed on").fill(TODAY.isoformat())
    for place in range(2):
        page.get_by_label("Changed on").nth(place).fill(TODAY.isoformat())
        page.get_by_label("New address").nth(place).fill("6 Kinnaird Place, Preston VIC 3072")
    page.get_by_role("button", name="Continue to documents").click()
