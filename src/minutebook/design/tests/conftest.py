"""Chromium for the tests that look at pages."""

import os
import shutil

import pytest


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
