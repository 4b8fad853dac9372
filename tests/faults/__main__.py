"""`python -m tests.faults`: break everything that can break, and print what became of the jobs.

Each database gets a process, a sandbox, firms and workers of its own, in a temporary folder. `--short` is the
same with few jobs, in a few minutes; `--seed` repeats a run; `--row` runs single rows.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from secrets import randbelow

from tests import postgresql
from tests.faults import server
from tests.faults.outcome import Outcome, table_of
from tests.faults.surroundings import brought_up, surroundings
from tests.tracked import ROOT

SCALE, SHORT_SCALE = 10.0, 20.0
_CLIENTS, _SHORT_CLIENTS = 1_200, 200
# How fast a machine can call must not decide how much of the allowance is used: this row is slower.
SLOWER, SHORT_SLOWER = {9: 2.0}, {9: 3.0}
# Half of the short form's time, in which little is done: the other rows run beside these.
_WAITING = (3, 5, 8, 11, 12)
DATABASES = ("sqlite", "postgresql")
ALL_ROWS = range(1, 19)


def main(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    if options.inside:
        return _run_inside(options)
    missed = 0
    seed = options.seed if options.seed is not None else randbelow(10**6)
    databases = options.on or DATABASES
    with ThreadPoolExecutor(len(databases)) as at_once:  # it mostly waits
        results = list(at_once.map(lambda database: _run(database, options, seed), databases))
    for database, outcomes in zip(databases, results, strict=True):
        print(f"\n{database}: {_what(options)}, seed {seed}, {datetime.now(UTC):%d %B %Y}", flush=True)
        print(table_of(outcomes), flush=True)
        missed += sum(not (outcome.is_met or outcome.not_run) for outcome in outcomes)
    print(f"\nAgain: {_again(options, seed)}")
    return int(missed > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Break what can break.")
    parser.add_argument("--short", action="store_true", help="few jobs, a few minutes")
    parser.add_argument("--seed", type=int, help="repeat the run of this seed")
    parser.add_argument("--on", action="append", choices=DATABASES, help="one database only")
    parser.add_argument("--row", action="append", type=int, default=[], help="this row only; repeatable")
    parser.add_argument(
        "--inside", type=Path, help=argparse.SUPPRESS
    )  # our own child: where to leave results
    return parser


def _what(options: argparse.Namespace) -> str:
    scale = SHORT_SCALE if options.short else SCALE
    slower = (SHORT_SLOWER if options.short else SLOWER)[9]
    form = "short" if options.short else "long"
    return f"{form} form, time {scale:.0f} × as fast, limits {scale:.0f} × as high, row 9 {slower:.0f} ×"


def _again(options: argparse.Namespace, seed: int) -> str:
    rows = "".join(f" --row {row}" for row in options.row)
    return f"python -m tests.faults --seed {seed}{' --short' if options.short else ''}{rows}"


def _run(database: str, options: argparse.Namespace, seed: int) -> list[Outcome]:
    """Run the rows on one database, in processes that are set up for it."""
    is_elsewhere = database == "postgresql" and not server.binaries()
    why_not = postgresql.problem() if is_elsewhere else ""
    if why_not:
        return [Outcome(row=0, fault="all rows", not_run=f"PostgreSQL did not answer ({why_not})")]
    groups = _groups(options)
    at_once = len(groups) if options.short else 1
    clients = _SHORT_CLIENTS if options.short else _CLIENTS
    with (
        brought_up(database, clients=clients) as like,
        ThreadPoolExecutor(at_once) as processes,  # they mostly wait
    ):
        outcomes = processes.map(
            lambda group: _run_group(database, *group, like=like, short=options.short, seed=seed), groups
        )
        return sorted((row for group in outcomes for row in group), key=lambda outcome: outcome.row)


def _groups(options: argparse.Namespace) -> list[tuple[list[int], float]]:
    """Return the rows that share their surroundings, and how much faster than in earnest their time goes."""
    rows = list(options.row or ALL_ROWS)
    scale, slower = (SHORT_SCALE, SHORT_SLOWER) if options.short else (SCALE, SLOWER)
    waiting = _WAITING if options.short else ()
    groups = [
        ([row for row in rows if row in waiting], scale),
        ([row for row in rows if row not in waiting and row not in slower], scale),
        *(([row], slower[row]) for row in rows if row in slower),
    ]
    return [group for group in groups if group[0]]


def _run_group(
    database: str, rows: Sequence[int], scale: float, *, like: Path, short: bool, seed: int
) -> list[Outcome]:
    with surroundings(database, scale, like=like) as (folder, environment):
        results = folder / "results.json"
        command = [sys.executable, "-m", "tests.faults", "--inside", str(results), "--seed", str(seed)]
        command += ["--on", database, *(["--short"] if short else [])]
        command += [word for row in rows for word in ("--row", str(row))]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        return [Outcome(**members) for members in json.loads(results.read_text())]


def _run_inside(options: argparse.Namespace) -> int:
    import django  # noqa: PLC0415  # the environment names the database: it is set up for this process

    django.setup()
    from tests.faults.rows import run_rows  # noqa: PLC0415  # it names models

    outcomes = run_rows(
        options.inside.parent,
        database=options.on[0],
        short=options.short,
        scale=float(os.environ["MINUTEBOOK_TIME_SCALE"]),
        seed=options.seed,
        only=options.row,
    )
    options.inside.write_text(json.dumps([asdict(outcome) for outcome in outcomes]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
