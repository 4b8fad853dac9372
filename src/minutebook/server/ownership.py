"""Whose database this is: the demo's, whose password everybody knows, or a firm's own.

The mark in the data folder does not tell: a PostgreSQL database can be reached from any folder. Both checks
work on a database of any version, also one that has no tables yet; they come before anything is changed.
"""

from django.db import connection

from minutebook.server.ports import CannotStart

DEMO_EMAIL, DEMO_PASSWORD = "demo@minutebook.example", "minutebook-demo"


def check_not_the_demos() -> None:
    """Raise CannotStart when the database holds the demo's user."""
    if has_demo_user():
        raise CannotStart(
            f"The database holds the demo’s user {DEMO_EMAIL}, and everybody knows its password. "
            "Give `minutebook serve` a database of its own with DATABASE_URL, "
            "or a folder of its own with MINUTEBOOK_DATA."
        )


def check_not_a_firms() -> None:
    """Raise CannotStart when the database holds a firm that the demo did not make."""
    if _has("firms_firm") and not has_demo_user():
        raise CannotStart(
            "The database holds a firm that `minutebook demo` did not make, and the demo would mix with it. "
            "Give the demo a database of its own with DATABASE_URL, or a folder of its own with MINUTEBOOK_DATA."
        )


def has_demo_user() -> bool:
    return _has("firms_user", "WHERE email = %s", DEMO_EMAIL)


def _has(table: str, condition: str = "", *values: str) -> bool:
    """Return whether such a row is there. Plain SQL: a model would ask for columns of this version."""
    if table not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} {condition} LIMIT 1", values)  # noqa: S608  # our own words
        return cursor.fetchone() is not None
