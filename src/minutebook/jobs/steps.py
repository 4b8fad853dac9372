"""The steps of a job: one for each remote effect, in the order in which they are sent.

The job comes first, then its lines, then its staff, and the state last of all: a job is never "completed"
before everything is in it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from minutebook.documents.models import ProducedFile
from minutebook.jobs.costs import CostLine
from minutebook.jobs.models import JobPlan, JobState, JobStep, PlannedCost
from minutebook.practice.records import ClientId, JobCost, NewCost, NewJob, TemplateId

# The gaps leave room for the template's lines that nobody has reviewed: they are known once the job is there.
ADD_JOB, READ_COSTS, FIRST_LINE, FIRST_UNREVIEWED, FIRST_DOCUMENT = 1, 2, 100, 20_000, 25_000
ASSIGN, SET_STATE = 30_000, 30_001
# The largest file that XPM takes is not documented; as base64 it is a third larger.
LARGEST_DOCUMENT = 2_000_000  # bytes

# What may not simply be sent a second time: after a lost answer, look first.
NOT_IDEMPOTENT = frozenset({JobStep.Kind.ADD_JOB, JobStep.Kind.ADD_COST, JobStep.Kind.ATTACH})

type Json = dict[str, Any]


def steps_of(
    plan: JobPlan, costs: Iterable[PlannedCost], documents: Iterable[ProducedFile] = ()
) -> list[JobStep]:
    """Return the unsaved steps of a plan, without their request. `documents` are attached to the job."""
    steps = [_job_step(plan)]
    if plan.template_id and not plan.joins:
        steps.append(JobStep(number=READ_COSTS, kind=JobStep.Kind.READ_COSTS))
    steps += [_line_step(cost) for cost in costs]
    steps += [
        document_step(position, file=file.pk, title=file.document.title, name=file.name, size=file.size)
        for position, file in enumerate(documents)
    ]
    if plan.staff_id:
        steps.append(JobStep(number=ASSIGN, kind=JobStep.Kind.ASSIGN, body={"staff": plan.staff_id}))
    if plan.mark_as != JobState.AS_STARTED:
        steps.append(JobStep(number=SET_STATE, kind=JobStep.Kind.SET_STATE, body={"mark_as": plan.mark_as}))
    return steps


def _job_step(plan: JobPlan) -> JobStep:
    """Return the step that makes the job; of one that is there already, nothing is left to be sent."""
    step = JobStep(number=ADD_JOB, kind=JobStep.Kind.ADD_JOB)
    if plan.joins is not None:
        step.state = JobStep.State.SKIPPED
        step.result = {"number": plan.joins.job_number, "id": plan.joins.job_id, "url": plan.joins.job_url}
    return step


def document_step(position: int, *, file: int, title: str, name: str, size: int) -> JobStep:
    """Return the unsaved step that attaches a produced file, by its id; `size` in bytes."""
    body = {"file": file, "title": title, "name": name, "size": size}
    return JobStep(number=FIRST_DOCUMENT + position, kind=JobStep.Kind.ATTACH, body=body)


def attached_name(marker: str, step: JobStep) -> str:
    """Return the name under which a document is attached: by it, it is found again."""
    return f"{marker}-{step.number - FIRST_DOCUMENT + 1} {step.body['name']}"


def _line_step(cost: PlannedCost) -> JobStep:
    kind = JobStep.Kind.UPDATE_COST if cost.template_description else JobStep.Kind.ADD_COST
    body = {
        **line_body(cost.as_line()),
        "template_description": cost.template_description,
        "is_removed": cost.is_removed,
    }
    return JobStep(
        number=FIRST_LINE + cost.position, kind=kind, body=taken_out(body) if cost.is_removed else body
    )


def line_body(line: CostLine) -> Json:
    """Return a cost line as a step's body has it."""
    return {
        "date": line.date.isoformat(),
        "description": line.description,
        "billable": line.billable,
        "quantity": str(line.quantity),
        "unit_cost": str(line.unit_cost),
        "unit_price": str(line.unit_price),
    }


def taken_out(line: Mapping[str, Any]) -> Json:
    """Return a line of the template as it is written when nobody wants it: XPM cannot delete it."""
    return {**line, "billable": False, "quantity": "0", "is_removed": True}


def job_of(plan: JobPlan) -> Json:
    """Return the plan as the request keeps it: what is to be created, whatever happens to the plan."""
    return {
        "client": plan.client.remote_id,
        "client_name": plan.client.name,
        "template": plan.template_id,
        "template_name": plan.template_name,
        "name": plan.name,
        "description": plan.description,
        "start_on": plan.start_on.isoformat(),
        "due_on": plan.due_on.isoformat(),
        "staff_name": plan.staff_name,
        "mark_as": plan.mark_as,
        "joins": plan.joins.job_number if plan.joins else "",
    }


def put_in_doubt(step: JobStep, *, since: datetime) -> None:
    """Set on a step that it may have been sent, at the latest at a moment: it is looked for first."""
    step.state, step.sent_at = JobStep.State.IN_DOUBT, since
    step.attempt, step.negatives, step.error = 0, 0, ""


def new_job(job: Json, *, marker: str) -> NewJob:
    """Return what is sent to create the job. The marker goes with it, so that it can be found again."""
    return NewJob(
        client=ClientId(job["client"]),
        template=TemplateId(job["template"]) if job["template"] else None,
        name=job["name"],
        description=job["description"],
        start_on=date.fromisoformat(job["start_on"]),
        due_on=date.fromisoformat(job["due_on"]),
        reference=marker,
    )


def new_cost(line: Json, *, marker: str) -> NewCost:
    """Return what is sent to write a line."""
    return NewCost(
        date=date.fromisoformat(line["date"]),
        description=line["description"],
        billable=line["billable"],
        quantity=Decimal(line["quantity"]),
        unit_cost=Decimal(line["unit_cost"]),
        unit_price=Decimal(line["unit_price"]),
        marker=marker,
    )


def marker_of_line(marker: str, number: int) -> str:
    """Return what finds one of our lines again: the job's marker and the step's number."""
    return f"{marker}/{number}"


def line_of(cost: JobCost) -> Json:
    """Return a line as it stands in XPM, in the words of a step."""
    return {
        "cost": cost.id,
        "marker": cost.marker,
        "date": cost.date.isoformat() if cost.date else "",
        "description": cost.description,
        "billable": cost.billable,
        "quantity": str(cost.quantity),
        "unit_cost": str(cost.unit_cost),
        "unit_price": str(cost.unit_price),
        "template_description": cost.description,
        "is_removed": False,
    }


def is_as_wanted(there: Json, wanted: Json) -> bool:
    """Tell whether a line in XPM is already what the plan says, so that nothing needs to be sent."""
    if wanted["is_removed"]:
        return Decimal(there["quantity"]) == 0 and not there["billable"]
    # XPM may leave the date out; the plan's then stands in, for nothing says that it differs.
    dated = {**there, "date": there["date"] or wanted["date"]}
    return new_cost(dated, marker="") == new_cost(wanted, marker="")
