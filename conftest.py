"""What every test shares."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

pytest_plugins = ["tests.cast", "tests.sandbox"]


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
