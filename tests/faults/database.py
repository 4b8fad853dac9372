"""Row 12: the database goes away, is reset as it commits, is locked, or has no room left, under load."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, connections
from django.test import RequestFactory

from minutebook.documents.models import DocumentPack
from minutebook.server.trouble import server_error
from tests.faults.kit import Kit
from tests.faults.outcome import Outcome
from tests.faults.server import (
    CuttingProxy,
    NoSmallDisk,
    OwnServer,
    SmallDisk,
    let_nothing_be_written,
    small_disk,
)

_UNREACHABLE, _FULL = "cannot reach its database", "disk is full"
_ROW = "row 12"


def broken_database(kit: Kit) -> Outcome:
    """Row 12: nothing is lost or doubled, whoever releases is told, and no worker ends because of it."""
    outcome = Outcome(row=12, fault="")
    kit.calm(_workers(kit))
    kit.practice.fail("delay", path="/practicemanager/*", seconds=0.1, times=None)
    if connection.vendor == "sqlite":
        parts = [_locked(kit, outcome), _filled_file(kit, outcome)]
    elif server := OwnServer.of_this_process():
        parts = [
            _restarted(kit, outcome, server),
            _reset(kit, outcome, server),
            _filled(kit, outcome, server),
        ]
    else:
        parts = [_ended(kit), "restart, reset and full disk not run: PostgreSQL's initdb is not installed"]
    outcome.fault = "; ".join(parts)
    kit.calm(_workers(kit))
    jobs = len(kit.office.requests(_ROW))
    kit.wait(_ROW, seconds=kit.patience(jobs))
    kit.practice.heal()
    kit.settle(outcome, _ROW)
    releases = DocumentPack._base_manager.filter(title=_ROW).count()
    outcome.demand(releases == jobs, f"{releases} releases, {jobs} jobs")
    outcome.size = f"{jobs} jobs"
    return outcome


def _locked(kit: Kit, outcome: Outcome) -> str:
    times, seconds = kit.of(short=1, long=4), 7.0 if kit.short else 20.0  # we give up after five
    for _ in range(times):
        kit.office.ask(_ROW, 3)
        time.sleep(kit.dice(12).uniform(0.3, 1.5))
        with closing(sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            until = time.monotonic() + seconds
            outcome.demand(_refused(kit) == _UNREACHABLE, "nobody was told of the lock")
            time.sleep(max(0.0, until - time.monotonic()))
            other.rollback()
        _look_after(kit, outcome, "the lock")
    return f"locked {seconds:.0f} s {times} ×"


def _filled_file(kit: Kit, outcome: Outcome) -> str:
    """The file may not grow for us, and for the workers the disk takes nothing."""
    times = kit.of(short=1, long=6)
    for _ in range(times):
        kit.office.ask(_ROW, 3)
        time.sleep(kit.dice(12).uniform(0.3, 1.5))
        with _no_growth(), _no_writing(kit):
            told = _refused(kit, tries=60)
            outcome.demand(told == _FULL, f"of the full disk was told: {told}")
            time.sleep(2)
        _look_after(kit, outcome, "the full disk")
    return f"disk full {times} ×"


@contextmanager
def _no_growth() -> Iterator[None]:
    _pragma(f"max_page_count={_pragma('page_count')}")
    yield
    _pragma("max_page_count=4294967294")


def _pragma(words: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {words}")
        [[value]] = cursor.fetchall()  # all: a statement left open holds on to what it saw
    return int(value)


@contextmanager
def _no_writing(kit: Kit) -> Iterator[None]:
    running = [worker.pid for worker in kit.workers.running]
    for pid in running:
        let_nothing_be_written(pid, nothing=True)
    yield
    for pid in running:
        let_nothing_be_written(pid, nothing=False)


def _restarted(kit: Kit, outcome: Outcome, server: OwnServer) -> str:
    times, dice = kit.of(short=1, long=12), kit.dice(12)
    for number in range(times):
        kit.office.ask(_ROW, 3)
        time.sleep(dice.uniform(0.3, 1.5))
        server.stop(how=("fast", "immediate")[number % 2])
        outcome.demand(_refused(kit) == _UNREACHABLE, "nobody was told that the server is away")
        time.sleep(dice.uniform(0.0, 1.0))
        server.start()
        _look_after(kit, outcome, "the restart")
    return f"server restarted {times} ×"


def _reset(kit: Kit, outcome: Outcome, server: OwnServer) -> str:
    """The workers' connections are reset in the midst of a commit, which happens by turns, or does not."""
    times, before = kit.of(short=2, long=12), kit.workers.environment
    proxy = CuttingProxy(upstream=server.port, cuts_left=times)
    away = server.address().replace(f":{server.port}/", f":{proxy.port}/")
    kit.calm(0)
    kit.workers.environment = {**before, "DATABASE_URL": away}
    kit.calm(_workers(kit))
    kit.practice.fail("delay", path="/practicemanager/*", seconds=0.1, times=None)
    until = time.monotonic() + 30 + 4 * times
    while proxy.cuts_left and time.monotonic() < until:
        kit.office.ask(_ROW, 2)
        time.sleep(1.5)
    outcome.demand(proxy.cut == times, f"{proxy.cut} connections were reset, not {times}")
    _look_after(kit, outcome, "a reset")
    kit.calm(0)
    proxy.close()
    kit.workers.environment = before
    return f"reset in commit {proxy.cut} ×"


def _filled(kit: Kit, outcome: Outcome, server: OwnServer) -> str:
    times = kit.of(short=1, long=6)
    kit.calm(0)
    connections.close_all()
    try:
        with small_disk(server) as disk:
            _fill_again_and_again(kit, outcome, disk, times)
            kit.calm(0)
            connections.close_all()
    except NoSmallDisk as why:
        return f"disk full not run: {why}"
    return f"disk full {times} ×"


def _fill_again_and_again(kit: Kit, outcome: Outcome, disk: SmallDisk, times: int) -> None:
    kit.calm(_workers(kit))
    for _ in range(times):
        kit.office.ask(_ROW, 3)
        time.sleep(kit.dice(12).uniform(0.3, 1.5))
        disk.fill()
        told = _refused(kit, tries=200)
        outcome.demand(told == _FULL, f"of the full disk was told: {told}")
        time.sleep(2)
        disk.free()
        _look_after(kit, outcome, "the full disk")
    kit.wait(_ROW, seconds=kit.patience(len(kit.office.requests(_ROW))))


def _ended(kit: Kit) -> str:
    times = kit.of(short=1, long=20)
    for _ in range(times):
        kit.office.ask(_ROW, 3)
        time.sleep(kit.dice(12).uniform(0.3, 1.5))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    return f"every connection ended {times} ×"


def _refused(kit: Kit, tries: int = 1) -> str:
    """Release as a person does until it fails; return what the page then says, or "" if it never failed.

    Where the disk is to be full, a lock that somebody holds for long is not yet it.
    """
    told = ""
    for _ in range(tries):
        try:
            kit.office.ask(_ROW, 1)
        except (DatabaseError, InterfaceError):
            page = server_error(RequestFactory().get("/")).content.decode()
            if connection.vendor != "sqlite":
                connections.close_all()
            told = next((words for words in (_UNREACHABLE, _FULL) if words in page), "another page")
            if tries == 1 or told != _UNREACHABLE:
                return told
    return told


def _look_after(kit: Kit, outcome: Outcome, what: str) -> None:
    ended = [worker for worker in kit.workers.running if worker.poll() is not None]
    outcome.demand(not ended, f"{len(ended)} workers ended because of {what}")
    kit.workers.keep(_workers(kit))


def _workers(kit: Kit) -> int:
    return kit.of(short=1, long=2)
