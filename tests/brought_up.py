"""An empty database of this version, brought up once a run and copied by whoever needs one.

Applying all migrations is ten seconds' work for a core, and a run of everything needs some thirty databases.
What is about bringing up (a first start, an older version) does it itself.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db.backends.sqlite3.creation import DatabaseCreation

from tests import postgresql

_RUN = "RUN_OF_TESTS"  # the folder that all processes of a run share


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[_RUN] = tempfile.mkdtemp(prefix="minutebook-run-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    run = Path(os.environ[_RUN])
    if (run / "postgresql").exists():
        _on_server(f'DROP DATABASE "{_name()}" WITH (FORCE)')
    shutil.rmtree(run, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """Let the database of the tests be a copy; what migrate does after all migrations is still done."""
    from django.db import connection  # noqa: PLC0415  # settings come first

    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = postgresql_template()
        yield
        return
    creation: Any = DatabaseCreation  # Any: Django's stubs leave out what it calls private
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(creation, "_create_test_db", _then_filled(creation._create_test_db))
        yield


def _then_filled(create: Callable[..., str]) -> Callable[..., str]:
    def create_and_fill(self: DatabaseCreation, *arguments: object, **named: object) -> str:
        name = create(self, *arguments, **named)
        shutil.copy(sqlite_file(), name)
        return name

    return create_and_fill


def sqlite_file() -> Path:
    """Return a SQLite file to copy."""
    with _made_once("sqlite") as folder:
        file = folder / "minutebook.sqlite3"
        if not file.exists():
            _migrate({"MINUTEBOOK_DATA": str(folder), "DATABASE_URL": ""})
    return file


def postgresql_template() -> str:
    """Return the name of a PostgreSQL database to copy."""
    with _made_once("postgresql") as folder:
        if not (folder / "done").exists():
            _on_server(f'CREATE DATABASE "{_name()}"')
            server = postgresql.address().rpartition("/")[0]
            _migrate({"MINUTEBOOK_DATA": str(folder), "DATABASE_URL": f"{server}/{_name()}"})
            (folder / "done").touch()
    return _name()


@contextmanager
def _made_once(what: str) -> Iterator[Path]:
    folder = Path(os.environ[_RUN], what)
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _migrate(where: dict[str, str]) -> None:
    command = [sys.executable, "-m", "minutebook", "manage", "migrate", "--verbosity", "0"]
    environment = {name: value for name, value in (os.environ | where).items() if value}
    subprocess.run(command, env=environment, check=True)


def _name() -> str:
    return Path(os.environ[_RUN]).name.replace("-", "_").lower()


def _on_server(statement: str) -> None:
    server = postgresql.address().rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(statement.encode())
