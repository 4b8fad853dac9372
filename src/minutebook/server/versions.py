"""Which version a database is of, told by its migrations: older is brought up to date, newer is refused."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from minutebook.server.ports import CannotStart

type Key = tuple[str, str]  # app and name of a migration

# Each database has the tables of its own engine; one that was moved remembers the other's.
_OF_ONE_ENGINE = frozenset({"procrastinate", "django_tasks_database"})
_LOCK = 0x6D62_6D69  # "mbmi": one process at a time migrates a PostgreSQL database


def applied_migrations() -> list[Key]:
    """Return what the database has had done to it; empty for a new one."""
    return sorted(MigrationRecorder(connection).applied_migrations())


def pending_migrations() -> list[Key]:
    """Return what this version has yet to do to the database."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [(migration.app_label, migration.name) for migration, _ in plan]


def check_not_newer(applied: Iterable[Key], *, of: str) -> None:
    """Raise CannotStart when something was done that this version knows nothing of. `of` names what is looked at."""
    unknown = sorted(set(applied) - _known())
    unknown = [key for key in unknown if key[0] not in _OF_ONE_ENGINE]
    if unknown:
        app, name = unknown[-1]
        raise CannotStart(
            f"{of} is of a newer version of Minutebook than this one (it has had {app} {name}). "
            "Install that version; going back is not possible without losing what it has written."
        )


def migrate() -> None:
    """Bring the database up to this version; of several that start at once, one does and the others wait."""
    with _alone():
        call_command("migrate", verbosity=0)


def _known() -> set[Key]:
    """Return every migration of this version, and those that some of them have replaced."""
    found = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    replaced = {key for migration in found.values() for key in migration.replaces}
    return set(found) | replaced


@contextmanager
def _alone() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield  # one server has the folder
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
