"""Every test run breaks what can break, in its short form, on the database of the run.

Each database runs the rows that it decides, and those that call XPM alike on both are shared out between them.
`make faults SHORT=1` runs every row on both.
"""

import subprocess
import sys

from django.db import connection

from tests.faults.outcome import Outcome, p95, table_of
from tests.tracked import ROOT

_ROWS = {
    "sqlite": (1, 3, 4, 12, 14),
    "postgresql": (2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18),
}


def test_nothing_is_lost_and_nothing_doubled_whatever_breaks() -> None:
    rows = _ROWS[connection.vendor]
    command = [sys.executable, "-m", "tests.faults", "--short", "--on", connection.vendor]
    run = subprocess.run(
        [*command, "--seed", "20261122", *(f"--row={row}" for row in rows)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )

    printed = [line.split("|") for line in run.stdout.splitlines() if line.startswith("|")][2:]
    assert len(printed) == len(rows), run.stdout + run.stderr
    broken = [
        row[2].strip() for row in printed if any(int(row[column].strip() or 0) for column in (6, 7, 10))
    ]
    unsound = [row[-2].strip() for row in printed if "the row broke" in row[-2]]
    assert (broken, unsound) == ([], []), run.stdout + run.stderr


def test_what_was_lost_is_a_miss_and_what_could_not_run_says_so() -> None:
    lost, elsewhere = Outcome(row=1, fault="a", lost=2), Outcome(row=2, fault="b", not_run="no PostgreSQL")

    table = table_of([lost, elsewhere])

    assert "MISSED: 2 lost" in table
    assert "not run: no PostgreSQL" in table
    assert (lost.is_met, Outcome(row=3, fault="c").is_met) == (False, True)


def test_p95_is_a_value_that_was_seen() -> None:
    assert p95([float(number) for number in range(1, 101)]) == 95
    assert p95([7.0]) == 7
