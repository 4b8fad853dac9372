"""Chromium for the tests that look at pages."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def base_url() -> None:
    """Stand in for pytest-base-url's own fixture, which warns; the live server says its address itself."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, str]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        reason = "There is no Chromium to look at pages with: install it (apt-get install chromium)."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return {"executable_path": chromium}


@pytest.fixture(scope="session")
def browser(launch_browser: Callable[[], Browser]) -> Iterator[Browser]:
    """Chromium itself: tests.cast gives this name to a client without one, which is not meant here."""
    chromium = launch_browser()
    yield chromium
    chromium.close()
