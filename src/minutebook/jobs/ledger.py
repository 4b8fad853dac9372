"""The ledger of job requests: who drives one, and every change of its steps.

Each change is one short transaction, a compare-and-set on what was there before, made only by the driver
that still holds the request. An intent is committed before its first byte leaves; so whatever is killed,
the ledger knows what may have happened.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from minutebook.jobs.models import JobRequest, JobStep
from minutebook.jobs.reasons import Reason
from minutebook.jobs.steps import Json

Kind, State, Status = JobStep.Kind, JobStep.State, JobRequest.Status

_STOPPED = (*JobRequest.FINISHED, Status.NEEDS_YOU, Status.PAUSED_CONNECTION)


class LostLease(Exception):
    """Somebody else drives the request now, or a person has decided about it: write nothing."""


def claim(request_id: UUID, *, now: datetime, lease: timedelta) -> JobRequest | None:
    """Become the request's one driver, or return None when it is not due, stopped, or driven by another."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    with transaction.atomic():
        due = JobRequest.objects.filter(free, pk=request_id, next_at__lte=now).exclude(status__in=_STOPPED)
        if not due.update(epoch=F("epoch") + 1, lease_until=now + lease):
            return None
        return JobRequest.objects.select_related("pack").get(pk=request_id)


def next_step(request: JobRequest) -> JobStep | None:
    """Return the first step that is not settled, or None when all are."""
    unsettled = request.steps.exclude(state__in=(State.DONE, State.SKIPPED))
    return unsettled.order_by("number").first()


def begin(request: JobRequest, step: JobStep, *, now: datetime, lease: timedelta) -> None:
    """Commit the intent to send a step. Raises LostLease when it is not ours to send."""
    with _held(request) as held:
        _move(step, State.READY, State.SENDING, sent_at=now, attempt=F("attempt") + 1, negatives=0, error="")
        held.lease_until = now + lease
        held.status = Status.CREATING if step.kind == Kind.ADD_JOB else Status.FILLING
        held.reason = held.reason_code = ""
        if step.kind == Kind.ADD_JOB:
            held.has_no_job = False
        held.save()


def finish(request: JobRequest, step: JobStep, result: Json, *, now: datetime) -> None:
    """Record that the effect is known to be there."""
    with _held(request) as held:
        _move(step, State(step.state), State.DONE, result=result, done_at=now)
        held.failures, held.paused_at = 0, None
        if step.kind == Kind.ADD_JOB:
            held.job_number, held.job_id, held.job_url = result["number"], result["id"], result["url"]
            held.status, held.has_no_job = Status.FILLING, False
        held.save()


def put_back(request: JobRequest, step: JobStep) -> None:
    """Record that nothing happened: the step is free to be sent again. Without a job there is no line."""
    with _held(request) as held:
        _move(step, State(step.state), State.READY)
        if step.kind == Kind.ADD_JOB:
            held.has_no_job, held.doubted_at = True, None
            held.save(update_fields=["has_no_job", "doubted_at"])
            held.steps.filter(state=State.IN_DOUBT).update(state=State.READY, sent_at=None, negatives=0)


def doubt(request: JobRequest, step: JobStep, *, next_at: datetime | None = None) -> None:
    """Record that the effect may have happened; let go until there is something to look for."""
    with _held(request) as held:
        _move(step, State.SENDING, State.IN_DOUBT)
        held.status = _working_on(step)
        held.failures += 1
        held.paused_at = held.paused_at or step.sent_at
        held.save()
        if next_at is not None:
            _let_go(held, next_at=next_at)


def count_negative(request: JobRequest, step: JobStep) -> int:
    """Count one look-up that found nothing, late enough to mean something. Returns how many there were."""
    with _held(request):
        _move(step, State.IN_DOUBT, State.IN_DOUBT, negatives=F("negatives") + 1)
    return step.negatives


def refuse(request: JobRequest, step: JobStep, words: str, *, reason: Reason) -> None:
    """Record that XPM answered no, in its words. A person decides."""
    with _held(request) as held:
        _move(step, State.SENDING, State.FAILED, error=words)
        if step.kind == Kind.ADD_JOB:
            held.has_no_job = True
        _stop(held, Status.NEEDS_YOU, reason, words)


def ask_somebody(request: JobRequest, *, reason: Reason, words: str = "") -> None:
    """Stop until a person has decided."""
    with _held(request) as held:
        _stop(held, Status.NEEDS_YOU, reason, words)


def pause(request: JobRequest, *, words: str, reason: Reason, since: datetime) -> None:
    """Stop until the connection is back. `since` is when it was lost."""
    with _held(request) as held:
        held.paused_at = since
        _stop(held, Status.PAUSED_CONNECTION, reason, words)


def wait(request: JobRequest, *, next_at: datetime, reason: Reason | None = None) -> None:
    """Let go of the request until a moment; `reason` says what it waits for when that takes long."""
    with _held(request) as held:
        if reason is not None:
            held.reason, held.reason_code = "", reason
        _let_go(held, next_at=next_at)


def wait_for_an_answer(request: JobRequest, *, next_at: datetime, since: datetime) -> None:
    """Let go while XPM answers nobody, since a moment; nothing was sent, and it goes on by itself."""
    with _held(request) as held:
        held.paused_at = since
        _say_unreachable(held)
        _let_go(held, next_at=next_at)


def wait_after_failure(request: JobRequest, *, now: datetime, next_at: datetime, unreachable: bool) -> None:
    """Let go after one more failure in a row. `unreachable` says so on the page; it goes on by itself."""
    with _held(request) as held:
        held.failures += 1
        held.paused_at = held.paused_at or now
        if unreachable:
            _say_unreachable(held)
        _let_go(held, next_at=next_at)


def wait_to_look(request: JobRequest, step: JobStep, *, next_at: datetime) -> None:
    """Let go until the next look: XPM answers again, and the effect was not there yet."""
    with _held(request) as held:
        held.failures, held.paused_at, held.status = 0, None, _working_on(step)
        held.reason = held.reason_code = ""
        _let_go(held, next_at=next_at)


def complete(request: JobRequest, *, now: datetime) -> JobRequest:
    """Record that the job is there with everything in it."""
    with _held(request) as held:
        held.status, held.finished_at = Status.CREATED, now
        held.reason = held.reason_code = ""
        _let_go(held, next_at=now)
    return held


@contextmanager
def holding(request: JobRequest) -> Iterator[JobRequest]:
    """Make several changes of a request that we still drive, in one transaction. Raises LostLease."""
    with _held(request) as held:
        yield held


@contextmanager
def _held(request: JobRequest) -> Iterator[JobRequest]:
    with transaction.atomic():
        held = JobRequest.objects.select_for_update().filter(pk=request.pk, epoch=request.epoch).first()
        if held is None:
            raise LostLease(f"Request {request.pk} is driven by another")
        yield held
    for field in held._meta.concrete_fields:
        setattr(request, field.attname, getattr(held, field.attname))


def _move(step: JobStep, before: JobStep.State, after: JobStep.State, **changes: object) -> None:
    """Compare and set: the step must still be as we last saw it. Raises LostLease when it is not."""
    seen = JobStep.objects.filter(pk=step.pk, state=before, sent_at=step.sent_at)
    if step.sent_at is None:
        seen = JobStep.objects.filter(pk=step.pk, state=before, sent_at__isnull=True)
    if not seen.update(state=after, **changes):
        raise LostLease(f"Step {step.pk} is no longer {before}")
    step.refresh_from_db()


def _working_on(step: JobStep) -> JobRequest.Status:
    return Status.CHECKING if step.kind == Kind.ADD_JOB else Status.FILLING


def _stop(held: JobRequest, status: JobRequest.Status, reason: Reason, words: str) -> None:
    held.status, held.reason, held.reason_code = status, words, reason
    held.lease_until = None
    held.save()


def _say_unreachable(held: JobRequest) -> None:
    held.status, held.reason, held.reason_code = Status.PAUSED_UNREACHABLE, "", Reason.UNREACHABLE


def _let_go(held: JobRequest, *, next_at: datetime) -> None:
    held.next_at, held.lease_until = next_at, None
    held.save()
