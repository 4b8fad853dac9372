"""What will be sent for a job, call by call, before anything is; and what each call was for, afterwards.

The bodies are written by the same code that sends them. What only XPM knows until then (the job's number, the
id of a template's line) stands in [square brackets].
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from minutebook.jobs.attaching import expected
from minutebook.jobs.codes import code_of
from minutebook.jobs.counting import CallCount, CallMade, count_calls
from minutebook.jobs.models import JobCall, JobPlan, JobRequest, JobState, JobStep, PlannedCost
from minutebook.jobs.steps import (
    NOT_IDEMPOTENT,
    Json,
    attached_name,
    job_of,
    marker_of_line,
    new_cost,
    new_job,
    steps_of,
)
from minutebook.practice.models import Connection
from minutebook.practice.provider import Preview
from minutebook.practice.records import CallPreview, CostId, StaffId
from minutebook.practice.registry import preview

Kind, State = JobStep.Kind, JobStep.State

_NUMBER, _LINE, _CODE = "[job number]", "[the template’s line]", "[state code]"
_NOT_SENT = frozenset({"not_sent"})


@dataclass(frozen=True, kw_only=True, slots=True)
class CallAhead:
    """One call that will be sent: what it does in plain words, and what it says."""

    words: str
    call: CallPreview
    is_certain: bool = True  # False: only if XPM's line differs from the plan


@dataclass(frozen=True, kw_only=True, slots=True)
class CallsAhead:
    """All calls that are still to come, in order."""

    calls: Sequence[CallAhead]

    @property
    def in_words(self) -> str:
        certain = sum(call.is_certain for call in self.calls)
        perhaps = len(self.calls) - certain
        words = f"{certain} call{'' if certain == 1 else 's'}"
        if perhaps:
            words += f", and {perhaps} more if the template’s line{'' if perhaps == 1 else 's'} differ"
            words += "s" if perhaps == 1 else ""
        return words


def calls_of_plan(
    plan: JobPlan, costs: Iterable[PlannedCost], *, marker: str, connection: Connection | None
) -> CallsAhead:
    """Return what releasing a plan would send. Reads nothing and sends nothing."""
    steps = [step for step in steps_of(plan, costs) if step.state == State.READY]
    steps = sorted([*steps, *expected(plan.pack, connection=connection)], key=lambda step: step.number)
    number = plan.joins.job_number if plan.joins else ""
    return _calls(steps, job_of(plan), marker=marker, number=number, connection=connection)


def calls_left(request: JobRequest, steps: Iterable[JobStep], *, connection: Connection | None) -> CallsAhead:
    """Return what is still to be sent for a request, from its steps by number."""
    settled = {State.DONE, State.SKIPPED}
    left = [step for step in steps if step.state not in settled] if not request.is_finished else []
    return _calls(left, request.job, marker=request.marker, number=request.job_number, connection=connection)


def count_of(steps: Iterable[JobStep], calls: Iterable[JobCall]) -> CallCount:
    """Return how many calls a request took so far, against the fewest it needs."""
    kinds = {step.pk: step.kind for step in steps if step.state != State.SKIPPED}
    made = [
        CallMade(
            step=call.step_id,
            is_writing=call.method != "GET",
            looks_for_lost=call.method == "GET" and kinds.get(call.step_id or 0) in NOT_IDEMPOTENT,
        )
        for call in calls
        if call.outcome not in _NOT_SENT
    ]
    return count_calls(made, fewest=len(kinds))


def _calls(
    steps: Iterable[JobStep], job: Json, *, marker: str, number: str, connection: Connection | None
) -> CallsAhead:
    writing = _Writing(
        manager=preview(), job=job, marker=marker, number=number or _NUMBER, connection=connection
    )
    return CallsAhead(calls=[writing.of(step) for step in steps])


@dataclass(frozen=True, kw_only=True, slots=True)
class _Writing:
    """Writes the call of a step."""

    manager: Preview
    job: Json
    marker: str
    number: str
    connection: Connection | None

    def of(self, step: JobStep) -> CallAhead:
        """Return the step's call. One that is in doubt is looked for first."""
        body, manager = step.body, self.manager
        match step.kind:
            case Kind.ADD_JOB:
                call = manager.add_job(new_job(self.job, marker=self.marker))
                return CallAhead(words=_words_of_job(self.job), call=call)
            case Kind.READ_COSTS | Kind.ADD_COST | Kind.UPDATE_COST:
                return self._of_costs(step)
            case Kind.ATTACH:
                return self._of_document(step)
            case Kind.ASSIGN:
                call = manager.assign_staff(job=self.number, staff=StaffId(body["staff"]))
                who = self.job["staff_name"] or "the staff member"
                return CallAhead(words=f"Assign {who}", call=call)
        state = JobState(body["mark_as"])
        code = (code_of(self.connection, state) if self.connection else "") or _CODE
        return CallAhead(
            words=f"Mark the job as {state.label}", call=manager.set_state(job=self.number, code=code)
        )

    def _of_costs(self, step: JobStep) -> CallAhead:
        if step.kind == Kind.UPDATE_COST:
            return self._of_update(step.body)
        if step.kind == Kind.READ_COSTS:
            words = "Read the cost lines that the template has brought"
            return CallAhead(words=words, call=self.manager.costs(job=self.number))
        cost = new_cost(step.body, marker=marker_of_line(self.marker, step.number))
        return CallAhead(
            words=f"Write the cost line {_words_of_line(step.body)}",
            call=self.manager.add_cost(job=self.number, cost=cost),
        )

    def _of_document(self, step: JobStep) -> CallAhead:
        title = step.body["title"]
        name = attached_name(self.marker, step)
        call = self.manager.attach_document(job=self.number, title=title, file_name=name)
        return CallAhead(words=f"Attach {title}", call=call)

    def _of_update(self, body: Json) -> CallAhead:
        cost = new_cost(body, marker=body.get("marker", ""))
        is_known = bool(body.get("cost"))
        call = self.manager.update_cost(cost=CostId(body.get("cost") or _LINE), to=cost)
        if body["is_removed"]:
            words = f"Take the template’s line “{body['template_description']}” out: quantity 0, not billable"
        else:
            words = f"Change the template’s line to {_words_of_line(body)}"
        return CallAhead(words=words, call=call, is_certain=is_known)


def _words_of_job(job: Json) -> str:
    template = f", from the template {job['template_name']}" if job["template"] else ""
    return f"Create the job “{job['name']}” for {job['client_name']}{template}"


def _words_of_line(body: Json) -> str:
    line = f"“{body['description']}”: {_plain(body['quantity'])} × ${body['unit_price']}"
    return line if body["billable"] else f"{line}, not billable"


def _plain(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number
