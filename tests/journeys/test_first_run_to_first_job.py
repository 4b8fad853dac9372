"""An empty server: the firm is set up, its practice manager connected, a company entered, and its first job made."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.authenticator import code_of
from tests.brought_up import sqlite_file
from tests.journeys.conftest import free_port
from tests.journeys.test_the_whole_journey import (
    TEMPLATE,
    TODAY,
    assert_accessible,
    download_all,
    wait_for_the_job,
)

NAME, ACN = "Southern Star Pty Ltd", "918 844 023"  # as the sandbox's practice has it
PASSWORD = "lighthouse-on-the-moor"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of `minutebook serve` without a firm, beside a practice manager; and what it printed."""
    port, other_port = free_port(), free_port()
    address, other = f"http://localhost:{port}", f"http://localhost:{other_port}"
    data = tmp_path / "data"
    data.mkdir()
    (data / "minutebook.sqlite3").write_bytes(sqlite_file().read_bytes())
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | {
        "MINUTEBOOK_DATA": str(data),
        "MINUTEBOOK_PORT": str(port),
        "MINUTEBOOK_URL": address,
        "XPM_CLIENT_ID": "minutebook-demo",
        "XPM_CLIENT_SECRET": "minutebook-demo-secret",
        "XPM_LOGIN_URL": other,
        "XPM_IDENTITY_URL": other,
        "XPM_API_URL": other,
    }
    back = f"{address}/settings/practice-manager/connected/"
    practice = ["serve", "--port", str(other_port), "--data", str(tmp_path / "xpm"), "--redirect-uri", back]
    log = tmp_path / "serve.log"
    with (
        _running("xpm-sandbox", practice, environment, tmp_path / "xpm.log"),
        _running("minutebook", ["serve"], environment, log),
    ):
        _wait_for("Set it up at", log)
        yield address, log.read_text()


def test_an_empty_server_makes_its_first_job(
    quiet_page: Page, server: tuple[str, str], tmp_path: Path
) -> None:
    page, (address, printed) = quiet_page, server
    set_up(page, address, code=printed.partition("with the code ")[2].split()[0])
    take_second_step(page)
    add_company(page)
    connect(page, address)
    prepare(page, address)
    plan_the_job(page)
    download_all(page, tmp_path)

    assert wait_for_the_job(page).startswith("J")
    assert_accessible(page)


def set_up(page: Page, address: str, *, code: str) -> None:
    page.goto(address)
    assert_accessible(page)
    page.get_by_label("Set-up code").fill(code)
    page.get_by_label("Name of the firm").fill("Kauri & Wattle")
    page.get_by_label("Your name").fill("Priya Raman")
    page.get_by_label("Your e-mail").fill("priya@kauriwattle.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set up Minutebook").click()


def take_second_step(page: Page) -> None:
    """A new firm asks for one: an app is set up, without the password again, and its codes kept."""
    expect(page.get_by_role("heading", name="One more thing")).to_be_visible()
    page.get_by_role("link", name="Use an app").click()
    page.get_by_text("Cannot scan it?").click()
    key = page.locator(".setup-key").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(code_of(key))
    assert_accessible(page)
    page.get_by_role("button", name="Use this app").click()
    page.get_by_role("link", name="I have kept them: go on").click()
    expect(page.get_by_role("heading", name="No companies yet")).to_be_visible()


def connect(page: Page, address: str) -> None:
    page.goto(f"{address}/settings/practice-manager/")
    assert_accessible(page)
    page.get_by_role("button", name="Connect to Xero Practice Manager").click()
    page.get_by_role("button", name="Continue as Jo Bloggs").click()
    page.get_by_label("Kauri & Wattle").check()
    page.get_by_role("button", name="Allow access").click()
    expect(page.get_by_text("Last read on")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Link 1 contact").click()
    expect(page.get_by_role("button", name="Link 1 contact")).to_have_count(0)


def add_company(page: Page) -> None:
    page.get_by_role("link", name="Add company").first.click()
    page.get_by_label("Company name").fill(NAME)
    page.get_by_label("ACN").fill(ACN)
    page.get_by_label("Registered on").fill("2017-03-14")
    page.get_by_label("State of registration").select_option("VIC")
    office = page.get_by_role("group", name="Registered office")
    office.get_by_label("Street address").fill("12 Wharf Road")
    office.get_by_label("Suburb or town").fill("Northcote")
    office.get_by_label("State").select_option("VIC")
    office.get_by_label("Postcode").fill("3070")
    page.get_by_label("Director 1").fill("Daniel Moreau")
    page.get_by_label("Member 1").fill("Daniel Moreau")
    page.get_by_label("Shares").first.fill("100")
    page.get_by_label("Paid, each").first.fill("1")
    assert_accessible(page)
    page.get_by_role("button", name="Save company").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()


def prepare(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name=NAME).click()
    page.get_by_role("link", name="Prepare documents").first.click()
    page.wait_for_load_state()  # a box ticked before the script listens opens nothing
    page.get_by_role("checkbox", name="Change registered office").check()
    page.get_by_label("Changed on").fill(TODAY.isoformat())
    page.get_by_label("New address").fill("7 Regent Street, Preston VIC 3072")
    page.get_by_role("button", name="Continue to documents").click()
    expect(page.get_by_role("heading", name="Document Production")).to_be_visible()


def plan_the_job(page: Page) -> None:
    page.get_by_label("Add Job to Xero Practice Manager?").click()
    expect(page.get_by_label("Client")).to_have_value(NAME)
    page.get_by_label("Template").select_option(label=TEMPLATE)
    page.get_by_label("Staff").select_option(label="Jo Bloggs")
    page.get_by_role("button", name="Create job").click()
    expect(page.get_by_role("heading", name="Review Costs")).to_be_visible()
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_text("Confirmed by")).to_be_visible()


@contextmanager
def _running(command: str, words: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("w") as into:
        process = subprocess.Popen(
            [Path(sys.executable).with_name(command), *words],
            env=environment,
            stdout=into,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _wait_for(words: str, log: Path) -> None:
    until = time.monotonic() + 60
    while words not in log.read_text():
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)
