"""What every test shares."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

pytest_plugins = ["tests.cast", "tests.recorded", "tests.sandbox"]


# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis_settings.register_profile("minutebook", deadline=None)
hypothesis_settings.load_profile("minutebook")

_LONG = ("tests/faults/", "tests/journeys/", "src/minutebook/server/")


def pytest_xdist_auto_num_workers() -> int:
    """Let `-n auto` run two processes on each core: half of what the long tests do is wait for others."""
    return 2 * (os.cpu_count() or 1)


@pytest.hookimpl(trylast=True)  # after the order was shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes minutes, so that no process is still at it when the others have finished."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))


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
    """Let Django empty all tables: SQLite's also where rows are never deleted, PostgreSQL's with those beside.

    A table that is no model's, such as that of contacts' words, is emptied with the rows it points at.
    """
    from django.db import connection  # noqa: PLC0415  # settings come first

    from minutebook.activity.guards import without_guards  # noqa: PLC0415

    operations = type(connection.ops)
    empty = operations.sql_flush

    def sql_flush(*arguments: Any, allow_cascade: bool = False, **named: Any) -> list[str]:
        if connection.vendor == "postgresql":
            return list(empty(*arguments, allow_cascade=True, **named))
        return without_guards(empty(*arguments, allow_cascade=allow_cascade, **named))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        yield
