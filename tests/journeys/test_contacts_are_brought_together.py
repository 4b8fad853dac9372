"""The first synchronisation, and a name that somebody changes in Practice Manager: it arrives, and is decided."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Demo
from tests.journeys.test_the_whole_journey import assert_accessible, sign_in

COMPANY, RENAMED = "Corrigan Street Dental Pty Ltd", "Corrigan Street Dental Care Pty Ltd"


@pytest.mark.parametrize("demo", ["sqlite"], indirect=True)  # the whole journey runs on both
def test_a_name_changed_in_practice_manager_is_reviewed_and_given_back(quiet_page: Page, demo: Demo) -> None:
    page = quiet_page
    sign_in(page, demo)
    page.get_by_role("link", name="Contacts").first.click()
    page.get_by_role("link", name="Bring contacts together").click()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("button", name="Finish")).to_be_visible(timeout=60_000)
    assert_accessible(page)
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("Contacts and clients are brought together.")).to_be_visible()

    rename_in_practice_manager(page, demo)
    page.goto(f"{demo.url}/contacts/together/")
    page.get_by_role("button", name="Read now").click()
    open_record_once_it_differs(page, demo)
    assert_accessible(page)

    page.get_by_role("radio", name=RENAMED).check()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{RENAMED}: Name taken from XPM.")).to_be_visible()
    page.get_by_role("button", name="Undo the last decision").click()
    expect(page.get_by_role("radio", name=RENAMED)).to_be_visible()
    expect(page.get_by_role("heading", name=COMPANY)).to_be_visible()


def rename_in_practice_manager(page: Page, demo: Demo) -> None:
    page.goto(demo.practice_manager_url)
    page.get_by_role("link", name="Clients").first.click()
    page.get_by_role("searchbox").fill("Corrigan Street")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=COMPANY).click()
    page.get_by_label("Name", exact=True).fill(RENAMED)
    page.get_by_role("button", name="Save client").click()
    expect(page.get_by_text("Client changed.")).to_be_visible()


def open_record_once_it_differs(page: Page, demo: Demo) -> None:
    """Look until the worker has read it: it takes a second or two."""
    for _ in range(40):
        page.goto(f"{demo.url}/contacts/clients/?q=Corrigan+Street&status=different")
        page.wait_for_load_state("load")
        if page.get_by_role("link", name="Review", exact=True).count() > 1:
            page.get_by_role("table").get_by_role("link", name="Review", exact=True).click()
            if page.get_by_role("radio", name=RENAMED).count():
                return
        page.wait_for_timeout(500)
    raise AssertionError("The changed name did not arrive")
