"""A spreadsheet with mistakes becomes registers: read, mended beside its cells, sent again corrected, undone."""

import re

from playwright.sync_api import FilePayload, Page, expect

from tests.journeys.conftest import Demo
from tests.journeys.test_after_the_release import ON_SQLITE
from tests.journeys.test_the_whole_journey import assert_accessible, sign_in

WRONG = """Company Name,Company Number,Incorporation Date,State
Blue Gum Cartage Pty Ltd,010 499 966,31/02/2017,Victoria
Wattle Dental Pty Ltd,2724335,14/07/2001,NSW
"""
CORRECTED = WRONG.replace("31/02/2017", "14/03/2017").replace("2724335", "2724334")


@ON_SQLITE
def test_with_its_errors_beside_the_cells_then_entered_then_undone(quiet_page: Page, demo: Demo) -> None:
    page = quiet_page
    sign_in(page, demo)
    send(page, demo, WRONG)

    expect(page.get_by_role("heading", name="2 rows to mend")).to_be_visible()
    day = page.get_by_label("Registered on, row 2")
    expect(day).to_have_value("31/02/2017")
    expect(day).to_have_accessible_description(re.compile("is no day of the calendar"))
    number = page.get_by_label("ACN, row 3")
    expect(number).to_have_accessible_description(re.compile("The check digit of this ACN does not fit"))
    expect(page.get_by_role("button", name="Import all")).to_have_count(0)
    assert_accessible(page)

    send(page, demo, CORRECTED)
    expect(page.get_by_role("heading", name="Ready to import")).to_be_visible()
    page.get_by_role("button", name="Import all").click()
    expect(page.get_by_role("heading", name="What it made")).to_be_visible()
    page.get_by_role("link", name="Show companies").click()
    expect(page.get_by_role("link", name="Wattle Dental Pty Ltd", exact=True)).to_be_visible()

    page.go_back()
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("The registers are as they were before it.")).to_be_visible()
    page.goto(f"{demo.url}/companies/")
    expect(page.get_by_role("link", name="Wattle Dental Pty Ltd", exact=True)).to_have_count(0)


def send(page: Page, demo: Demo, text: str) -> None:
    """Send a file, and confirm its columns as they were recognised."""
    page.goto(f"{demo.url}/companies/import/")
    file: FilePayload = {"name": "companies.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("Spreadsheets").set_input_files([file])
    page.get_by_role("button", name="Read spreadsheets").click()
    expect(page.get_by_role("heading", name="Which column is which?")).to_be_visible()
    page.get_by_role("button", name="Check rows").click()
