"""Loaded by name for the run on PostgreSQL: what asks no database behaves there as it did in the first run."""

import pytest

_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}
_STARTS_ITS_OWN = ("src/minutebook/server/", "tests/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    again: list[pytest.Item] = []
    once: list[pytest.Item] = []
    for item in items:
        (again if _asks_a_database(item) else once).append(item)
    items[:] = again
    config.hook.pytest_deselected(items=once)


def _asks_a_database(item: pytest.Item) -> bool:
    fixtures: set[str] = set(getattr(item, "fixturenames", ()))
    return bool(
        item.nodeid.startswith(_STARTS_ITS_OWN)
        or _DATABASE & fixtures
        or item.get_closest_marker("django_db")
    )
