"""One command moves everything from SQLite to PostgreSQL, or says in a sentence why it moved nothing."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from minutebook.server.move import move_to_postgresql
from minutebook.server.ports import CannotStart, only_server_of
from tests import postgresql
from tests.brought_up import sqlite_file
from tests.tracked import ROOT
from tests.worker import on_postgresql

# Django's own names of kinds of rows: each database has some for the engine of its queue.
_KINDS = {"contenttypes.contenttype", "auth.permission"}
_TARGET = "postgres://postgres@127.0.0.1:5432/nowhere"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a database of SQLite."""
    folder = tmp_path_factory.mktemp("seeded")
    shutil.copy(sqlite_file(), folder)
    said = _python("-m", "tests.seed", folder=folder)
    assert said.returncode == 0, said.stderr
    return folder


@pytest.fixture
def folder(seeded: Path, tmp_path: Path) -> Path:
    shutil.copytree(seeded, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def empty_database() -> Iterator[str]:
    """The address of a PostgreSQL database that is dropped afterwards."""
    with postgresql.empty_database() as address:
        yield address


@on_postgresql
def test_everything_arrives_as_it_was_and_only_once(folder: Path, empty_database: str) -> None:
    before = _dump(folder)

    said = _move(folder, empty_database)

    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("Moved ")
    after = _dump(folder, empty_database)
    kept = {key: row for key, row in before.items() if key[0] not in _KINDS}
    assert len({model for model, _ in kept}) >= 20  # the seed reaches far
    assert {key: row for key, row in after.items() if key[0] not in _KINDS} == kept
    assert all(after[key] == row for key, row in before.items())
    _check_that_counting_goes_on(empty_database)
    assert _dump(folder) == before

    said = _move(folder, empty_database)  # it holds data now

    assert said.returncode == 1
    assert "holds data already" in said.stderr
    assert _dump(folder, empty_database) == after


@on_postgresql
def test_a_row_that_postgresql_refuses_leaves_nothing_behind(folder: Path, empty_database: str) -> None:
    script = "from minutebook.firms.models import Firm; Firm.objects.update(name='x' * 10_000)"
    assert _python("-m", "minutebook", "manage", "shell", "-c", script, folder=folder).returncode == 0

    said = _move(folder, empty_database)

    assert said.returncode == 1
    assert "so nothing was moved: value too long" in said.stderr
    assert Counter(model for model, _ in _dump(folder, empty_database)).keys() == _KINDS


@pytest.mark.parametrize("address", ["", "sqlite:///elsewhere", "mysql://root@db/minutebook"])
def test_a_target_that_is_not_postgresql_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(CannotStart, match="Name the PostgreSQL database to move to with DATABASE_URL"):
        move_to_postgresql({"MINUTEBOOK_DATA": str(tmp_path), "DATABASE_URL": address})


def test_a_folder_without_a_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="There is no SQLite database in"):
        move_to_postgresql({"MINUTEBOOK_DATA": str(tmp_path), "DATABASE_URL": _TARGET})


def test_a_folder_on_which_minutebook_runs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "minutebook.sqlite3").touch()

    with only_server_of(tmp_path), pytest.raises(CannotStart, match="already runs on"):
        move_to_postgresql({"MINUTEBOOK_DATA": str(tmp_path), "DATABASE_URL": _TARGET})


def _move(folder: Path, address: str) -> subprocess.CompletedProcess[str]:
    return _python("-m", "minutebook", "move-to-postgresql", folder=folder, DATABASE_URL=address)


def _dump(folder: Path, address: str = "") -> dict[tuple[str, str], dict[str, Any]]:
    """Return every row of a database by its model and id, without those of the queue."""
    said = _python("-m", "tests.dump", folder=folder, DATABASE_URL=address)
    assert said.returncode == 0, said.stderr
    return {(model, pk): values for model, pk, values in json.loads(said.stdout)}


def _check_that_counting_goes_on(address: str) -> None:
    """Each table that numbers its rows gives the next one a number that is free."""
    with psycopg.connect(address) as connection:
        numbered = connection.execute(
            "SELECT table_name, pg_get_serial_sequence(quote_ident(table_name), 'id')"
            " FROM information_schema.columns WHERE table_schema = 'public' AND is_identity = 'YES'"
        ).fetchall()
        for table, sequence in numbered:
            query = f"SELECT nextval('{sequence}') > coalesce(max(id), 0) FROM {table}"  # noqa: S608  # no input
            assert connection.execute(query.encode()).fetchone() == (True,), table
    assert len(numbered) >= 20


def _python(*words: str, folder: Path, DATABASE_URL: str = "") -> subprocess.CompletedProcess[str]:  # noqa: N803
    environment = os.environ | {
        "MINUTEBOOK_DATA": str(folder),
        "DATABASE_URL": DATABASE_URL,
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        [sys.executable, *words], env=environment, cwd=ROOT, text=True, capture_output=True, check=False
    )
