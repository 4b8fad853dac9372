"""Journeys use what a newcomer gets: `minutebook demo`, its own processes, real HTTP, and a real browser."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests import postgresql
from tests.brought_up import postgresql_template
from tests.required import need, need_chromium

STARTS_WITHIN = 90  # seconds, the first reading of 1,200 clients included


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A running demo: where its pages are, and those of its practice manager."""

    url: str
    practice_manager_url: str
    folder: Path
    environment: dict[str, str]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {
        "executable_path": need_chromium(),
        "env": {**os.environ, "LANGUAGE": "en_AU"},  # native date fields read as users see them
        "args": [
            "--no-sandbox",
            "--lang=en-AU",
            "--disable-background-networking",
            "--disable-component-update",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "en-AU", "viewport": {"width": 1440, "height": 900}}


@pytest.fixture(scope="session")
def base_url() -> None:
    """Replace pytest-base-url's own fixture, which warns under this pytest."""


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, once on SQLite and once on PostgreSQL, on ports and data of its own."""
    folder = tmp_path_factory.mktemp(f"demo-{request.param}")
    if request.param == "postgresql":
        why_not = postgresql.problem()
        need("postgresql", present=not why_not, how=why_not or "it answers")
        with postgresql.empty_database(copy_of=postgresql_template()) as address:
            yield from _run_demo(folder, {"DATABASE_URL": address})
    else:
        yield from _run_demo(folder, {})


def _run_demo(folder: Path, extra: dict[str, str]) -> Iterator[Demo]:
    port, other_port = free_port(), free_port()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = (
        kept
        | extra
        | {
            "MINUTEBOOK_DATA": str(folder / "data"),
            "MINUTEBOOK_PORT": str(port),
            "XPM_SANDBOX_PORT": str(other_port),
        }
    )
    log = (folder / "demo.log").open("w+")
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("minutebook")), "demo"],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    demo = Demo(
        url=f"http://localhost:{port}",
        practice_manager_url=f"http://localhost:{other_port}",
        folder=folder / "data",
        environment=environment,
    )
    try:
        _wait_until_healthy(demo, process, folder / "demo.log")
        yield demo
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=60)
        log.close()
    assert code == 0, f"Ctrl-C did not end the demo cleanly:\n{(folder / 'demo.log').read_text()}"


def _wait_until_healthy(demo: Demo, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the demo stopped by itself:\n{log.read_text()}"
        try:
            urllib.request.urlopen(f"{demo.url}/healthz", timeout=5).close()
        except (OSError, urllib.error.HTTPError):
            time.sleep(0.25)
        else:
            return
    pytest.fail(f"the demo was not healthy within {STARTS_WITHIN} s:\n{log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def quiet_page(page: Page) -> Iterator[Page]:
    """A page on which nothing goes wrong unseen: no script error, nothing in the console."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.set_default_timeout(30_000)
    yield page
    assert complaints == []
