"""Row 15: the clock is set forward and back, leaves summer time and meets a leap second. Its time is virtual."""

import itertools
import os
import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from uuid import UUID

import time_machine
from django.utils import timezone

from minutebook.jobs import saga
from minutebook.jobs.models import JobRequest, JobStep
from minutebook.jobs.timing import Timing
from minutebook.practice import allowance, governor
from minutebook.practice.allowance import Share
from minutebook.practice.leaps import ClockWatch
from minutebook.practice.models import CallSlot, CallWindow
from minutebook.practice.provider import Lane
from minutebook.practice.provider import Throttled as ToldToWait
from minutebook.scope import firm_scope
from tests.faults.kit import Kit
from tests.faults.outcome import Outcome
from tests.in_memory_practice import Fault, InMemoryPractice, Killed, Office
from xpm_sandbox.limits import Limits, Throttled

_A_DAY = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
_SUMMER_TIME_ENDS = datetime(2026, 4, 4, 15, 59, 20, tzinfo=UTC)  # 3 o'clock becomes 2 in Melbourne
_SUMMER_TIME_BEGINS = datetime(2026, 10, 3, 15, 59, 20, tzinfo=UTC)
_NEW_YEAR = datetime(2026, 12, 31, 23, 59, 20, tzinfo=UTC)
_WATCHED = 230.0  # seconds of calls without a pause; the clock is set within the first two minutes
_WHOLE = Share(a_minute=60, at_once=5, a_day=5_000)  # in earnest: time is virtual, so it costs nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What becomes of the clock: (after how many seconds, set by how many), and where it starts."""

    name: str
    leaps: Sequence[tuple[float, float]] = ()
    starts_at: datetime = _A_DAY
    slows_by: float = 0.0  # seconds lost in each second, as a smeared leap second is

    @property
    def set_back(self) -> float:
        return max(0.0, -sum(by for _, by in self.leaps), *(-by for _, by in self.leaps), 0.0)


class _Clock:
    """True time goes on; the clock of the day shows it as the case has it."""

    def __init__(self, case: Case, machine: time_machine.Traveller) -> None:
        self.case, self.machine, self.gone = case, machine, 0.0

    def true(self) -> datetime:
        return self.case.starts_at + timedelta(seconds=self.gone)

    def go_on(self, seconds: float) -> None:
        self.gone += seconds
        ahead = sum(by for after, by in self.case.leaps if after <= self.gone)
        self.machine.move_to(self.true() + timedelta(seconds=ahead - self.gone * self.case.slows_by))

    def until_set(self) -> float:
        """Seconds until the clock is set next."""
        return min((after - self.gone for after, _ in self.case.leaps if after > self.gone), default=1e9)


def set_clock(kit: Kit) -> Outcome:
    """Row 15: the minute's limit holds whatever becomes of the clock, and a dead driver's job goes on."""
    cases = _cases(kit.dice(15))
    cases = [cases[place] for place in (0, 5, 14, 16)] if kit.short else cases
    outcome = Outcome(row=15, fault="clock set ±5 min, summer time, leap second", size=f"{len(cases)} cases")
    kit.calm(workers=0)
    kit.office.ask("row 15", len(cases))
    requests = [request.pk for request in kit.office.requests("row 15")]
    for number, (case, request_id) in enumerate(zip(cases, requests, strict=True)):
        with _in_melbourne(), time_machine.travel(case.starts_at, tick=False) as machine:
            _call_without_pause(f"clock {number}", _Clock(case, machine), outcome)
            machine.move_to(case.starts_at)
            _outlive(kit, request_id, number, _Clock(case, machine), outcome)
    CallWindow.objects.update(blocked_until=None)  # of the kit's own practices too: a leap is for all
    return outcome


def _cases(dice: random.Random) -> list[Case]:
    def moment() -> float:
        return round(dice.uniform(2, 110), 1)

    forward = [Case(name=f"forward {n}", leaps=[(moment(), 300.0)]) for n in range(5)]
    back = [Case(name=f"back {n}", leaps=[(moment(), -300.0)]) for n in range(5)]
    there = [Case(name="forward and back", leaps=[(moment(), 300.0), (moment(), -300.0)]) for _ in range(2)]
    and_back = [
        Case(name="back and forward", leaps=[(moment(), -300.0), (moment(), 300.0)]) for _ in range(2)
    ]
    return [
        *forward, *back, *there, *and_back,
        Case(name="summer time ends", starts_at=_SUMMER_TIME_ENDS),
        Case(name="summer time begins", starts_at=_SUMMER_TIME_BEGINS),
        Case(name="leap second", starts_at=_NEW_YEAR, leaps=[(40.0, -1.0)]),
        Case(name="second left out", starts_at=_NEW_YEAR, leaps=[(40.0, 1.0)]),
        Case(name="smeared second", starts_at=_NEW_YEAR, slows_by=1 / 230),
        Case(name="by chance", leaps=[(moment(), dice.uniform(-300, 300)) for _ in range(3)]),
    ]  # fmt: skip


def _call_without_pause(practice: str, clock: _Clock, outcome: Outcome) -> None:
    """Two processes call as fast as they may; XPM's own count of true time judges, and ours of any minute."""
    judge = Limits(clock=clock.true, minute=_WHOLE.a_minute, day=_WHOLE.a_day, concurrent=_WHOLE.at_once)
    watches = itertools.cycle([_watch(clock), _watch(clock)])
    sent: deque[float] = deque()
    most = 0
    with _allowing(_WHOLE):
        while clock.gone < _WATCHED:
            next(watches).check(leapt=lambda: governor.wait_a_minute(now=timezone.now()))
            try:
                permit = governor.take_permit(practice, Lane.INTERACTIVE, now=timezone.now())
            except ToldToWait as wait:
                clock.go_on(max(0.01, min(wait.retry_after, clock.until_set())))
                continue
            outcome.throttled += not _is_accepted(judge, practice)
            outcome.calls += 1
            sent.append(clock.gone)
            while sent[0] <= clock.gone - allowance.MINUTE:
                sent.popleft()
            most = max(most, len(sent))
            clock.go_on(0.05)
            governor.give_back(permit, now=timezone.now())
    outcome.demand(most <= _WHOLE.a_minute, f"{clock.case.name}: {most} calls in a minute")
    CallSlot.objects.filter(tenant_id=practice).delete()


def _watch(clock: _Clock) -> ClockWatch:
    watch = ClockWatch(of_day=lambda: timezone.now().timestamp(), steady=lambda: clock.gone)
    watch.check(leapt=lambda: None)
    return watch


def _is_accepted(judge: Limits, practice: str) -> bool:
    try:
        judge.enter(app="the kit", practice=practice)
    except Throttled:
        return False
    judge.leave(app="the kit", practice=practice)
    return True


def _outlive(kit: Kit, request_id: UUID, number: int, clock: _Clock, outcome: Outcome) -> None:
    """A driver dies in its first POST just before the clock is set; the next must make the job, once, in time."""
    fault = (Fault.KILLED_AFTER, Fault.KILLED_BEFORE, Fault.LATE)[number % 3]
    timing = Timing()
    office = Office(clock=clock.true, plan={("add_job", 1): fault}, lag=timedelta(seconds=20))
    clock.go_on(max(0.0, min(clock.until_set(), 60.0) - 1))
    JobRequest.everywhere.filter(pk=request_id).update(next_at=timezone.now())
    with firm_scope(kit.office.firm.pk):
        tenant = kit.office.connection.tenant_id

        def drive() -> None:
            try:
                saga.drive(
                    request_id,
                    clock=timezone.now,
                    timing=timing,
                    open_manager=lambda _connection, on_call: InMemoryPractice(
                        office, tenant_id=tenant, on_call=on_call
                    ),
                )
            except Killed:
                outcome.kills += 1

        took = _drive_until_created(request_id, drive, clock)
    request = JobRequest.everywhere.get(pk=request_id)
    outcome.completed += request.status == JobRequest.Status.CREATED
    outcome.lost += request.status != JobRequest.Status.CREATED
    outcome.duplicated += max(0, len(office.of_marker(request.marker)) - 1)
    notes = [cost.marker for job in office.jobs for cost in job.costs.values()]
    steps = JobStep._base_manager.filter(request=request_id, kind=JobStep.Kind.ADD_COST).count()
    outcome.duplicated += max(0, len(notes) - steps)
    # A lease may lie as far ahead as the clock was set back; what was lost is looked for until it is settled.
    in_doubt = timing.settle + 2 * timing.between_looks
    limit = clock.case.set_back + (timing.lease + in_doubt).total_seconds() + 10
    outcome.recovery.append(took)
    outcome.demand(took <= limit, f"{clock.case.name}: went on after {took:.0f} s, not {limit:.0f}")


def _drive_until_created(request_id: UUID, drive: Callable[[], None], clock: _Clock) -> float:
    began = clock.gone
    while clock.gone - began < 2_000:
        drive()
        if JobRequest.objects.filter(pk=request_id, status=JobRequest.Status.CREATED).exists():
            break
        clock.go_on(1.0)
    return clock.gone - began


@contextmanager
def _allowing(whole: Share) -> Iterator[None]:
    """Give the governor the allowance of earnest, whatever the kit's pace is."""
    shares = {Lane.INTERACTIVE: whole, Lane.REPAIR: whole}
    with (
        patch.multiple(governor, WHOLE=whole, SHARES=shares, SLOT_LIFE=timedelta(seconds=30)),
        patch.object(allowance, "WHOLE", whole),
    ):
        yield


@contextmanager
def _in_melbourne() -> Iterator[None]:
    """Let this process live where the clocks change."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Australia/Melbourne"
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()
