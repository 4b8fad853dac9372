"""A fresh clone on a machine that has only what the test gives it: nothing here reaches the network."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.tracked import ROOT, tracked_files

# Besides python3, what the set-up may count on: /bin/sh is make's own, the rest come with any Unix.
_BASIC_COMMANDS = ("cat", "env", "rm", "touch")


@dataclass(frozen=True, kw_only=True, slots=True)
class Clone:
    """A copy of the repository's files, and the only folder of commands that its make can see."""

    folder: Path
    commands: Path

    def make(self, target: str) -> subprocess.CompletedProcess[str]:
        make = shutil.which("make")
        assert make, "these tests run make, as the README does"
        return subprocess.run(
            [make, target],
            cwd=self.folder,
            env={"PATH": str(self.commands), "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def has_python(self, version: str) -> None:
        """Put a python3 of this version on PATH. It answers questions; it installs nothing."""
        numbers = ", ".join(version.split("."))
        _script(
            self.commands / "python3",
            f'[ "$1" = -c ] && exec "{sys.executable}" -c "import sys; sys.version_info = ({numbers}); $2"',
            "echo 'ERROR: Could not find a version that satisfies the requirement uv' >&2; exit 1",
        )

    def has_uv(self, *, failing: str = "") -> None:
        """Put uv in the clone, as an earlier run would have; it fails at `failing`, such as "venv"."""
        refuse = 'echo "error: no network" >&2; exit 2'
        _script(
            self.folder / ".uv" / "bin" / "uv",
            'echo "$VIRTUAL_ENV uv $*" >> uv-calls.txt',
            f'case "$*" in "{failing}"*) {refuse};; esac' if failing else "",
            'case "$1" in venv) [ -d .venv ] || /bin/mkdir .venv;; esac',
        )

    def uv_calls(self) -> list[str]:
        calls = self.folder / "uv-calls.txt"
        return calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []


def fresh_clone(folder: Path, *, commands: Path) -> Clone:
    """Return a clone on a machine that has make and no Python."""
    for file in tracked_files():
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, target)
    commands.mkdir()
    for name in _BASIC_COMMANDS:
        found = shutil.which(name)
        assert found
        (commands / name).symlink_to(os.path.realpath(found))
    return Clone(folder=folder, commands=commands)


def _script(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    path.chmod(0o755)
