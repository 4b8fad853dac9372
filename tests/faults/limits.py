"""Rows about the allowance of calls: never over it, hardly under it, and no firm waits for another."""

import json
import os
import time
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
from tests.faults.kit import Kit, NotHere
from tests.faults.outcome import Outcome, p95

_PROCESSES = 4
_MINUTES = 3


def whole_allowance(kit: Kit) -> Outcome:
    """Row 9: processes call without a pause, in both lanes, for as long as some minutes take."""
    if kit.short:
        raise NotHere("it takes minutes; the long form has it")
    outcome = Outcome(
        row=9, fault="limits under load, 4 processes", size=f"{_MINUTES} min, {WHOLE.a_minute} a minute"
    )
    kit.calm(workers=0)
    until = time.monotonic() + _MINUTES * MINUTE
    folder = kit.practice.folder
    children = [
        fork(lambda name=name, lane=lane, pause=pause: _call_until(kit, until, lane, pause, folder / name))  # type: ignore[misc]
        for name, lane, pause in [
            *((f"bulk-{number}", Lane.BULK, 0.0) for number in range(_PROCESSES - 1)),
            ("person", Lane.INTERACTIVE, 0.0),
        ]
    ]
    for child in children:
        os.waitpid(child, 0)
    told = {path.name: json.loads(path.read_text()) for path in (folder / "told").iterdir()}
    sent = sum(each["sent"] for each in told.values())
    allowed = WHOLE.a_minute * (1 + (_MINUTES * MINUTE - 1) // (MINUTE + GUARD))
    outcome.throttled = sum(each["refused"] for each in told.values())
    outcome.calls = sent
    used = sent / allowed
    outcome.note = f"{100 * used:.0f} % used of {allowed:.0f}"
    outcome.demand(used >= 0.9, f"{100 * used:.0f} % of the allowance used, not 90 %")
    return outcome


def _call_until(kit: Kit, until: float, lane: Lane, pause: float, file: Path) -> None:
    """Call as fast as the lane allows, and write down how many were sent, refused, and how long each waited."""
    sent = 0
    waits: list[float] = []
    statuses: list[int | None] = []
    with firm_scope(kit.other.firm.pk):
        manager = manager_for(Connection.objects.get(), on_call=lambda call: statuses.append(call.status))
        while time.monotonic() < until:
            began = time.monotonic()
            while time.monotonic() < until:
                try:
                    with manager.permit(lane):
                        waits.append(time.monotonic() - began)
                        manager.staff()
                        sent += 1
                        break
                except Throttled as wait:
                    time.sleep(min(wait.retry_after, max(0.0, until - time.monotonic()) + 0.01))
            time.sleep(pause)
    told = {"sent": sent, "refused": statuses.count(429), "waits": waits}
    (file.parent / "told").mkdir(exist_ok=True)
    (file.parent / "told" / file.name).write_text(json.dumps(told))


def another_firms_job(kit: Kit) -> Outcome:
    """Row 17: one firm is read whole, over and over; another firm’s job must start at once."""
    trials = kit.of(short=2, long=25)
    outcome = Outcome(
        row=17, fault="one firm is read over and over, another wants a job", size=f"{trials} jobs"
    )
    kit.calm(workers=1)
    time.sleep(4)  # the worker is there
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
