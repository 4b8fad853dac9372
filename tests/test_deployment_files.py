"""Dockerfile, compose.yaml and the unit are what docs/running.md says of them. No engine builds them here."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.settings import GROUPS
from tests.tracked import ROOT

_COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
_OURS = ("prepare", "web", "worker")
_SETTINGS = {setting.name for group in GROUPS for setting in group.settings}


def test_the_dockerfile_passes_its_linter() -> None:
    said = subprocess.run(
        [ROOT / ".venv/bin/hadolint", "Dockerfile"], cwd=ROOT, text=True, capture_output=True, check=False
    )

    assert said.returncode == 0, said.stdout


def test_what_the_dockerfile_copies_is_let_in_and_is_there() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    let_in = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [
        name
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    ]

    assert copied
    assert [name for name in copied if f"!{name}" not in let_in or not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", _OURS)
def test_nothing_of_ours_runs_with_more_than_it_needs(name: str) -> None:
    service = _COMPOSE["services"][name]

    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "USER 10001" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_every_setting_that_compose_passes_is_one() -> None:
    environment = _COMPOSE["services"]["web"]["environment"]

    assert [name for name in environment if name not in _SETTINGS] == []


def test_only_this_machine_reaches_the_web_process_and_nobody_the_database() -> None:
    published = {name: service.get("ports", []) for name, service in _COMPOSE["services"].items()}

    assert published == {"postgres": [], "prepare": [], "web": ["127.0.0.1:8000:8000"], "worker": []}


def test_the_unit_is_one_that_systemd_understands(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not on this machine")
    unit = (ROOT / "deploy/minutebook.service").read_text(encoding="utf-8")
    (tmp_path / "minutebook.service").write_text(
        unit.replace("/usr/local/lib/minutebook/.venv/bin/minutebook", "/bin/true")
    )

    said = subprocess.run(
        [analyze, "verify", tmp_path / "minutebook.service"], text=True, capture_output=True, check=False
    )

    assert (said.returncode, said.stderr) == (0, "")
