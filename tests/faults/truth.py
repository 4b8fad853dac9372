"""What the practice manager really has, read from its own memory, against what the ledger believes."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from minutebook.jobs.models import JobCall, JobRequest, JobStep
from minutebook.jobs.steps import marker_of_line

Kind, State = JobStep.Kind, JobStep.State


@dataclass(kw_only=True)
class Truth:
    """Counts over a batch of requests. What is lost or duplicated is named, for whoever has to look."""

    completed: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    calls: int = 0
    fewest_calls: int = 0
    throttled: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Remote:
    """The practice manager's memory of one batch."""

    jobs: Counter[str]  # by marker
    notes: Counter[str]  # by the cost line's note
    assigned: set[tuple[str, str]]  # marker and staff
    states: dict[str, str]  # by marker, the state's code


def judge(requests: Iterable[JobRequest], file: Path) -> Truth:
    """Compare a batch with the practice manager's memory. Call in the scope of the batch's firm."""
    truth, remote = Truth(), _read(file)
    for request in requests:
        _judge_one(request, remote, truth)
    return truth


def _judge_one(request: JobRequest, remote: _Remote, truth: Truth) -> None:
    steps = list(request.steps.all())
    is_created = request.status == JobRequest.Status.CREATED
    truth.completed += is_created
    truth.duplicated += [request.marker] * max(0, remote.jobs[request.marker] - 1)
    if not is_created:
        truth.lost.append(f"{request.marker} is {request.status} {request.reason_code}")
    elif not remote.jobs[request.marker]:
        truth.lost.append(f"{request.marker} is not there")
    for step in steps:
        _judge_step(request, step, remote, truth, is_created=is_created)
    calls = JobCall.objects.filter(request=request)
    truth.calls += calls.count()
    truth.throttled += calls.filter(status=429).count()
    truth.fewest_calls += sum(step.state == State.DONE for step in steps)


def _judge_step(
    request: JobRequest, step: JobStep, remote: _Remote, truth: Truth, *, is_created: bool
) -> None:
    if step.kind == Kind.ADD_COST:
        note = marker_of_line(request.marker, step.number)
        truth.duplicated += [note] * max(0, remote.notes[note] - 1)
        if is_created and not remote.notes[note]:
            truth.lost.append(f"cost line {note}")
    if not is_created or step.state != State.DONE:
        return
    if step.kind == Kind.ASSIGN and (request.marker, step.body["staff"]) not in remote.assigned:
        truth.lost.append(f"staff of {request.marker}")
    if step.kind == Kind.SET_STATE and remote.states.get(request.marker) != "INPROGRESS":
        truth.lost.append(f"state of {request.marker}")


def _read(file: Path) -> _Remote:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as memory:
        jobs = memory.execute(
            "SELECT client_order_number, job_state.code FROM job JOIN job_state ON state_uuid = job_state.uuid "
            "WHERE client_order_number LIKE 'MB-%' AND NOT is_deleted"
        ).fetchall()
        notes = memory.execute("SELECT note FROM job_cost WHERE note LIKE 'MB-%'").fetchall()
        assigned = memory.execute(
            "SELECT client_order_number, staff_uuid FROM job JOIN job_staff ON job_uuid = job.uuid"
        ).fetchall()
    return _Remote(
        jobs=Counter(marker for marker, _ in jobs),
        notes=Counter(note for (note,) in notes),
        assigned=set(assigned),
        states=dict(jobs),
    )
