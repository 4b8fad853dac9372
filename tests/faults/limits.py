"""Rows about the allowance of calls: never over it, hardly under it, and no firm waits for another."""

import json
import os
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from minutebook.jobs.models import JobCall
from minutebook.practice.allowance import GUARD, MINUTE, WHOLE
from minutebook.practice.models import Connection
from minutebook.practice.provider import Lane, Throttled
from minutebook.practice.reading import start_reading
from minutebook.practice.registry import manager_for
from minutebook.scope import firm_scope
from tests.faults.drivers import fork
from tests.faults.kit import Kit
from tests.faults.office import Office
from tests.faults.outcome import Outcome, p95

_PROCESSES = 4


def whole_allowance(kit: Kit) -> Outcome:
    """Row 9: one practice is called without a pause; another is read in bulk while a person calls now and then."""
    minutes = 0.5 if kit.short else 3  # the first minute's calls are used up in half of it
    outcome = Outcome(
        row=9, fault="limits under load, 4 processes", size=f"{minutes} min, {WHOLE.a_minute} a minute"
    )
    kit.calm(workers=0)
    seen = use_allowance(kit, minutes=minutes)
    outcome.throttled, outcome.calls = seen.refused, seen.sent
    wait = p95(seen.waits)
    outcome.note = (
        f"{100 * seen.used:.0f} % used of {_allowed(minutes)}; a person waits {wait:.2f} s p95 of "
        f"{len(seen.waits)} while bulk uses {100 * seen.used_by_bulk:.0f} %"
    )
    outcome.demand(seen.used >= 0.9, f"{100 * seen.used:.0f} % of the allowance used, not 90 %")
    outcome.demand(wait <= 2, f"a person waits {wait:.1f} s p95, not 2")
    return outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class AllowanceSeen:
    """How much of it was used, and how long a person waited for a call beside bulk reading."""

    used: float  # of the practice that is called without a pause in every lane
    used_by_bulk: float  # of the other, beside a person
    waits: list[float]  # seconds
    sent: int
    refused: int


def use_allowance(kit: Kit, *, minutes: float = 3, reads_clients: bool = False) -> AllowanceSeen:
    """Call one practice in every lane without a pause, and read another in bulk while a person calls now and then.

    With `reads_clients` bulk reads every client instead of a short list.
    """
    until, allowed = time.monotonic() + minutes * MINUTE, _allowed(minutes)
    callers = [
        *(_Caller(f"whole {number}", kit.other, Lane.BULK) for number in range(_PROCESSES - 1)),
        _Caller("whole person", kit.other, Lane.INTERACTIVE),
        *(_Caller(f"sync {number}", kit.office, Lane.BULK, reads_clients=reads_clients and not number)
          for number in range(_PROCESSES - 1)),
        _Caller("person", kit.office, Lane.INTERACTIVE, pause=_NOW_AND_THEN),
    ]  # fmt: skip
    folder = kit.practice.folder / "told"
    folder.mkdir(exist_ok=True)
    children = [fork(lambda caller=caller: _call_until(caller, until, folder)) for caller in callers]  # type: ignore[misc]
    for child in children:
        os.waitpid(child, 0)
    told = {path.name: json.loads(path.read_text()) for path in folder.iterdir()}
    return AllowanceSeen(
        used=sum(each["sent"] for name, each in told.items() if name.startswith("whole")) / allowed,
        used_by_bulk=sum(each["sent"] for name, each in told.items() if name.startswith("sync")) / allowed,
        waits=told["person"]["waits"],
        sent=sum(each["sent"] for each in told.values()),
        refused=sum(each["refused"] for each in told.values()),
    )


_NOW_AND_THEN = 2.0  # seconds between a person's calls


def _allowed(minutes: float) -> int:
    return round(WHOLE.a_minute * (1 + (minutes * MINUTE - 1) // (MINUTE + GUARD)))


@dataclass(frozen=True, slots=True)
class _Caller:
    """A process that calls."""

    name: str
    office: Office
    lane: Lane
    pause: float = 0.0  # seconds between its calls
    reads_clients: bool = False  # every one, in one long call


def _call_until(caller: _Caller, until: float, folder: Path) -> None:
    """Call as fast as the lane allows, and write down how many were sent, refused, and how long each waited."""
    sent = 0
    waits: list[float] = []
    statuses: list[int | None] = []
    with firm_scope(caller.office.firm.pk):
        manager = manager_for(Connection.objects.get(), on_call=lambda call: statuses.append(call.status))
        while time.monotonic() < until:
            began = time.monotonic()
            while time.monotonic() < until:
                try:
                    with manager.permit(caller.lane):
                        waits.append(time.monotonic() - began)
                        sent += 1
                        if caller.reads_clients:
                            deque(manager.clients(), maxlen=0)
                        else:
                            manager.staff()
                        break
                except Throttled as wait:
                    time.sleep(min(wait.retry_after, max(0.0, until - time.monotonic()) + 0.01))
            time.sleep(caller.pause)
    told = {"sent": sent, "refused": statuses.count(429), "waits": waits}
    (folder / caller.name).write_text(json.dumps(told))


def another_firms_job(kit: Kit) -> Outcome:
    """Row 17: one firm is read whole, over and over; another firm’s job must start at once."""
    trials = kit.of(short=2, long=25)
    outcome = Outcome(
        row=17, fault="one firm is read over and over, another wants a job", size=f"{trials} jobs"
    )
    kit.calm(workers=1)
    while not kit.at_work():
        time.sleep(0.1)
    waits = []
    for number in range(trials):
        with firm_scope(kit.office.firm.pk):
            start_reading(Connection.objects.get(), now=timezone.now())
        time.sleep(0.5)
        batch = f"row 17 {number}"
        kit.other.ask(batch, 1)
        kit.wait(batch, office=kit.other, seconds=kit.patience(1))
        kit.settle(outcome, batch, office=kit.other)
        request = kit.other.requests(batch)[0]
        first = JobCall._base_manager.filter(request=request).order_by("called_at").first()
        if first:
            waits.append((first.called_at - request.asked_at).total_seconds())
    outcome.note = outcome.note or f"first call after {p95(waits):.2f} s p95"
    outcome.demand(p95(waits) <= 1, f"first call after {p95(waits):.1f} s p95, not 1")
    return outcome
