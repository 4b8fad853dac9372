"""Run much of the suite a second time, on PostgreSQL. `make test` calls this after the run on SQLite.

It takes the tests that ask a database, of the packages that have locks, SQL or processes of their own.

The server is MINUTEBOOK_TEST_POSTGRESQL, or a trusting one on this machine. Where none answers, one line
says that the suite ran on SQLite only; where MINUTEBOOK_REQUIRE names postgresql, that is a failure.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

# The packages with locks, SQL or processes of their own; what the others ask is Django's own on either database.
_ASK_MORE_OF_IT = ("activity", "contacts", "firms", "jobs", "practice", "server", "sync")
_SINGLE = (
    "src/minutebook/production/tests/test_registers_replay.py",
    "src/minutebook/retention/tests",
    "src/minutebook/spreadsheets/tests/test_killed_in_the_middle.py",
)
DEFAULT = "postgres://postgres@127.0.0.1:5432/minutebook"


def address() -> str:
    return os.environ.get("MINUTEBOOK_TEST_POSTGRESQL") or DEFAULT


def problem() -> str:
    """Return why PostgreSQL cannot be used, or an empty text."""
    server, _, _ = address().rpartition("/")
    try:
        psycopg.connect(f"{server}/postgres", connect_timeout=3).close()
    except psycopg.OperationalError as error:
        return str(error).strip().splitlines()[0]
    return ""


@contextmanager
def empty_database(*, copy_of: str = "template1") -> Iterator[str]:
    """Make a database of the caller's own and return its address; drop it at the end."""
    server, name = address().rpartition("/")[0], f"minutebook_of_{os.getpid()}_{secrets.token_hex(3)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{copy_of}"'.encode())
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def main(arguments: list[str]) -> int:
    why_not = problem()
    if why_not:
        print(f"PostgreSQL did not answer ({why_not}): the suite ran on SQLite only.")
        return int("postgresql" in os.environ.get("MINUTEBOOK_REQUIRE", "").split())
    # The journeys start servers of their own, on both databases, in the first run, and what a page looks like
    # in a browser does not depend on the database. CI has ten minutes for all of it.
    command = [
        sys.executable,
        "-m",
        "pytest",
        *(f"src/minutebook/{package}" for package in _ASK_MORE_OF_IT),
        *_SINGLE,
        "tests/faults",
        "tests/providers",
        "-p",
        "tests.second_pass",
        "-k=not chromium",
        *arguments,
    ]
    return subprocess.run(command, env=os.environ | {"DATABASE_URL": address()}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
