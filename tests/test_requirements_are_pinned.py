"""The requirement files hold everything that pyproject.toml declares, pinned and hashed.

That compiling with the present pins changes nothing is asked of the index by `make check-lock`.
"""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.tracked import ROOT

_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_EXTRAS = _PROJECT["optional-dependencies"]
_PIN = re.compile(r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)


@pytest.mark.parametrize(
    ("file", "declared"),
    [
        ("requirements.txt", _PROJECT["dependencies"] + _EXTRAS["postgresql"]),
        ("requirements-dev.txt", _PROJECT["dependencies"] + _EXTRAS["postgresql"] + _EXTRAS["dev"]),
    ],
)
def test_everything_declared_is_pinned_to_a_version_that_suits(file: str, declared: list[str]) -> None:
    pins = _pins(file)

    unsuited = [
        str(requirement)
        for requirement in map(Requirement, declared)
        if not any(version in requirement.specifier for version in pins.get(_name(requirement), ()))
    ]

    assert unsuited == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_has_a_hash_and_no_line_says_where_to_fetch_it(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())

    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "index-url" not in text


def test_development_runs_on_the_same_versions_as_production() -> None:
    development = _pins("requirements-dev.txt")

    assert {
        name: versions
        for name, versions in _pins("requirements.txt").items()
        if development[name] != versions
    } == {}


def _pins(file: str) -> dict[str, set[Version]]:
    """Return each name's versions: one, or one for each platform."""
    pins: dict[str, set[Version]] = {}
    for found in _PIN.finditer((ROOT / file).read_text(encoding="utf-8")):
        pins.setdefault(canonicalize_name(found["name"]), set()).add(Version(found["version"]))
    return pins


def _name(requirement: Requirement) -> str:
    return canonicalize_name(requirement.name)
