"""A worker in a process of its own, on the test's PostgreSQL database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from minutebook.server.models import Heartbeat
from tests.tracked import ROOT

on_postgresql = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL"), reason="runs in the PostgreSQL pass of make test"
)
STARTS_WITHIN = 60.0  # seconds, on a machine that has other things to do


# As `minutebook worker`, but with less patience for the tasks in hand.
_IMPATIENT = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "minutebook.settings"
django.setup()
from minutebook.server import worker
worker._FINISH_WITHIN = {seconds}
worker.run_worker()
"""


@contextmanager
def worker(
    folder: Path, extra: Mapping[str, str] | None = None, *, finish_within: float | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `minutebook worker` until the end of the block; it is alive, and its output is shown on failure."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "worker.log"
    environment = os.environ | (extra or {})
    environment |= {"DATABASE_URL": database_of_the_test(), "PYTHONPATH": str(ROOT)}
    what = ["-m", "minutebook", "worker"]
    if finish_within is not None:
        what = ["-c", _IMPATIENT.format(seconds=finish_within)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *what], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_until(lambda: _beats(process), what=f"the worker’s first beat; it said:\n{log.read_text()}")
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=40)
        print(log.read_text())  # pytest shows it when the test fails


def _beats(process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the worker stopped by itself"
    return Heartbeat.objects.filter(worker__endswith=f":{process.pid}").exists()


def database_of_the_test() -> str:
    """Return the address of the database that this test runs on."""
    settings = connection.settings_dict
    account = settings["USER"] + (f":{settings['PASSWORD']}" if settings["PASSWORD"] else "")
    return f"postgres://{account}@{settings['HOST']}:{settings['PORT'] or 5432}/{settings['NAME']}"


def wait_until(condition: Callable[[], object], *, within: float = STARTS_WITHIN, what: str = "it") -> None:
    """Look until the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not come within {within:.0f} s")
        time.sleep(0.05)
