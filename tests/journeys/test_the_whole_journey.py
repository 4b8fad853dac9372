"""From a company event to a job in the practice manager, by the labels a user reads.

A newcomer's demo, a real browser, real OAuth behind it, and the job read back from the practice manager's API.
"""

import os
import subprocess
import sys
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
from axe_playwright_python.sync_playwright import Axe
from lxml import etree
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Demo
from tests.tracked import ROOT

TEMPLATE = "ASIC Annual Review"
TODAY = datetime.now(tz=ZoneInfo("Australia/Melbourne")).date()
COMPANY = "Southern Star Pty Ltd"

type CostRead = tuple[
    str, Decimal, Decimal, Decimal, bool
]  # description, quantity, unit cost, price, billable


def test_an_appointment_becomes_documents_and_a_job(quiet_page: Page, demo: Demo, tmp_path: Path) -> None:
    page = quiet_page
    sign_in(page, demo)
    open_company(page, COMPANY)
    prepare_appointment(page, "Aroha Ngata")
    expect(page.get_by_role("heading", name="Document Production")).to_be_visible()
    trace_number = page.locator(".trace").inner_text()

    plan_the_job(page)
    confirmed = review_costs(page)
    take_picture(page, "document-production")
    archive = download_all(page, tmp_path)
    number = wait_for_the_job(page)

    names = zipfile.ZipFile(archive).namelist()
    assert any(name.endswith("Consent to act as director.pdf") for name in names)
    assert any(name.endswith("Consent to act as director.docx") for name in names)
    job = job_read_back(demo, number)
    assert job["Client"] == "Southern Star P/L"
    assert job["ClientOrderNumber"] == trace_number
    assert job["Description"] == "Appoint A. Ngata as director – Southern Star Pty Ltd"
    assert job["State"] == "In Progress"
    assert job["Assigned"] == ["Jo Bloggs"]
    assert job["StartDate"] == f"{TODAY.isoformat()}T00:00:00"
    assert sorted(costs_read_back(demo, number)) == sorted(confirmed)
    assert_accessible(page)


def sign_in(page: Page, demo: Demo) -> None:
    page.goto(demo.url)
    assert_accessible(page)
    page.get_by_label("Email").fill("demo@minutebook.example")
    page.get_by_label("Password").fill("minutebook-demo")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Companies")).to_be_visible()
    assert_accessible(page)


def open_company(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    assert_accessible(page)


def prepare_appointment(page: Page, person: str) -> None:
    page.get_by_role("link", name="Prepare documents").first.click()
    page.wait_for_load_state()  # a box ticked before the script listens opens nothing
    page.get_by_label("Appoint director", exact=True).check()
    choose(page, page.get_by_label("Person"), person)
    page.get_by_label("Appointed on").fill(TODAY.isoformat())
    assert_accessible(page)
    page.get_by_role("button", name="Continue to documents").click()


def plan_the_job(page: Page) -> None:
    page.get_by_label("Add Job to Xero Practice Manager?").click()
    expect(page.get_by_role("heading", name="Xero Practice Manager - Job Integration")).to_be_visible()
    expect(page.get_by_label("Client")).to_have_value(COMPANY)
    page.get_by_label("Template").select_option(label=TEMPLATE)
    expect(page.get_by_role("group", name="Schedule Information")).to_be_visible()
    page.get_by_label("Staff").select_option(label="Jo Bloggs")
    page.get_by_label("Mark job as").select_option(label="In progress")
    page.get_by_role("button", name="Create job").click()
    expect(page.get_by_role("heading", name="Review Costs")).to_be_visible()
    assert_accessible(page)


def review_costs(page: Page) -> list[CostRead]:
    """Add a line, confirm, and return every line as the page shows it."""
    page.get_by_role("button", name="Add line item").click()
    page.get_by_label("Cost Description").fill("Courier to the registered office")
    page.get_by_label("Quantity").fill("2")
    page.get_by_label("Unit Cost").fill("9.50")
    page.get_by_label("Unit Price").fill("15.00")
    page.get_by_label("Unit Price").press("Enter")
    # Saved, it is a row’s header; while it is typed, or on its way, it is not.
    expect(page.get_by_role("rowheader", name="Courier to the registered office")).to_be_visible()
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_text("Confirmed by")).to_be_visible()
    return [line_shown(row) for row in page.locator("table.costs tbody tr").all()]


def line_shown(row: Locator) -> CostRead:
    description = row.locator("th").inner_text().removesuffix(row.locator("th .source").inner_text()).strip()
    _, billable, quantity, unit_cost, unit_price, _ = row.locator("td").all_inner_texts()
    return (description, Decimal(quantity), Decimal(unit_cost), Decimal(unit_price), billable == "Yes")


def download_all(page: Page, folder: Path) -> Path:
    with page.expect_download() as started:
        page.get_by_role("button", name="Download All").click()
    archive = folder / "documents.zip"
    started.value.save_as(archive)
    return archive


def wait_for_the_job(page: Page) -> str:
    """Watch the page until it says that the job is there, and return its number."""
    created = page.get_by_role("heading", name="Job J")
    expect(created).to_contain_text("created", timeout=60_000)
    return created.inner_text().split()[1]


def choose(page: Page, field: Locator, name: str) -> None:
    field.press_sequentially(name[:6], delay=30)
    page.get_by_role("option", name=name).first.click()


def job_read_back(demo: Demo, number: str) -> dict[str, Any]:
    job = _get(demo, f"job.api/get/{number}").find("Job")
    assert job is not None
    found: dict[str, Any] = {str(child.tag): child.text or "" for child in job}
    found["Client"] = job.findtext("Client/Name")
    found["Assigned"] = [staff.text for staff in job.findall("Assigned/Staff/Name")]
    return found


def costs_read_back(demo: Demo, number: str) -> list[CostRead]:
    return [
        (
            cost.findtext("Description") or "",
            Decimal(cost.findtext("Quantity") or ""),
            Decimal(cost.findtext("UnitCost") or ""),
            Decimal(cost.findtext("UnitPrice") or ""),
            cost.findtext("Billable") == "true",
        )
        for cost in _get(demo, f"job.api/costs/{number}").iter("Cost")
    ]


def _get(demo: Demo, path: str) -> etree._Element:
    said = subprocess.run(
        [Path(sys.executable).with_name("xpm-sandbox"), "token", "--data", str(demo.folder / "xpm-sandbox")],
        env=demo.environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    said_by = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    token, tenant = said_by["XPM_ACCESS_TOKEN"], said_by["XPM_TENANT_ID"]
    answer = httpx2.get(
        f"{demo.practice_manager_url}/practicemanager/3.1/{path}",
        headers={"Authorization": f"Bearer {token}", "Xero-Tenant-Id": tenant},
    )
    assert answer.status_code == 200, answer.text
    return etree.fromstring(answer.content)


def take_picture(page: Page, name: str) -> None:
    """Renew a picture of the documentation, when MINUTEBOOK_PICTURES asks for it."""
    if os.environ.get("MINUTEBOOK_PICTURES"):
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=ROOT / "docs" / "pictures" / f"{name}.png")


def assert_accessible(page: Page) -> None:
    violations = Axe().run(page, options={"preload": False}).response["violations"]
    assert not violations, [
        f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in violations
    ]
