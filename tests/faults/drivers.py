"""A driver that is killed or frozen exactly where it hurts. It is forked, so it has its own connections."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils import timezone

from minutebook.jobs import saga
from minutebook.jobs.models import JobStep
from minutebook.practice import xero
from minutebook.practice.models import Connection
from minutebook.practice.provider import Lane
from minutebook.practice.records import CallReport
from minutebook.practice.registry import manager_for
from minutebook.scope import firm_scope
from tests.faults.kit import before_forking

Kind = JobStep.Kind


class Point(StrEnum):
    """Where the driver is stopped, on its way through one step."""

    BEFORE_INTENT = "before the intent"
    AFTER_INTENT = "after the intent"
    AFTER_SEND = "after it was sent"  # the practice manager does the work; nobody hears the answer
    AFTER_ANSWER = "after the answer"
    AFTER_COMMIT = "after the commit"


# Which method of the practice manager sends a step.
_METHODS = {
    Kind.ADD_JOB: "add_job",
    Kind.READ_COSTS: "costs",
    Kind.UPDATE_COST: "update_cost",
    Kind.ADD_COST: "add_cost",
    Kind.ASSIGN: "assign_staff",
    Kind.SET_STATE: "set_state",
}
_HEARS_NOTHING = 0.25  # seconds after which a driver that waits for a delayed answer is killed


def fork(work: Callable[[], None]) -> int:
    """Run `work` in a child with connections of its own; return the child's process id."""
    before_forking()
    child = os.fork()
    if child:
        return child
    try:
        xero._pool.cache_clear()
        work()
    finally:
        os._exit(0)


def drive_until(point: Point, kind: JobStep.Kind, request_id: UUID, firm_id: int) -> int:
    """Fork a driver of one request that kills itself at a point of its first step of a kind."""
    stopper = Stopper(request_id, point, _METHODS[kind], signal.SIGKILL)
    return fork(lambda: _drive(firm_id, stopper))


def drive_and_freeze(kind: JobStep.Kind, request_id: UUID, firm_id: int) -> int:
    """Fork a driver that freezes between the intent of a step and its bytes, until it is continued."""
    stopper = Stopper(request_id, Point.AFTER_INTENT, _METHODS[kind], signal.SIGSTOP)
    return fork(lambda: _drive(firm_id, stopper))


def method_of(kind: JobStep.Kind) -> str:
    """Return the practice manager's method that sends such a step."""
    return _METHODS[kind]


def _drive(firm_id: int, stopper: "Stopper") -> None:
    with firm_scope(firm_id):
        saga.drive(stopper.request_id, clock=stopper.clock, open_manager=stopper.open_manager)


class Stopper:
    """Watches a drive from where the practice manager and the clock are handed to it."""

    def __init__(
        self, request_id: UUID, point: Point, method: str, with_signal: signal.Signals = signal.SIGKILL
    ) -> None:
        self.request_id = request_id
        self.point, self.method, self.signal = point, method, with_signal
        self.is_answered = False
        self.clocked = 0

    def stop(self) -> None:
        os.kill(os.getpid(), self.signal)

    def clock(self) -> datetime:
        """The driver reads the clock once between an answer and its commit, and again after it."""
        self.clocked += self.is_answered
        if self.point == Point.AFTER_COMMIT and self.clocked > 1:
            self.stop()
        return timezone.now()

    def open_manager(self, connection: Connection, on_call: Callable[[CallReport], None]) -> Any:
        return Watched(manager_for(connection, on_call=on_call), self)


class Watched:
    """A practice manager whose one method meets the stopper; everything else passes."""

    def __init__(self, manager: Any, stopper: Stopper) -> None:  # Any: any manager, all methods
        self._manager, self._stopper = manager, stopper

    @contextmanager
    def permit(self, lane: Lane) -> Iterator[None]:
        stopper = self._stopper
        if stopper.point == Point.AFTER_COMMIT and stopper.is_answered:
            stopper.stop()
        with self._manager.permit(lane):
            if stopper.point == Point.BEFORE_INTENT and _is_next(stopper.request_id, stopper.method):
                stopper.stop()
            yield

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._manager, name)
        return self._stopped(method) if name == self._stopper.method else method

    def _stopped(self, method: Callable[..., Any]) -> Callable[..., Any]:
        stopper = self._stopper

        def call(*positional: Any, **named: Any) -> Any:
            if stopper.point == Point.AFTER_INTENT:
                stopper.stop()
            if stopper.point == Point.AFTER_SEND:
                threading.Timer(_HEARS_NOTHING, stopper.stop).start()
            answer = method(*positional, **named)
            if stopper.point == Point.AFTER_ANSWER:
                stopper.stop()
            stopper.is_answered = True
            return answer

        return call


def _is_next(request_id: UUID, method: str) -> bool:
    """Tell whether the step about to be sent, the first that is not settled, goes by this method."""
    settled = (JobStep.State.DONE, JobStep.State.SKIPPED)
    step = JobStep.objects.filter(request=request_id).exclude(state__in=settled).order_by("number").first()
    return step is not None and _METHODS[Kind(step.kind)] == method
