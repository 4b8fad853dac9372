"""What a pack goes through once it is out: corrected, signed with the dates on the paper, or withdrawn."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Demo
from tests.journeys.test_the_whole_journey import (
    TODAY,
    assert_accessible,
    download_all,
    open_company,
    prepare_appointment,
    sign_in,
)

COMPANY = "Harbour & Pine Pty Ltd"
ON_SQLITE = pytest.mark.parametrize("demo", ["sqlite"], indirect=True)  # the whole journey runs on both


@ON_SQLITE
def test_released_corrected_and_signed(quiet_page: Page, demo: Demo, tmp_path: Path) -> None:
    page, yesterday = quiet_page, TODAY - timedelta(days=1)
    sign_in(page, demo)
    open_company(page, COMPANY)
    prepare_appointment(page, "Aroha Ngata")
    trace_number = page.locator(".trace").inner_text()
    download_all(page, tmp_path)
    expect(page.get_by_role("heading", name="Still to do")).to_be_visible()

    page.get_by_role("button", name="Correct this pack").click()
    expect(page.get_by_text("This is version 2.")).to_be_visible()
    assert page.locator(".trace").inner_text() == trace_number
    page.get_by_role("link", name="Change the events").first.click()
    page.get_by_label("Appointed on").fill(yesterday.isoformat())
    page.get_by_role("button", name="Continue to documents").click()
    download_all(page, tmp_path)

    page.get_by_role("link", name="Mark signed").click()
    assert_accessible(page)
    page.get_by_label("Appoint A. Ngata as director").fill(TODAY.isoformat())
    page.get_by_role("button", name="Mark signed").click()
    expect(page.get_by_text("Its entries in the registers are final.")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("link", name=COMPANY).first.click()
    director = page.get_by_role("row", name="Aroha Ngata")
    expect(director.first).to_contain_text(f"{TODAY:%d/%m/%Y}")
    expect(director.first).not_to_contain_text("Pending")
    page.get_by_role("link", name="To do", exact=True).click()
    expect(page.get_by_role("row", name="Lodge Form 484").filter(has_text=COMPANY)).to_be_visible()
    assert_accessible(page)


@ON_SQLITE
def test_withdrawn_it_leaves_the_registers(quiet_page: Page, demo: Demo, tmp_path: Path) -> None:
    page = quiet_page
    sign_in(page, demo)
    open_company(page, COMPANY)
    prepare_appointment(page, "Daniel Moreau")
    download_all(page, tmp_path)

    page.get_by_role("link", name="Withdraw").click()
    page.get_by_label("Reason").fill("He declined.")
    page.get_by_role("button", name="Withdraw MB-").click()

    expect(page.get_by_text("This pack is withdrawn.")).to_be_visible()
    page.get_by_role("link", name=COMPANY).first.click()
    expect(page.get_by_role("row", name="Daniel Moreau")).to_have_count(0)
