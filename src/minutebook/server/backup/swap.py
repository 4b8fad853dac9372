"""On PostgreSQL a backup is loaded into a new database beside the present one; then the two change names."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from minutebook.server.backup.database import MEMBER, load_into_postgresql, maintenance
from minutebook.server.ports import CannotStart
from minutebook.server.serve import say

_LONGEST = 63  # bytes of a database's name


@contextmanager
def postgresql_beside(stage: Path, *, now: datetime) -> Iterator[Callable[[Path], None]]:
    """Load what was unpacked into a new database and have Django work on it; yield what swaps the names.

    Raises CannotStart when others are using the present database, or this role may not make one.
    """
    present = str(connection.settings_dict["NAME"])
    beside = f"{present[: _LONGEST - 30]}_restoring_{now:%Y%m%d%H%M%S}"
    before = f"{present[: _LONGEST - 30]}_before_{now:%Y%m%d%H%M%S}"
    connection.close()
    with maintenance() as session:
        _check_alone(session, present)
        _make(session, beside)
        try:
            load_into_postgresql(stage / MEMBER["postgresql"], beside)
            connection.settings_dict["NAME"] = beside
            yield lambda _: _change_names(session, present=present, beside=beside, before=before)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = present
            session.execute(f'DROP DATABASE IF EXISTS "{beside}" WITH (FORCE)')


def _check_alone(session: Any, present: str) -> None:
    [others] = session.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [present]
    ).fetchone()
    if others:
        raise CannotStart(
            f"{others} other session{'s are' if others > 1 else ' is'} using the database {present}. Stop every web "
            "process and worker, on every machine, and try again."
        )


def _make(session: Any, name: str) -> None:
    import psycopg  # noqa: PLC0415  # there on PostgreSQL only

    try:
        session.execute(f'CREATE DATABASE "{name}"')
    except psycopg.errors.InsufficientPrivilege as problem:
        raise CannotStart(
            "The backup is loaded into a new database first, and this role may not make one. Let the server’s "
            "administrator run ALTER ROLE … CREATEDB, restore, and take it back afterwards."
        ) from problem


def _change_names(session: Any, *, present: str, beside: str, before: str) -> None:
    _check_alone(session, present)
    session.execute(f'ALTER DATABASE "{present}" RENAME TO "{before}"')
    session.execute(f'ALTER DATABASE "{beside}" RENAME TO "{present}"')
    say(f"The database of before is {before} now.")
