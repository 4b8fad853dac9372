"""What a template has added to a job, matched with what was reviewed: so that nothing is on the job twice."""

from datetime import datetime
from decimal import Decimal

from minutebook.jobs.fees.models import TemplateCost
from minutebook.jobs.models import JobRequest, JobStep
from minutebook.jobs.steps import READ_COSTS, Json, is_as_wanted, put_in_doubt

Kind, State = JobStep.Kind, JobStep.State


def match_template_lines(request: JobRequest, lines: list[Json], *, seen_at: datetime) -> list[Json]:
    """Decide what becomes of the template's lines, remember them, and return those nobody has reviewed.

    `lines` are the job's costs as XPM told them. A line that is as planned needs nothing; one that was
    changed is updated; one that was planned but is not there is written as our own. Call in the transaction
    that records the reading.
    """
    added = [line for line in lines if not is_ours(line, request.marker)]
    _remember(request, added, seen_at=seen_at)
    unmatched = list(added)
    for step in request.steps.filter(kind=Kind.UPDATE_COST, number__gt=READ_COSTS).order_by("number"):
        there = _line_for(step, unmatched, is_restored=request.doubted_at is not None)
        if there is not None:
            unmatched.remove(there)
        _decide(step, there, now=seen_at)
        if step.kind == Kind.ADD_COST and request.doubted_at:
            _doubt(step, since=request.doubted_at)
    return unmatched


def _line_for(step: JobStep, lines: list[Json], *, is_restored: bool) -> Json | None:
    """Return the template's line that a step is about, by how the template words it.

    After a restore from a backup older than the change, the line may already say what was wanted.
    """
    for line in lines:
        if line["description"] == step.body["template_description"]:
            return line
    if not is_restored or step.body["is_removed"]:
        return None
    return next((line for line in lines if is_as_wanted(line, step.body)), None)


def _doubt(step: JobStep, *, since: datetime) -> None:
    """A line that the template no longer adds may have been written as our own before the restore."""
    put_in_doubt(step, since=since)
    step.save(update_fields=["state", "sent_at", "attempt", "negatives", "error"])


def is_ours(line: Json, marker: str) -> bool:
    """Tell whether a line was written by us; a template's line may carry a note of its own."""
    return str(line["marker"]).startswith(marker)


def _decide(step: JobStep, there: Json | None, *, now: datetime) -> None:
    if there is not None:
        step.body |= {"cost": there["cost"], "marker": there["marker"]}
    needs_nothing = step.body["is_removed"] if there is None else is_as_wanted(there, step.body)
    if needs_nothing:
        step.state, step.done_at = State.SKIPPED, now
    elif there is None:
        step.kind = Kind.ADD_COST
    step.save(update_fields=["body", "state", "done_at", "kind"])


def _remember(request: JobRequest, added: list[Json], *, seen_at: datetime) -> None:
    """Keep what the template adds, for the next Review Costs."""
    of_template = {"tenant_id": request.tenant_id, "template_id": request.job["template"]}
    TemplateCost.objects.filter(**of_template).delete()
    TemplateCost.objects.bulk_create(
        TemplateCost(
            firm_id=request.firm_id,
            **of_template,
            position=position,
            description=line["description"][:500],
            billable=line["billable"],
            quantity=Decimal(line["quantity"]),
            unit_cost=Decimal(line["unit_cost"]),
            unit_price=Decimal(line["unit_price"]),
            seen_at=seen_at,
        )
        for position, line in enumerate(added, start=1)
    )
