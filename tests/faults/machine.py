"""Row 18: hypothesis drives the ledger as it pleases, and the sandbox's memory says what came of it.

The database is the kit's own, the sandbox answers without a socket, and time is virtual. What hypothesis may
do: drive, lose an answer, have work done late, kill at a point, freeze and thaw, let time pass, and write as a
driver that has lost its lease.
"""

import sqlite3
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, ClassVar
from unittest.mock import patch
from uuid import UUID

import httpx2
import hypothesis
import time_machine
from django.db import connection as database
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from minutebook.jobs import ledger, saga
from minutebook.jobs.models import JobRequest, JobStep
from minutebook.jobs.reasons import Reason
from minutebook.jobs.steps import marker_of_line
from minutebook.jobs.timing import Timing
from minutebook.practice import xero
from minutebook.practice.leaps import ClockWatch
from minutebook.practice.models import Connection
from minutebook.practice.records import CallReport
from minutebook.scope import firm_scope
from tests.faults.drivers import Point, Stopper, Watched, method_of
from tests.faults.kit import STILL, Kit
from tests.faults.outcome import Outcome
from tests.in_memory_practice import Killed
from xpm_sandbox.app import create_app
from xpm_sandbox.sandbox import sandbox_of
from xpm_sandbox.settings import Settings

Kind, State, Status = JobStep.Kind, JobStep.State, JobRequest.Status
_TIMING = Timing()  # in earnest: time is virtual
_SAFELY_LATE = (0.3, 8.0, 25.0)  # seconds, less than the settle time
_TOO_LATE = 200.0  # seconds, after two looks have found nothing: a second job is then nobody's fault
_KINDS = (Kind.ADD_JOB, Kind.ADD_COST, Kind.ASSIGN, Kind.SET_STATE)
_POINTS = (Point.BEFORE_INTENT, Point.AFTER_INTENT, Point.AFTER_ANSWER, Point.AFTER_COMMIT)
_STEPS = 15  # rules an example runs at most


@dataclass
class Wire(httpx2.BaseTransport):
    """The way to the sandbox. One call, counted from the next, may meet a fault; late work waits for its time."""

    inner: httpx2.BaseTransport
    fault: str = ""
    after: int = 0  # calls that pass before it
    late_by: float = 0.0
    held: list[tuple[datetime, httpx2.Request]] = field(default_factory=list)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        fault = self.fault if self.after == 0 else ""
        self.after -= 1
        if fault:
            self.fault = ""
        if fault == "late":
            self.held.append((timezone.now() + timedelta(seconds=self.late_by), _again(request)))
        if fault in {"lost", "killed"}:
            self._do(request)
        if fault == "killed":
            raise Killed
        if fault == "error":
            return httpx2.Response(500, text="An error occurred", request=request)
        if fault:
            raise httpx2.ReadError("The answer was lost.", request=request)
        return self.inner.handle_request(request)

    def let_arrive(self) -> None:
        """Do the late work whose time has come."""
        now = timezone.now()
        for moment, request in [each for each in self.held if each[0] <= now]:
            self.held.remove((moment, request))
            self._do(request)

    def _do(self, request: httpx2.Request) -> None:
        answer = self.inner.handle_request(_again(request))
        answer.read()
        answer.close()


def _again(request: httpx2.Request) -> httpx2.Request:
    return httpx2.Request(request.method, request.url, headers=request.headers, content=request.read())


class _Killer(Stopper):
    """Ends the driver where the kit's own drivers are killed."""

    def stop(self) -> None:
        raise Killed


class _Freezer(Stopper):
    """Holds the driver's thread until it is thawed."""

    def __init__(self, request_id: UUID, kind: JobStep.Kind) -> None:
        super().__init__(request_id, Point.AFTER_INTENT, method_of(kind))
        self.stands, self.thawed = threading.Event(), threading.Event()
        self.thread: threading.Thread | None = None

    def stop(self) -> None:
        if not self.thawed.is_set():
            self.stands.set()
            self.thawed.wait()


class LedgerMachine(RuleBasedStateMachine):
    """One or two jobs, and everything that may happen to them."""

    kit: ClassVar[Kit]
    wire: ClassVar[Wire]
    clock: ClassVar[time_machine.Traveller]
    ended: ClassVar[dict[str, int]]

    @initialize(jobs=st.integers(1, 2))
    def ask(self, jobs: int) -> None:
        self.frozen: list[_Freezer] = []
        self.stale: list[tuple[JobRequest, JobStep]] = []
        self.excused: set[str] = set()
        self.seen: dict[int, tuple[str, int]] = {}
        self.wire.fault, self.wire.held = "", []
        with self._firm(), transaction.atomic():
            asked = [self.kit.office.ask_one("row 18", number, lines=1) for number in range(jobs)]
        self.jobs = [request.pk for request in asked]

    @rule(which=st.integers(0, 1))
    def drive(self, which: int) -> None:
        self._drive(self._job(which))

    @rule(
        which=st.integers(0, 1),
        fault=st.sampled_from(["lost", "never came", "error", "killed"]),
        after=st.integers(0, 3),
    )
    def drive_with_a_fault(self, which: int, fault: str, after: int) -> None:
        self.wire.fault, self.wire.after = fault, after
        self._drive(self._job(which))
        self.wire.fault = ""

    @rule(which=st.integers(0, 1), by=st.sampled_from([*_SAFELY_LATE, _TOO_LATE]), after=st.integers(0, 2))
    def drive_with_work_done_late(self, which: int, by: float, after: int) -> None:
        job = self._job(which)
        self.wire.fault, self.wire.after, self.wire.late_by = "late", after, by
        if by > _TIMING.settle.total_seconds():
            self.excused.add(JobRequest.everywhere.get(pk=job).marker)
        self._drive(job)
        self.wire.fault = ""

    @rule(which=st.integers(0, 1), point=st.sampled_from(_POINTS), kind=st.sampled_from(_KINDS))
    def kill(self, which: int, point: Point, kind: JobStep.Kind) -> None:
        stopper = _Killer(self._job(which), point, method_of(kind))
        self._drive(stopper.request_id, stopper)

    @rule(which=st.integers(0, 1), kind=st.sampled_from(_KINDS))
    def freeze(self, which: int, kind: JobStep.Kind) -> None:
        freezer = _Freezer(self._job(which), kind)
        freezer.thread = threading.Thread(target=self._drive_apart, args=[freezer])
        freezer.thread.start()
        while freezer.thread.is_alive() and not freezer.stands.wait(0.005):
            pass
        self.frozen.append(freezer)

    @rule()
    def thaw(self) -> None:
        if self.frozen:
            self._thaw(self.frozen.pop(0))

    @rule(seconds=st.sampled_from([0.5, 3.0, 29.0, 31.0, 61.0, 120.0]))
    def let_time_pass(self, seconds: float) -> None:
        self.clock.shift(seconds)
        self.wire.let_arrive()

    @rule(place=st.integers(0, 5))
    def write_without_the_lease(self, place: int) -> None:
        """Whoever lost its lease finds that every door is shut."""
        if not self.stale:
            return
        request, step = self.stale[place % len(self.stale)]
        with self._firm():
            if JobRequest.objects.get(pk=request.pk).epoch == request.epoch:
                return
            before = self._rows()
            for write in _writes(request, step):
                try:
                    write()
                except ledger.LostLease:
                    continue
                raise AssertionError(f"{write} went through without the lease")
            assert self._rows() == before, "something was written without the lease"

    @invariant()
    def at_most_one_of_each_is_there(self) -> None:
        for request in self._requests():
            if request.marker not in self.excused:
                counts = self._there(request)
                doubled = {marker: count for marker, count in counts.items() if count > 1}
                assert not doubled, f"there more than once: {doubled}"

    @invariant()
    def what_is_done_is_there(self) -> None:
        for request in self._requests():
            counts = self._there(request)
            for step in JobStep._base_manager.filter(request=request, state=State.DONE):
                marker = {
                    Kind.ADD_JOB: request.marker,
                    Kind.ADD_COST: marker_of_line(request.marker, step.number),
                }.get(Kind(step.kind), f"{request.marker} {step.kind}")
                assert counts.get(marker), f"{step.kind} is done and not there"

    @invariant()
    def what_is_done_stays_done(self) -> None:
        for step in JobStep._base_manager.filter(request__in=getattr(self, "jobs", [])):
            state, attempt = self.seen.get(step.pk, (State.READY, 0))
            assert state != State.DONE or step.state == State.DONE, f"{step.kind} was done, is {step.state}"
            assert step.attempt >= attempt, f"{step.kind} forgot that it was sent"
            self.seen[step.pk] = (step.state, step.attempt)

    def teardown(self) -> None:
        """Everything heals: every job must end, and nothing of it be missing."""
        self.wire.fault = ""
        for freezer in self.frozen:
            self._thaw(freezer)
        for _ in range(60):
            if all(request.status in STILL for request in self._requests()):
                break
            self.clock.shift(31)
            self.wire.let_arrive()
            for job in self.jobs:
                self._drive(job)
        for request in self._requests():
            parked = request.reason_code in {Reason.JOB_IN_DOUBT, Reason.LINE_IN_DOUBT}
            ended = "parked" if parked else str(request.status)
            assert parked or request.status == Status.CREATED, f"{request.marker} is lost: {request.status}"
            self.ended[ended] = self.ended.get(ended, 0) + 1
        self.at_most_one_of_each_is_there()
        self.what_is_done_is_there()

    def _job(self, which: int) -> UUID:
        return self.jobs[which % len(self.jobs)]

    def _requests(self) -> list[JobRequest]:
        return list(JobRequest.everywhere.filter(pk__in=getattr(self, "jobs", [])))

    @contextmanager
    def _firm(self) -> Iterator[None]:
        with firm_scope(self.kit.office.firm.pk):
            yield

    def _drive(self, job: UUID, stopper: Stopper | None = None) -> None:
        def open_manager(connection: Connection, on_call: Callable[[CallReport], None]) -> Any:
            manager = xero.XeroPracticeManager(
                connection,
                app=xero.oauth_app(),
                endpoints=xero.endpoints(),
                transport=self.wire,
                on_call=on_call,
            )
            self._remember(job)
            return Watched(manager, stopper) if stopper else manager

        with self._firm(), suppress(Killed):
            saga.drive(
                job,
                clock=stopper.clock if stopper else timezone.now,
                open_manager=open_manager,
                timing=_TIMING,
            )

    def _drive_apart(self, freezer: _Freezer) -> None:
        try:
            self._drive(freezer.request_id, freezer)
        finally:
            database.close()

    def _thaw(self, freezer: _Freezer) -> None:
        freezer.thawed.set()
        assert freezer.thread
        freezer.thread.join()

    def _remember(self, job: UUID) -> None:
        """Keep what the driver has in its hands, for the day when it has lost its lease."""
        request = JobRequest.objects.get(pk=job)
        step = ledger.next_step(request)
        if step is not None:
            self.stale.append((request, step))

    def _rows(self) -> list[object]:
        steps = JobStep._base_manager.filter(request__in=self.jobs).order_by("pk").values()
        return [*JobRequest.everywhere.filter(pk__in=self.jobs).order_by("pk").values(), *steps]

    def _there(self, request: JobRequest) -> dict[str, int]:
        """Count what the sandbox has of a job: it, its lines, its staff and its state."""
        counts: dict[str, int] = {}
        with closing(
            sqlite3.connect(f"file:{self.kit.practice.file}?mode=ro", uri=True, timeout=30)
        ) as memory:
            jobs = memory.execute(
                "SELECT job.uuid, job_state.code FROM job JOIN job_state ON state_uuid = job_state.uuid "
                "WHERE client_order_number = ? AND NOT is_deleted",
                [request.marker],
            ).fetchall()
            counts[request.marker] = len(jobs)
            for uuid, state in jobs:
                notes = memory.execute("SELECT note FROM job_cost WHERE job_uuid = ?", [uuid]).fetchall()
                for (note,) in notes:
                    counts[note] = counts.get(note, 0) + 1
                staff = memory.execute("SELECT 1 FROM job_staff WHERE job_uuid = ?", [uuid]).fetchall()
                counts[f"{request.marker} {Kind.ASSIGN}"] = len(staff)
                counts[f"{request.marker} {Kind.SET_STATE}"] = int(state == "INPROGRESS")
        return counts


def _writes(request: JobRequest, step: JobStep) -> list[Callable[[], object]]:
    """Return everything that a driver can write."""
    now, lease = timezone.now(), _TIMING.lease
    return [
        partial(ledger.begin, request, step, now=now, lease=lease),
        partial(ledger.finish, request, step, {"number": "J1", "id": "1", "url": ""}, now=now),
        partial(ledger.put_back, request, step),
        partial(ledger.doubt, request, step, next_at=now),
        partial(ledger.count_negative, request, step),
        partial(ledger.refuse, request, step, "No", reason=Reason.REFUSED_JOB),
        partial(ledger.ask_somebody, request, reason=Reason.JOB_IN_DOUBT),
        partial(ledger.pause, request, words="", reason=Reason.CONNECTION_LOST, since=now),
        partial(ledger.wait, request, next_at=now),
        partial(ledger.complete, request, now=now),
    ]


def as_hypothesis_pleases(kit: Kit) -> Outcome:
    """Row 18: a state machine over the ledger, with the sandbox's memory as what is true."""
    examples = kit.of(short=3, long=2_000)
    outcome = Outcome(
        row=18, fault="hypothesis: call, lose, kill, freeze, tick, lag", size=f"{examples} examples"
    )
    kit.calm(workers=0)
    app = create_app(
        Settings(data=kit.practice.folder, port=kit.practice.port, minute_limit=10**6, day_limit=10**8),
        clock=lambda: time_machine.escape_hatch.datetime.datetime.now(UTC),
    )
    settings = hypothesis.settings(
        max_examples=examples,
        stateful_step_count=_STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, *([] if kit.short else [Phase.shrink])],
    )
    with database.cursor() as cursor:  # no power is cut here, and it makes thousands of commits bearable
        off = "PRAGMA synchronous=OFF" if database.vendor == "sqlite" else "SET synchronous_commit = off"
        cursor.execute(off)
    all_time = ClockWatch(steady=time.time)  # virtual time passes in leaps that are none
    with (
        time_machine.travel(datetime.now(UTC), tick=False) as clock,
        patch.object(xero, "_clock_watch", all_time),
    ):
        wire = Wire(inner=httpx2.WSGITransport(app=app))
        members = {"kit": kit, "wire": wire, "clock": clock, "ended": {}}
        machine: type[LedgerMachine] = type("Machine", (LedgerMachine,), members)
        try:
            run_state_machine_as_test(hypothesis.seed(kit.seed)(machine), settings=settings)
        except AssertionError as broken:
            traceback.print_exc()
            outcome.missed.append(f"{broken}".splitlines()[0])
    sandbox_of(app).database.close()
    outcome.completed = machine.ended.get(str(Status.CREATED), 0)
    outcome.note = f"{machine.ended.get('parked', 0)} parked for a person"
    return outcome
