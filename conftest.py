"""What every test shares."""

import os
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

pytest_plugins = ["tests.brought_up", "tests.cast", "tests.recorded", "tests.sandbox"]


# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis_settings.register_profile("minutebook", deadline=None)
hypothesis_settings.load_profile("minutebook")

# What takes seconds or waits for others. Each kind has servers of its own, so one process begins with all of it.
_LONG: tuple[Callable[[str], bool], ...] = (
    lambda name: name.startswith("tests/journeys/") and "[postgresql" not in name,
    lambda name: name.startswith("tests/faults/"),
    lambda name: name.startswith("tests/journeys/"),
    lambda name: name.startswith("src/minutebook/server/"),
)


def pytest_xdist_auto_num_workers() -> int:
    """Let `-n auto` run two processes on each core: half of what the long tests do is wait for others."""
    return 2 * (os.cpu_count() or 1)


@pytest.hookimpl(trylast=True)  # after the order was shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes, so that no process is still at it when the others have finished.

    Work stealing hands each process an equal stretch of the list: each stretch begins with kinds of its own.
    """
    kinds: list[list[pytest.Item]] = [[] for _ in (*_LONG, "short")]
    for item in items:
        kinds[next((place for place, is_one in enumerate(_LONG) if is_one(item.nodeid)), -1)].append(item)
    short = iter(kinds.pop())
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    ordered: list[pytest.Item] = []
    for place in range(processes):
        stretch = [item for kind in kinds[place::processes] for item in kind]
        length = (len(items) - len(ordered)) // (processes - place)
        ordered += stretch + list(islice(short, max(0, length - len(stretch))))
    items[:] = ordered


@pytest.fixture(scope="session", autouse=True)
def _passwords_take_no_time() -> Iterator[None]:
    """Hash the cast's passwords once over: half a second each is right for a thief, not for a test."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def _queue_left_empty(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Empty the queue after a test that commits: Procrastinate's tables are not Django's to flush."""
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = (marker is not None and marker.kwargs.get("transaction")) or bool(
        {"transactional_db", "live_server"} & set(request.fixturenames)
    )
    if commits:
        from tests.waiting import empty_queue  # noqa: PLC0415  # Django is ready only now

        with django_db_blocker.unblock():
            empty_queue()


@pytest.fixture(scope="session", autouse=True)
def _tables_may_be_emptied_between_tests() -> Iterator[None]:
    """Let Django empty all tables: SQLite's also where rows are never deleted, PostgreSQL's in a tenth of the time.

    What migrating wrote stays, so nobody has to be told that it was done again.
    """
    from django.core.management.commands import flush  # noqa: PLC0415  # settings come first
    from django.db import connection  # noqa: PLC0415

    from minutebook.activity.guards import without_guards  # noqa: PLC0415

    operations = type(connection.ops)
    empty = operations.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **named: Any) -> list[str]:
        if connection.vendor == "postgresql":
            return _deleting(connection.introspection.table_names())
        return without_guards(empty(self, style, [name for name in tables if name not in _MIGRATED], **named))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_: None)
        yield


_MIGRATED = {"django_migrations", "django_content_type", "auth_permission"}


def _deleting(tables: list[str]) -> list[str]:
    """Return statements that empty tables of PostgreSQL; to truncate a hundred takes it a second.

    It is done as a replica does it: no trigger and no foreign key is asked, so the order does not matter.
    """
    return [
        "SET session_replication_role = replica",
        *(f'DELETE FROM "{name}"' for name in sorted(tables) if name not in _MIGRATED),  # noqa: S608  # our own
        "SET session_replication_role = DEFAULT",
    ]
