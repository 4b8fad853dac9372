"""`minutebook move-to-postgresql`: everything of a SQLite database into an empty PostgreSQL one, ids and all.

Files and keys stay in the data folder. What waited in the queue is left behind: the sweeper wakes every job
request from the ledger.
"""

from collections.abc import Iterable, Mapping
from itertools import batched
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.sql import InsertQuery

from minutebook.server.ports import CannotStart, only_server_of
from minutebook.server.serve import data_folder, say

_LEFT = "left"  # the SQLite database, beside the default one
_AT_ONCE = 500  # rows in one statement

type Model = type[models.Model]


def move_to_postgresql(environment: Mapping[str, str]) -> None:
    """Copy the data folder's SQLite database into the one that DATABASE_URL names: all of it, or nothing.

    Raises CannotStart when there is nothing to move, the target is not PostgreSQL or holds data, Minutebook
    runs on the folder, or PostgreSQL refuses a row. The SQLite file is not changed.
    """
    folder = data_folder(environment)
    _check_what_is_named(folder, environment)
    django.setup()
    with only_server_of(folder):
        _open_both(folder / "minutebook.sqlite3")
        try:
            rows, tables = _move()
        except DatabaseError as error:
            raise CannotStart(f"PostgreSQL did not take everything, so nothing was moved: {error}") from error
    say(
        f"Moved {rows:,} rows of {tables} tables. Start Minutebook with the same DATABASE_URL and the same "
        f"data folder from now on; {folder / 'minutebook.sqlite3'} is no longer used."
    )


def _check_what_is_named(folder: Path, environment: Mapping[str, str]) -> None:
    if not environment.get("DATABASE_URL", "").startswith(("postgres://", "postgresql://")):
        raise CannotStart(
            "Name the PostgreSQL database to move to with DATABASE_URL: "
            "postgres://user:password@host:5432/minutebook"
        )
    if not (folder / "minutebook.sqlite3").exists():
        raise CannotStart(f"There is no SQLite database in {folder}. Name its folder with MINUTEBOOK_DATA.")


def _open_both(left: Path) -> None:
    from minutebook.settings import sqlite_at  # noqa: PLC0415  # it reads the environment, which was looked at

    both = connections.configure_settings({DEFAULT_DB_ALIAS: {}, _LEFT: sqlite_at(left)})
    connections.settings[_LEFT] = both[_LEFT]


def _move() -> tuple[int, int]:
    """Copy every row; return how many there were, in how many tables."""
    _check_left_is_of_this_version()
    call_command("migrate", verbosity=0)
    tables = _tables()
    with transaction.atomic(using=_LEFT), transaction.atomic():
        _check_empty(tables)
        _forget_what_migrating_wrote()
        # Rows may point at each other in any order: foreign keys are checked when everything is there.
        rows = sum(_copy(table) for table in tables)
        connections[DEFAULT_DB_ALIAS].check_constraints()
        _go_on_counting(tables)
    call_command("migrate", verbosity=0)  # names the kinds of rows that only PostgreSQL has
    return rows, len(tables)


def _check_left_is_of_this_version() -> None:
    executor = MigrationExecutor(connections[_LEFT])
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if any(migration.app_label != "procrastinate" for migration, _ in missing):
        raise CannotStart(
            "The SQLite database is of another version of Minutebook. Start `minutebook serve` on it once, "
            "stop it, and move then."
        )


def _tables() -> list[Model]:
    """Return what there is to copy: every table that both databases have, those between two others included."""
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.managed and not model._meta.proxy]


def _written_by_migrating() -> tuple[Model, ...]:
    return apps.get_model("auth.Permission"), apps.get_model("contenttypes.ContentType")


def _check_empty(tables: Iterable[Model]) -> None:
    for table in tables:
        if table not in _written_by_migrating() and _rows(table, DEFAULT_DB_ALIAS).exists():
            raise CannotStart(
                f"The PostgreSQL database holds data already (in {table._meta.db_table}), and moving would mix "
                "with it. Name an empty database with DATABASE_URL."
            )


def _forget_what_migrating_wrote() -> None:
    for table in _written_by_migrating():
        _rows(table, DEFAULT_DB_ALIAS).delete()


def _copy(table: Model) -> int:
    """Copy one table and count it on both sides; return how many rows there were."""
    for rows in batched(_rows(table, _LEFT).order_by("pk").iterator(), _AT_ONCE, strict=False):
        _insert(table, rows)
    there, here = _rows(table, _LEFT).count(), _rows(table, DEFAULT_DB_ALIAS).count()
    if there != here:
        raise CannotStart(f"{table._meta.db_table} has {there} rows, but {here} arrived. Nothing was moved.")
    return here


def _insert(table: Model, rows: Iterable[models.Model]) -> None:
    """Insert rows as they are: no id is made, no moment of change is set."""
    query = InsertQuery(table)
    fields = [field for field in table._meta.local_concrete_fields if not field.generated]
    query.insert_values(fields, list(rows), raw=True)
    query.get_compiler(using=DEFAULT_DB_ALIAS).execute_sql()


def _go_on_counting(tables: list[Model]) -> None:
    """Let the next new row take the id after the highest."""
    target = connections[DEFAULT_DB_ALIAS]
    with target.cursor() as cursor:
        for statement in target.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def _rows(table: Model, database: str) -> models.QuerySet[Any]:
    return table._base_manager.using(database).all()  # it sees the rows of every firm
