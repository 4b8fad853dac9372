"""Things a test needs that a machine may lack. Where they are required, their absence is a failure."""

import os
import shutil

import pytest


def need(thing: str, *, present: bool, how: str) -> None:
    """Skip the test when the thing is missing; fail when MINUTEBOOK_REQUIRE names it."""
    if present:
        return
    sentence = f"{thing} is missing: {how}"
    if thing in os.environ.get("MINUTEBOOK_REQUIRE", "").split():
        pytest.fail(sentence)
    pytest.skip(sentence)


def need_chromium() -> str:
    """Return the path of the system's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    need("chromium", present=path is not None, how="install it, for example with apt-get install chromium")
    return path or ""
