"""Rows about what carries the work: a queue that is written with the business row, or forgets everything."""

import os
import signal
import time

from django.apps import apps
from django.db import connection, transaction

from minutebook.documents.models import DocumentPack
from minutebook.jobs.models import JobRequest
from minutebook.scope import firm_scope
from tests.faults.drivers import fork
from tests.faults.kit import Kit
from tests.faults.outcome import Outcome

_ROUNDS = 35.0  # seconds in earnest until the sweeper has woken everything
_STARTS_WITHIN = 60.0  # seconds, a worker
_A_LOOK = 1.0  # seconds


class Interrupted(Exception):
    """What goes wrong in the middle of a release."""


def interrupted_releases(kit: Kit) -> Outcome:
    """Row 13: an exception or kill -9 after the release and its job were written, before they are committed."""
    raised, killed, kept = kit.of(short=10, long=600), kit.of(short=3, long=60), kit.of(short=3, long=20)
    outcome = Outcome(row=13, fault="exception or kill -9 before the release is committed")
    outcome.size = f"{raised} exceptions, {killed} kills, {kept} commits"
    kit.calm(workers=0)
    for number in range(raised):
        _release_and_fail(kit, number)
    for number in range(killed):
        child = fork(lambda number=number: _release_and_die(kit, number))  # type: ignore[misc]
        _, status = os.waitpid(child, 0)
        outcome.kills += os.WIFSIGNALED(status)
    kit.office.ask("row 13", kept)
    packs = set(DocumentPack._base_manager.filter(title="row 13").values_list("pk", flat=True))
    asked = {request.pack_id for request in kit.office.requests("row 13")}
    outcome.demand(packs == asked, f"{len(packs ^ asked)} releases without a job, or jobs without a release")
    outcome.demand(len(packs) == kept, f"{len(packs) - kept} were kept that should not be")
    outcome.demand(outcome.kills == killed, f"{killed - outcome.kills} were not killed")
    kit.calm(kit.of(short=1, long=2))
    kit.wait("row 13", seconds=kit.patience(kept))
    kit.settle(outcome, "row 13")
    return outcome


def _release_and_fail(kit: Kit, number: int) -> None:
    try:
        with firm_scope(kit.office.firm.pk), transaction.atomic():
            kit.office.ask_one("row 13", number)
            raise Interrupted  # noqa: TRY301  # the transaction must see it pass
    except Interrupted:
        return


def _release_and_die(kit: Kit, number: int) -> None:
    with firm_scope(kit.office.firm.pk), transaction.atomic():
        kit.office.ask_one("row 13", number)
        os.kill(os.getpid(), signal.SIGKILL)


def forgotten_queue(kit: Kit) -> Outcome:
    """Row 14: the queue's tables are emptied while jobs wait and are under way."""
    count = kit.of(short=6, long=60)
    outcome = Outcome(row=14, fault="the queue loses its memory", size=f"{count} jobs")
    kit.calm(workers=0)
    kit.office.ask("row 14", count)
    table, _ = _queue()
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE" if _on_postgresql() else f"DELETE FROM {table}")  # noqa: S608  # our own
    outcome.demand(_woken() == 0, "the queue still knew something")
    kit.calm(kit.of(short=1, long=2))
    outcome.recovery = [_seconds_until_woken(kit, count)]
    kit.wait("row 14", seconds=kit.patience(count))
    kit.settle(outcome, "row 14")
    limit = _ROUNDS / kit.scale + _A_LOOK
    outcome.demand(outcome.recovery[0] <= limit, f"woken in {outcome.recovery[0]:.1f} s, not {limit:.1f}")
    return outcome


def _seconds_until_woken(kit: Kit, count: int) -> float:
    """Count from when a worker is there: how long Python takes to start says how busy the machine is."""
    gives_up = time.monotonic() + _STARTS_WITHIN
    while not kit.at_work() and _woken() < count and time.monotonic() < gives_up:
        time.sleep(_A_LOOK / 10)
    began = time.monotonic()
    while _woken() < count and time.monotonic() - began < _ROUNDS:
        time.sleep(_A_LOOK / 10)
    return time.monotonic() - began


def _woken() -> int:
    """Count the jobs of the batch that have a place in the queue again, or were begun already."""
    requests = JobRequest.everywhere.filter(pack__title="row 14")
    waiting = [str(pk) for pk in requests.filter(epoch=ASKED).values_list("pk", flat=True)]
    table, column = _queue()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608  # two names of our own
        queued = " ".join(str(row[0]) for row in cursor.fetchall())
    return requests.count() - len(waiting) + sum(pk in queued for pk in waiting)


ASKED = 1  # a request's epoch before its first driver


def _queue() -> tuple[str, str]:
    """Return the queue's table and the column of the tasks' arguments."""
    if _on_postgresql():
        return "procrastinate_jobs", "args"
    tasks = apps.get_app_config("django_tasks_database").get_model("DBTaskResult")  # installed only on SQLite
    return tasks._meta.db_table, "args_kwargs"


def _on_postgresql() -> bool:
    return connection.vendor == "postgresql"
