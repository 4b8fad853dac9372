"""The fresh clone that the tests of the set-up run make in."""

from pathlib import Path

import pytest

from tests.setup.clone import Clone, fresh_clone


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A fresh clone, in a folder whose name has a space."""
    return fresh_clone(tmp_path / "a clone", commands=tmp_path / "commands")
