"""Chromium for the journeys through templates and letterhead."""

from typing import Any

import pytest

from tests.required import need_chromium


@pytest.fixture(scope="session")
def base_url() -> None:
    """Stand in for pytest-base-url's own fixture, which warns; the live server says its address itself."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": need_chromium(), "args": ["--no-sandbox", "--lang=en-AU"]}
