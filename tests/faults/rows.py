"""All rows in order, and what they stand on."""

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from tests.faults import answers, authorisation, clock, database, limits, machine, queue, stops
from tests.faults.kit import Kit, NotHere
from tests.faults.office import open_office
from tests.faults.outcome import Outcome
from tests.faults.processes import PracticeProcess, Workers
from tests.faults.surroundings import PRACTICE
from tests.sandbox import HARBOUR, KAURI

ROWS: dict[int, Callable[[Kit], Outcome]] = {
    1: answers.lost_answers,
    2: answers.work_done_and_denied,
    3: stops.killed_workers,
    4: stops.killed_at_every_point,
    5: stops.deployments,
    6: stops.frozen_processes,
    7: answers.late_work,
    8: answers.outage,
    9: limits.whole_allowance,
    10: answers.told_to_wait,
    11: authorisation.expired_tokens,
    12: database.broken_database,
    13: queue.interrupted_releases,
    14: queue.forgotten_queue,
    15: clock.set_clock,
    16: answers.refusals,
    17: limits.another_firms_job,
    18: machine.as_hypothesis_pleases,
}

# Grouped by how many workers run, because starting one costs more than a short row's work. Row 18 travels ahead
# in time, so nothing comes after it.
SHORT_ORDER = (15, 13, 14, 4, 6, 10, 16, 17, 1, 2, 7, 8, 9, 11, 5, 3, 12, 18)


def run_rows(
    folder: Path, *, database: str, short: bool, scale: float, seed: int, only: Sequence[int]
) -> list[Outcome]:
    """Run the rows and return what each saw; one that breaks says so and the next goes on."""
    outcomes, started = [], time.monotonic()
    with running_kit(folder, database=database, short=short, scale=scale, seed=seed) as kit:
        print(f"  {database}: set up in {time.monotonic() - started:.0f} s", file=sys.stderr)
        for row in SHORT_ORDER if short else sorted(ROWS):
            if not only or row in only:
                began = time.monotonic()
                outcomes.append(_run(row, kit))
                seen = " | ".join(outcomes[-1].cells())
                took = time.monotonic() - began
                print(f"  {database}: {took:.0f} s: {seen}", file=sys.stderr, flush=True)
    return outcomes


def _run(row: int, kit: Kit) -> Outcome:
    try:
        return ROWS[row](kit)
    except NotHere as why:
        return Outcome(row=row, fault=(ROWS[row].__doc__ or "").splitlines()[0], not_run=str(why))
    except Exception as problem:  # noqa: BLE001  # a broken row must not hide the others
        traceback.print_exc()
        return Outcome(row=row, fault=ROWS[row].__name__, missed=[f"the row broke: {problem!r}"])


@contextmanager
def running_kit(folder: Path, *, database: str, short: bool, scale: float, seed: int) -> Iterator[Kit]:
    call_command("migrate", verbosity=0)
    practice = PracticeProcess(folder=folder / PRACTICE, scale=scale)
    practice.start()
    settings.XPM_LOGIN_URL = settings.XPM_IDENTITY_URL = settings.XPM_API_URL = practice.url
    here = {"XPM_LOGIN_URL": practice.url, "XPM_IDENTITY_URL": practice.url, "XPM_API_URL": practice.url}
    workers = Workers(environment=os.environ | here, log=folder / "workers.log", ready_made=short)
    try:
        yield Kit(
            database=database,
            short=short,
            scale=scale,
            seed=seed,
            practice=practice,
            workers=workers,
            office=open_office(KAURI, email="kit@kauriwattle.example", practice=KAURI),
            other=open_office(HARBOUR, email="kit@harbourpine.example", practice=HARBOUR),
        )
    finally:
        workers.stop()
        practice.stop()
        _keep_logs(folder)


def _keep_logs(folder: Path) -> None:
    """Copy the logs to where MINUTEBOOK_FAULTS_LOGS says, for whoever looks into a row that missed."""
    kept = os.environ.get("FAULTS_LOGS")
    if kept:
        for log in folder.glob("*.log"):
            Path(kept, log.name).write_bytes(log.read_bytes())
