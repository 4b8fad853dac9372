"""Row 12: the database breaks off or is locked while jobs are under way."""

import sqlite3
import time
from contextlib import closing

from django.conf import settings
from django.db import connection

from tests.faults.kit import Kit
from tests.faults.outcome import Outcome

_LONGER_THAN_ANYBODY_WAITS = 6.0  # seconds: a connection of ours gives up after five


def broken_database(kit: Kit) -> Outcome:
    """Row 12: PostgreSQL ends every connection; SQLite is locked for longer than anybody waits."""
    times = kit.of(short=1, long=15)
    is_file = connection.vendor == "sqlite"
    what = "SQLite locked for 6 s" if is_file else "PostgreSQL ends every connection"
    outcome = Outcome(row=12, fault=what)
    kit.calm()
    kit.practice.fail("delay", path="/practicemanager/*", seconds=0.1, times=None)
    dice, asked = kit.dice(12), 0
    for _ in range(times):
        kit.office.ask("row 12", 4)
        asked += 4
        time.sleep(dice.uniform(0.3, 1.5))
        if is_file:
            _lock_file()
        else:
            _end_connections()
        kit.workers.keep(2)  # as whatever runs them in earnest would
    kit.wait("row 12", seconds=kit.patience(asked))
    kit.practice.heal()
    kit.settle(outcome, "row 12")
    outcome.size = f"{times} times, {asked} jobs"
    outcome.note = outcome.note or "restart of the server and a full disk: not built yet"
    return outcome


def _lock_file() -> None:
    with closing(sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(_LONGER_THAN_ANYBODY_WAITS)
        other.rollback()


def _end_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
