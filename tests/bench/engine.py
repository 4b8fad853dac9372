"""`python -m tests.bench.engine`: jobs on their way, with workers and a sandbox of XPM in processes of their own.

On SQLite, and on PostgreSQL where its server is installed. It takes some minutes on each, because a minute's
allowance is what is measured; time and limits are scaled as the table says.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.table import table_of
from tests.faults import server
from tests.faults.surroundings import surroundings
from tests.tracked import ROOT

_FAST, _SLOW = 10.0, 2.0  # times earnest: where the machine is measured, and where the allowance is
_PARTS = {"workers": _FAST, "allowance": _SLOW}
_CLIENTS = 15_000
_JOBS, _TRIALS = 60, 30
_CALLS_OF_A_JOB = 6  # more than it makes


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.engine", description="Measure the engine.")
    parser.add_argument("--on", choices=("sqlite", "postgresql"), help="one database only")
    parser.add_argument("--part", choices=_PARTS, help="one part only: the workers, or the allowance")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)  # our own child
    asked = parser.parse_args(arguments)
    if asked.inside:
        return _measure(asked.inside, float(os.environ["MINUTEBOOK_TIME_SCALE"]))
    here = ("sqlite", *(["postgresql"] if server.binaries() else []))
    for database in [asked.on] if asked.on else here:
        for scale in [_PARTS[asked.part]] if asked.part else _PARTS.values():
            machine, figures = _run(database, scale)
            print(f"\n{machine}; time and limits {scale:.0f} ×\n\n{table_of(figures)}", flush=True)
    return 0


def _run(database: str, scale: float) -> tuple[str, list[Figure]]:
    with surroundings(database, scale) as (folder, environment):
        results = folder / "results.json"
        command = [sys.executable, "-m", "tests.bench.engine", "--inside", str(results)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        machine, figures = json.loads(results.read_text())
        return machine, [Figure(**members) for members in figures]


def _measure(results: Path, scale: float) -> int:
    import django  # noqa: PLC0415  # the environment names the database

    django.setup()
    from django.db import connection  # noqa: PLC0415

    from tests.bench.machine import machine_line  # noqa: PLC0415
    from tests.faults.rows import running_kit  # noqa: PLC0415

    if scale == _SLOW:
        _fill_practice(results.parent / "practice")
    vendor = connection.vendor
    with running_kit(results.parent, database=vendor, short=False, scale=scale, seed=0) as kit:
        figures = _allowance(kit) if scale == _SLOW else [*_latency(kit), *_by_workers(kit)]
    told = [machine_line(on_one_core=False), [asdict(figure) for figure in figures]]
    results.write_text(json.dumps(told))
    return 0


def _fill_practice(folder: Path) -> None:
    from xpm_sandbox.app import create_app  # noqa: PLC0415
    from xpm_sandbox.sandbox import sandbox_of  # noqa: PLC0415
    from xpm_sandbox.settings import Settings  # noqa: PLC0415

    folder.mkdir()
    sandbox_of(create_app(Settings(data=folder), clients=_CLIENTS)).database.close()


def _latency(kit: "Kit") -> list[Figure]:  # type: ignore[name-defined]  # noqa: F821
    """From the release to the job's first call, one job after the other."""
    from minutebook.jobs.models import JobCall  # noqa: PLC0415

    kit.calm(workers=1)
    _wait_for_workers(1)
    waits = []
    for number in range(_TRIALS):
        batch = f"latency {number}"
        kit.office.ask(batch, 1)
        kit.wait(batch, seconds=kit.patience(1))
        request = kit.office.requests(batch)[0]
        first = JobCall._base_manager.filter(request=request).order_by("called_at").first()
        assert first is not None
        waits.append((first.called_at - request.asked_at).total_seconds() * 1000)
    return [Figure(name="Download to first call", values=waits)]


def _by_workers(kit: "Kit") -> list[Figure]:  # type: ignore[name-defined]  # noqa: F821
    """Jobs a minute by so many workers; on SQLite one process is all there is."""
    figures: list[Figure] = []
    for count in (1, 2, 3, 4) if kit.database == "postgresql" else (1,):
        kit.calm(workers=count)
        _wait_for_workers(count)
        _wait_for_allowance(kit)
        batch = f"by {count}"
        began = time.monotonic()
        kit.office.ask(batch, _JOBS)
        kit.wait(batch, seconds=kit.patience(_JOBS))
        rate = 60 * _JOBS / (time.monotonic() - began)
        ratio = f", {rate / figures[0].values[0]:.1f} × one" if figures else ""
        figures.append(Figure(name=f"Jobs a minute, {count} workers{ratio}", values=[rate], unit=""))
    return figures


def _wait_for_workers(count: int) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from minutebook.server.models import Heartbeat  # noqa: PLC0415

    until = time.monotonic() + 60
    while time.monotonic() < until and Heartbeat.objects.alive(now=timezone.now()).count() < count:
        time.sleep(0.1)


def _wait_for_allowance(kit: "Kit") -> None:  # type: ignore[name-defined]  # noqa: F821
    """Wait until the minute has room for the batch: the workers are measured here, not XPM's limit."""
    from django.utils import timezone  # noqa: PLC0415

    from minutebook.practice.governor import usage  # noqa: PLC0415

    tenant = kit.office.connection.tenant_id
    while usage(tenant, now=timezone.now()).minute_left < _JOBS * _CALLS_OF_A_JOB:
        time.sleep(1)


def _allowance(kit: "Kit") -> list[Figure]:  # type: ignore[name-defined]  # noqa: F821
    from tests.faults.limits import use_allowance  # noqa: PLC0415

    kit.calm(workers=0)
    seen = use_allowance(kit, reads_clients=True)
    clients = f"{_CLIENTS:,} clients"
    return [
        Figure(name="Share of the allowance used, %", values=[100 * seen.used], unit=""),
        Figure(name=f"The same by a sync of {clients}, %", values=[100 * seen.used_by_bulk], unit=""),
        Figure(
            name="A person waits for a call beside it",
            values=[1000 * wait for wait in seen.waits],
            target=2000,
            judged_on="p95",
        ),
        Figure(name="Calls answered 429", values=[seen.refused], unit="", target=0),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
