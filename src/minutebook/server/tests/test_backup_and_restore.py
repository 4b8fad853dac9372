"""A backup brings everything back, row by row and byte by byte, after a version that was older."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests import postgresql
from tests.brought_up import postgresql_template, sqlite_file
from tests.tracked import ROOT
from tests.worker import on_postgresql

type Rows = dict[tuple[str, str], Any]

# Written by the restore: that there was one, and that XPM is asked for the one job that was unfinished.
_NEW = {"jobs.restoration", "activity.activity"}
_CHANGED = {"jobs.jobrequest", "jobs.jobstep", "activity.activityhead"}


@pytest.mark.skipif(
    connection.vendor == "postgresql", reason="it is about a file; the next is about a server"
)
def test_everything_comes_back_and_what_was_there_is_moved_aside(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(sqlite_file(), folder)

    said = _made_changed_and_restored(folder)

    [aside] = folder.glob("before-restore-*")
    assert (aside / "files/firms/1/packs/2/1/later.pdf").read_bytes() == b"released later"
    assert (aside / "minutebook.sqlite3").exists()
    assert str(aside) in said
    assert {path.name for path in (folder / "keys").iterdir()} == {"secret-key", "token-key"}
    assert not list(folder.glob("restor*"))


@on_postgresql
def test_everything_comes_back_on_postgresql(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with postgresql.empty_database(copy_of=postgresql_template()) as address:
        said = _made_changed_and_restored(folder, address)

        before = said.partition("The database of before is ")[2].split()[0]
        server = address.rpartition("/")[0]
        with psycopg.connect(f"{server}/{before}") as there:
            phones = there.execute("SELECT DISTINCT phone FROM contacts_contact").fetchall()
        with psycopg.connect(f"{server}/postgres", autocommit=True) as session:
            session.execute(f'DROP DATABASE "{before}" WITH (FORCE)'.encode())
    assert phones == [("1300 000 000",)]


def _made_changed_and_restored(folder: Path, address: str = "") -> str:
    """Back up, change, restore, and compare everything; return what the restore said."""
    backup = folder.parent / "backup.tar.gz"
    made = _rows(_run("tests.kept", "make", backup, folder=folder, address=address))
    changed = _rows(_run("tests.kept", "change", folder=folder, address=address))
    assert changed != made

    said = _run("minutebook", "restore", backup, folder=folder, address=address)

    restored = _rows(_run("tests.kept", "show", folder=folder, address=address))
    assert len({model for model, _ in made}) >= 20
    assert sum(model == "file" for model, _ in made) == 2
    assert {key for key in restored if restored.get(key) != made.get(key)} == _differing(restored, made)
    assert made.keys() - restored.keys() == set()
    assert {key[0] for key in restored.keys() - made.keys()} == _NEW
    assert "1 job was unfinished then" in said
    [add] = [
        row for (model, _), row in restored.items() if model == "jobs.jobstep" and row["kind"] == "ADD_JOB"
    ]
    assert add["state"] == "IN_DOUBT"
    return said


def _differing(restored: Rows, made: Rows) -> set[tuple[str, str]]:
    """Return the rows that a restore may change: those of the job that was unfinished."""
    return {key for key in restored if restored[key] != made.get(key) and key[0] in _NEW | _CHANGED}


def _rows(shown: str) -> Rows:
    return {(model, pk): values for model, pk, values in json.loads(shown)}


def _run(module: str, *words: object, folder: Path, address: str) -> str:
    environment = {"DATABASE_URL": address, "MINUTEBOOK_DATA": str(folder), "PYTHONPATH": str(ROOT)}
    said = subprocess.run(
        [sys.executable, "-m", module, *map(str, words)],
        env=os.environ | environment,
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    return said.stdout
