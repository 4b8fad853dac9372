"""Rows in which processes are killed, frozen or replaced while jobs are under way."""

import os
import signal
import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from minutebook.jobs.models import JobRequest, JobStep
from minutebook.jobs.timing import TIMING
from minutebook.scope import firm_scope
from minutebook.server.models import Heartbeat
from tests.faults.drivers import Point, drive_and_freeze, drive_until
from tests.faults.kit import STILL, Kit
from tests.faults.outcome import Outcome, p95
from tests.faults.processes import DRAIN

Kind = JobStep.Kind
STEPS = (Kind.ADD_JOB, Kind.READ_COSTS, Kind.UPDATE_COST, Kind.ADD_COST, Kind.ASSIGN, Kind.SET_STATE)


def resumes_within(kit: Kit) -> float:
    """Seconds from a death to the next driver: the lease, the sweeper's round, and two for the machine."""
    return TIMING.lease.total_seconds() + Heartbeat.EVERY.total_seconds() / kit.scale + 2


def killed_workers(kit: Kit) -> Outcome:
    """Row 3: kill -9 of any worker every five seconds, under load, with a new one in its place."""
    kills = kit.of(short=1, long=50)
    every = 5.0 if not kit.short else 4.0
    outcome = Outcome(row=3, fault=f"kill -9 of a worker every {every:.0f} s")
    workers = kit.of(short=2, long=3)
    kit.calm(workers)  # one at least goes on while others start
    kit.practice.fail("delay", path="/practicemanager/*", seconds=0.15, times=None)  # so that work is in hand
    dice, asked = kit.dice(3), 0
    watched = _Takeovers()
    next_kill = time.monotonic() + every / 2
    while outcome.kills < kills:
        if _moving("row 3") < 6:  # always something under way
            kit.office.ask("row 3", 6)
            asked += 6
        watched.look()
        at_work = kit.at_work()  # one that only starts has nothing in hand, and one must go on
        if time.monotonic() >= next_kill and len(at_work) > 1 and _held():
            victim = dice.choice(at_work)
            watched.note_death()
            kit.workers.kill(victim)
            outcome.kills += 1
            kit.workers.keep(workers)
            next_kill = time.monotonic() + every
        time.sleep(0.1)
    kit.wait("row 3", seconds=kit.patience(asked), meanwhile=watched.look)
    watched.look()
    kit.practice.heal()
    kit.settle(outcome, "row 3")
    outcome.size, outcome.recovery = f"{asked} jobs", watched.seconds
    if watched.seconds and not kit.short:  # one kill has no p95
        limit = resumes_within(kit)
        outcome.demand(
            p95(watched.seconds) <= limit, f"resumed in {p95(watched.seconds):.1f} s, not {limit:.1f}"
        )
    return outcome


def _held() -> bool:
    return JobRequest.everywhere.filter(pack__title="row 3", lease_until__gt=timezone.now()).exists()


def _moving(batch: str) -> int:
    return JobRequest.everywhere.filter(pack__title=batch).exclude(status__in=STILL).count()


class _Takeovers:
    """How long a request whose driver was killed waited for the next one."""

    def __init__(self) -> None:
        self.left: dict[UUID, _Held] = {}
        self.seconds: list[float] = []

    def note_death(self) -> None:
        """Remember what is held now, and until when: the dead one renews no lease."""
        held = JobRequest.everywhere.filter(pack__title="row 3", lease_until__gt=timezone.now())
        for pk, epoch, lease_until in held.values_list("pk", "epoch", "lease_until"):
            assert lease_until is not None  # it lies ahead
            self.left[pk] = _Held(epoch=epoch, lease_until=lease_until, died_at=time.monotonic())

    def look(self) -> None:
        rows = JobRequest.everywhere.filter(pk__in=list(self.left)).values_list("pk", "epoch", "lease_until")
        for pk, epoch, lease_until in rows:
            held = self.left[pk]
            if epoch > held.epoch:
                self.seconds.append(time.monotonic() - held.died_at)
            # The sweeper takes a lease away only once it has run out: sooner, its own driver let go.
            let_go = lease_until is None and timezone.now() < held.lease_until
            if epoch > held.epoch or let_go or lease_until not in {None, held.lease_until}:
                del self.left[pk]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    """A request as it was held at the moment of a death."""

    epoch: int
    lease_until: datetime
    died_at: float


def killed_at_every_point(kit: Kit) -> Outcome:
    """Row 4: a driver is killed at every labelled point of every kind of step; another goes on."""
    kinds = (Kind.ADD_JOB,) if kit.short else STEPS
    outcome = Outcome(
        row=4, fault="kill -9 at every labelled point of every step", size=f"5 points × {len(kinds)} steps"
    )
    kit.calm(workers=0)
    left = [(point, kind) for point in Point for kind in kinds]
    survived = []
    kit.office.ask("row 4", len(left), from_template=True)
    with firm_scope(kit.office.firm.pk):
        waiting = list(JobRequest.objects.filter(pack__title="row 4").values_list("pk", flat=True))
    for (point, kind), request_id in zip(left, waiting, strict=True):
        if point == Point.AFTER_SEND:
            kit.practice.heal()
            kit.practice.fail(
                "delay", when="after", seconds=1, times=1, method=_CALLS[kind][0], path=_CALLS[kind][1]
            )
        kit.forget_the_dead()  # one driver at a time: nothing else is under way
        if _is_killed_at(point, kind, request_id, kit.office.firm.pk):
            outcome.kills += 1
        else:
            survived.append(f"{point} of {kind}")
    kit.calm(kit.of(short=1, long=2))
    kit.wait("row 4", seconds=kit.patience(len(left)))
    kit.settle(outcome, "row 4")
    outcome.demand(not survived, f"not killed {', '.join(survived)}")
    return outcome


def _is_killed_at(point: Point, kind: JobStep.Kind, request_id: UUID, firm_id: int) -> bool:
    """Drive until killed there. The dead leave their slots behind, so a driver may be told to come again."""
    for _ in range(30):
        _, status = os.waitpid(drive_until(point, kind, request_id, firm_id), 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            return True
        time.sleep(0.2)
    return False


_CALLS = {
    Kind.ADD_JOB: ("POST", "job.api/add"),
    Kind.READ_COSTS: ("GET", "job.api/costs"),
    Kind.UPDATE_COST: ("PUT", "job.api/cost"),
    Kind.ADD_COST: ("POST", "job.api/cost"),
    Kind.ASSIGN: ("PUT", "job.api/assign"),
    Kind.SET_STATE: ("PUT", "job.api/state"),
}


def deployments(kit: Kit) -> Outcome:
    """Row 5: a new worker starts and an old one is told to stop, again and again under load."""
    deploys = kit.of(short=1, long=10)
    outcome = Outcome(row=5, fault="deploy: SIGTERM while a new worker starts")
    kit.calm()
    kit.practice.fail("delay", path="/practicemanager/*", seconds=0.15, times=None)
    asked, drains = 0, []
    for _ in range(deploys):
        kit.office.ask("row 5", 8)
        asked += 8
        time.sleep(1)
        kit.workers.start()
        old = kit.workers.running[0]
        while old not in kit.at_work():  # only who has begun can finish what it has in hand
            time.sleep(0.1)
        drains.append(kit.workers.drain(old))
        outcome.demand(old.poll() == 0, f"a worker ended with {old.poll()}")
    kit.wait("row 5", seconds=kit.patience(asked))
    kit.practice.heal()
    kit.settle(outcome, "row 5")
    outcome.size, outcome.note = f"{deploys} deploys, {asked} jobs", f"drained in {max(drains):.1f} s at most"
    outcome.demand(max(drains) <= DRAIN, f"drained in {max(drains):.0f} s, not {DRAIN:.0f}")
    return outcome


def frozen_processes(kit: Kit) -> Outcome:
    """Row 6: a driver is frozen between its intent and its bytes, outlives its lease, and wakes up."""
    freezes, at_random = kit.of(short=1, long=20), kit.of(short=0, long=10)
    outcome = Outcome(row=6, fault="frozen between intent and send; at random")
    kit.calm(workers=0)
    kit.office.ask("row 6", freezes)
    requests = [request.pk for request in kit.office.requests("row 6")]
    children = []
    for number, request_id in enumerate(requests):
        kind = (Kind.ADD_JOB, Kind.ADD_COST)[number % 2]
        kit.forget_the_dead()  # the frozen send nothing
        child = _frozen(kind, request_id, kit.office.firm.pk)
        outcome.demand(child is not None, "a driver did not freeze")
        children += [child] if child else []
    kit.calm(kit.of(short=1, long=2))
    kit.wait("row 6", seconds=kit.patience(freezes))
    for child in children:  # what they meant to send has been sent by another
        os.kill(child, signal.SIGCONT)
        os.waitpid(child, 0)
    kit.settle(outcome, "row 6")
    _freeze_at_random(kit, outcome, at_random)
    outcome.size = f"{freezes} aimed, {at_random} at random"
    return outcome


def _frozen(kind: JobStep.Kind, request_id: UUID, firm_id: int) -> int | None:
    """Drive until frozen there. The frozen hold their slots a while, so a driver may be told to come again."""
    for _ in range(40):
        child = drive_and_freeze(kind, request_id, firm_id)
        _, status = os.waitpid(child, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            return child
        time.sleep(0.25)
    return None


def _freeze_at_random(kit: Kit, outcome: Outcome, freezes: int) -> None:
    if not freezes:
        return
    dice, longer = kit.dice(6), TIMING.lease.total_seconds() + 1
    for _ in range(freezes):
        kit.office.ask("row 6 random", 6)
        time.sleep(dice.uniform(0.2, 1.5))
        kit.workers.freeze(dice.choice(kit.workers.running), longer)
    kit.wait("row 6 random", seconds=kit.patience(6 * freezes))
    kit.settle(outcome, "row 6 random")
