"""Changing what XPM refused of a job that is under way: its staff, its state, a line. The job goes on then.

A job that XPM does not have yet is planned again instead (`planning`).
"""

from datetime import datetime

from django.db import transaction

from minutebook.activity.models import record
from minutebook.firms.models import User
from minutebook.jobs.costs import CostLine
from minutebook.jobs.models import JobRequest, JobState, JobStep
from minutebook.jobs.requests import NothingToDecide, go_on, needing_somebody
from minutebook.jobs.steps import line_body

Kind, State = JobStep.Kind, JobStep.State

_LINES = (Kind.ADD_COST, Kind.UPDATE_COST)
_MAY_BE_LEFT_OUT = (*_LINES, Kind.ATTACH)
LEFT_OUT = "left_out"  # in a step's body: a person said that it is not wanted after all


@transaction.atomic
def change_staff(request: JobRequest, *, staff_id: str, staff_name: str, by: User, now: datetime) -> None:
    """Give the job to somebody else, or to nobody when `staff_id` is empty. Raises NothingToDecide."""
    held, step = _refused(request, Kind.ASSIGN)
    held.job = {**held.job, "staff_name": staff_name}
    if staff_id:
        _send_again(step, {"staff": staff_id})
    else:
        _leave_out(step, now=now)
    held.save(update_fields=["job"])
    go_on(held, now=now)
    sentence = f"Job given to {staff_name}" if staff_id else "Job given to nobody yet"
    record("job.staff_changed", held.pack, sentence=sentence, by=by)


@transaction.atomic
def leave_state(request: JobRequest, *, by: User, now: datetime) -> None:
    """Leave the job in the state in which XPM started it. Raises NothingToDecide."""
    held = needing_somebody(request)
    step = held.steps.filter(kind=Kind.SET_STATE, state__in=(State.FAILED, State.READY)).first()
    if step is None:
        raise NothingToDecide("The job’s state is not in question.")
    _leave_out(step, now=now)
    held.job = {**held.job, "mark_as": JobState.AS_STARTED}
    held.save(update_fields=["job"])
    go_on(held, now=now)
    record("job.state_left", held.pack, sentence="Job left in the state XPM started it in", by=by)


@transaction.atomic
def change_line(request: JobRequest, line: CostLine, *, by: User, now: datetime) -> None:
    """Send a refused cost line as it is worded and priced now. Raises NothingToDecide."""
    held, step = _refused(request, *_LINES)
    _send_again(step, {**step.body, **line_body(line)})
    go_on(held, now=now)
    record("job.line_changed", held.pack, sentence=f"Cost line changed: {line.description}", by=by)


@transaction.atomic
def leave_line_out(request: JobRequest, *, by: User, now: datetime) -> None:
    """Go on without a refused cost line or document; a template's own line stays as the template has it."""
    held, step = _refused(request, *_MAY_BE_LEFT_OUT)
    _leave_out(step, now=now)
    go_on(held, now=now)
    what = f"Document left out: {step.body['title']}" if step.kind == Kind.ATTACH else ""
    sentence = what or f"Cost line left out: {step.body['description']}"
    record("job.line_left_out", held.pack, sentence=sentence, by=by)


def refused_step(request: JobRequest) -> JobStep | None:
    """Return the step that XPM refused, or None."""
    return request.steps.filter(state=State.FAILED).order_by("number").first()


def _refused(request: JobRequest, *kinds: JobStep.Kind) -> tuple[JobRequest, JobStep]:
    held = needing_somebody(request)
    step = refused_step(held)
    if step is None or step.kind not in kinds:
        raise NothingToDecide("XPM has not refused that. Look at where the job stands.")
    return held, step


def _send_again(step: JobStep, body: dict[str, object]) -> None:
    step.body, step.state, step.attempt, step.error = body, State.READY, 0, ""
    step.save(update_fields=["body", "state", "attempt", "error"])


def _leave_out(step: JobStep, *, now: datetime) -> None:
    step.body = {**step.body, LEFT_OUT: True}
    step.state, step.done_at = State.SKIPPED, now
    step.save(update_fields=["body", "state", "done_at"])
