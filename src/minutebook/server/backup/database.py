"""The database's part of a backup: one consistent copy while everybody goes on working, and its way back."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from minutebook.server.ports import CannotStart

_SQLITE, _DUMP = "minutebook.sqlite3", "minutebook.pgdump"
MEMBER = {"sqlite": _SQLITE, "postgresql": _DUMP}  # how the copy is named in a backup


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """A copy of the database, and what was in it at that very moment."""

    path: Path
    migrations: list[list[str]]
    counts: dict[str, int]
    activity: dict[str, str]  # by firm, "number:hash" of the end of its chain


@contextmanager
def copied(folder: Path) -> Iterator[Copy]:
    """Copy the database into the folder. The copy is removed at the end."""
    path = folder / f".{MEMBER[connection.vendor]}.{os.getpid()}.part"
    try:
        yield _from_postgresql(path) if connection.vendor == "postgresql" else from_sqlite(path)
    finally:
        for left in (path, path.with_name(f"{path.name}-journal")):
            left.unlink(missing_ok=True)


def from_sqlite(path: Path) -> Copy:
    """Copy the SQLite database in one go: writers go on, and nothing they write from now on is in the copy."""
    source = Path(str(connection.settings_dict["NAME"]))
    with (
        closing(sqlite3.connect(f"file:{source}?mode=rw", uri=True)) as there,
        closing(sqlite3.connect(path)) as here,
    ):
        path.chmod(0o600)
        there.execute("PRAGMA busy_timeout = 30000")
        there.backup(here)
        here.execute("PRAGMA journal_mode = DELETE")  # so that the copy is one file
        problem = here.execute("PRAGMA quick_check(1)").fetchone()[0]
        if problem != "ok":
            raise CannotStart(f"The database is damaged, so it was not backed up: {problem}")
        tables = [name for (name,) in here.execute(_SQLITE_TABLES)]
        counts = {name: here.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608
        migrations = [list(row) for row in here.execute(_MIGRATIONS)] if "django_migrations" in counts else []
        ends = here.execute(_ENDS).fetchall() if "activity_activityhead" in counts else []
        return Copy(path=path, migrations=migrations, counts=counts, activity=_by_firm(ends))


def count_rows() -> dict[str, int]:
    """Return how many rows each table of the present database has."""
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRESQL_TABLES if connection.vendor == "postgresql" else _SQLITE_TABLES)
        return {name: _count(cursor, name) for (name,) in cursor.fetchall()}


def _from_postgresql(path: Path) -> Copy:
    """Run pg_dump on a snapshot in which we count as well."""
    psycopg = _psycopg()
    with psycopg.connect(**_address()) as session, session.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
        run_postgresql(
            "pg_dump", f"--snapshot={snapshot}", "--format=custom", "--compress=0", f"--file={path}", *_BARE
        )
        cursor.execute(_POSTGRESQL_TABLES)
        counts = {name: _count(cursor, name) for (name,) in cursor.fetchall()}
        migrations = list(map(list, cursor.execute(_MIGRATIONS))) if "django_migrations" in counts else []
        ends = cursor.execute(_ENDS).fetchall() if "activity_activityhead" in counts else []
    return Copy(path=path, migrations=migrations, counts=counts, activity=_by_firm(ends))


def load_into_postgresql(dump: Path, database: str) -> None:
    """Fill an empty database from a dump, whole or not at all."""
    options = ("--exit-on-error", "--single-transaction", *_BARE, f"--dbname={database}")
    run_postgresql("pg_restore", *options, str(dump))


def run_postgresql(program: str, *words: str) -> None:
    """Run one of PostgreSQL's own programs; no list of processes shows the password. Raises CannotStart."""
    try:
        said = subprocess.run(  # noqa: S603  # our own words
            [program, *words],
            env=os.environ | _environment(_address()),
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as problem:
        raise CannotStart(
            f"{program} is not on this machine. Install PostgreSQL’s client programs of the server’s version "
            "(on Debian: apt-get install postgresql-client), and try again."
        ) from problem
    if said.returncode:
        raise CannotStart(f"{program} did not succeed: {said.stderr.strip()[-500:]}")


@contextmanager
def maintenance() -> Iterator[Any]:
    """Yield a connection beside the product's database, for making and renaming databases."""
    psycopg = _psycopg()
    with closing(psycopg.connect(**_address() | {"dbname": "postgres"}, autocommit=True)) as session:
        yield session


def _address() -> dict[str, Any]:
    parts = connection.settings_dict
    given = {
        "dbname": parts["NAME"],
        "user": parts["USER"],
        "password": parts["PASSWORD"],
        "host": parts["HOST"],
    }
    ssl = {name: value for name, value in parts["OPTIONS"].items() if name.startswith("ssl")}
    return {name: value for name, value in (given | {"port": parts["PORT"]} | ssl).items() if value}


def _environment(address: Mapping[str, Any]) -> dict[str, str]:
    names = {
        "dbname": "PGDATABASE",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "host": "PGHOST",
        "port": "PGPORT",
    }
    return {names.get(name) or f"PG{name.upper()}": str(value) for name, value in address.items()}


def _by_firm(ends: Sequence[Sequence[Any]]) -> dict[str, str]:
    return {str(firm): f"{number}:{digest}" for firm, number, digest in ends}


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608  # a name that the database gave
    return int(cursor.fetchone()[0])


def _psycopg() -> Any:
    import psycopg  # noqa: PLC0415  # there on PostgreSQL only

    return psycopg


_BARE = ("--no-owner", "--no-privileges")
_ENDS = "SELECT firm_id, number, hash FROM activity_activityhead ORDER BY firm_id"
_MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"
_SQLITE_TABLES = """
    SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
    AND name NOT LIKE 'activity_search%' ORDER BY name
"""
_POSTGRESQL_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
