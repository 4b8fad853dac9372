"""What the user decides about a pack's job: whether there is one, its plan, its costs. Sends nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from minutebook.activity.changes import Seen, seen
from minutebook.activity.models import record
from minutebook.contacts.models import Contact
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.jobs.costs import CostLine
from minutebook.jobs.fees.models import TemplateCost
from minutebook.jobs.fees.proposing import scheduled_for
from minutebook.jobs.models import JobPlan, JobRequest, JobState, PlannedCost
from minutebook.jobs.plan import ProposedCost, template_rows
from minutebook.practice.models import Client


class PlanIsFixed(Exception):
    """The job is on its way or its costs are confirmed: reopen the costs, or wait for the job."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanChoice:
    """What the plan's form held, checked."""

    tenant_id: str
    contact: Contact
    client: Client
    template_id: str
    template_name: str
    name: str
    description: str
    start_on: date
    due_on: date
    staff_id: str
    staff_name: str
    mark_as: JobState


def may_change(request: JobRequest | None) -> bool:
    """Tell whether the plan is still the user's to change: no job of it exists or may exist."""
    return request is None or request.may_be_planned_again


@transaction.atomic
def switch_job(pack: DocumentPack, *, on: bool, by: User) -> None:
    """Say whether releasing the pack creates a job. A plan that was made stays for next time.

    Raises PlanIsFixed when the job is already on its way.
    """
    _check_may_change(pack)
    if pack.wants_job == on:
        return
    pack.wants_job = on
    pack.save(update_fields=["wants_job"])
    record("job.switched", pack, sentence=f"Job {'added' if on else 'left out'}", by=by, on=on)


@transaction.atomic
def save_plan(
    pack: DocumentPack,
    choice: PlanChoice,
    *,
    event_kinds: Sequence[str],
    by: User,
    now: datetime,
    today: date,
) -> JobPlan:
    """Keep the plan and propose its costs; another template changes only the lines that come from one.

    Raises PlanIsFixed when the job is already on its way.
    """
    _check_may_change(pack)
    before = JobPlan.objects.filter(pack=pack).first()
    was = _seen_plan(before)
    plan = before or JobPlan(firm_id=pack.firm_id, pack=pack)
    same_template = before is not None and before.template_id == choice.template_id
    if before is not None and before.client_id != choice.client.pk:
        plan.joins = None  # it is another client's job
    for field in choice.__slots__:
        setattr(plan, field, getattr(choice, field))
    if plan.joins is not None:
        plan.template_id = plan.template_name = ""
        same_template = True
    plan.saved_at, plan.saved_by = now, by
    if not same_template:
        _reopen(plan)
    plan.save()
    if before is None:
        _propose_costs(plan, event_kinds=event_kinds, today=today)
    elif not same_template:
        _replace_template_lines(plan, today=today)
    record("job.planned", pack, sentence="Plan saved", by=by, before=was, after=_seen_plan(plan))
    return plan


@transaction.atomic
def join_job(plan: JobPlan, other: JobRequest | None, *, by: User) -> None:
    """Put the costs on a job that is there already, or, with None, on a job of their own.

    What the template would bring is left out: that job has it, or never had. Raises PlanIsFixed.
    """
    _check_open(plan)
    plan.joins = other
    if other is not None:
        plan.template_id = plan.template_name = ""
        plan.mark_as = JobState.AS_STARTED
        plan.costs.exclude(template_description="").delete()
    plan.save(update_fields=["joins", "template_id", "template_name", "mark_as"])
    sentence = f"Costs go to job {other.job_number}" if other else "Costs go to a job of their own"
    record("job.joined", plan.pack, sentence=sentence, by=by, number=other.job_number if other else "")


@transaction.atomic
def add_cost(plan: JobPlan, line: CostLine, *, source: PlannedCost.Source, by: User) -> PlannedCost:
    """Put a line at the end of Review Costs. Raises PlanIsFixed when the costs are confirmed."""
    _check_open(plan)
    cost = _append(plan, [ProposedCost(line=line)], source=source)[0]
    _tell("added", cost, by=by, after=_seen_cost(cost))
    return cost


@transaction.atomic
def add_scheduled(plan: JobPlan, row: ProposedCost, *, by: User) -> PlannedCost:
    """Put in what the schedule proposes and the costs do not have. Raises PlanIsFixed."""
    _check_open(plan)
    cost = _append(plan, [row], source=PlannedCost.Source.FEE_SCHEDULE)[0]
    _tell("added", cost, by=by, after=_seen_cost(cost))
    return cost


@transaction.atomic
def take_from_schedule(cost: PlannedCost, row: ProposedCost, *, by: User) -> None:
    """Give a line the prices that the schedule has now; its words and its day stay. Raises PlanIsFixed."""
    line = replace(row.line, date=cost.date, description=cost.description)
    change_cost(cost, line, source=PlannedCost.Source.FEE_SCHEDULE, by=by)


@transaction.atomic
def change_cost(cost: PlannedCost, line: CostLine, *, source: PlannedCost.Source, by: User) -> None:
    """Replace what a line says. A line of the template stays one. Raises PlanIsFixed."""
    _check_open(cost.plan)
    before = _seen_cost(cost)
    _write(cost, line)
    if not cost.template_description and not cost.fee_key:
        cost.source = source
    cost.save()
    _tell("changed", cost, by=by, before=before, after=_seen_cost(cost))


@transaction.atomic
def set_billable(cost: PlannedCost, *, billable: bool, by: User) -> None:
    """Say whether the client pays for a line. Raises PlanIsFixed."""
    _check_open(cost.plan)
    before = _seen_cost(cost)
    cost.billable = billable
    cost.save(update_fields=["billable"])
    _tell("changed", cost, by=by, before=before, after=_seen_cost(cost))


@transaction.atomic
def remove_cost(cost: PlannedCost, *, by: User) -> None:
    """Take a line out; a template's is kept as taken out, for XPM cannot delete it. Raises PlanIsFixed."""
    _check_open(cost.plan)
    _tell("removed", cost, by=by, before=_seen_cost(cost))
    if cost.template_description:
        cost.is_removed = True
        cost.save(update_fields=["is_removed"])
    else:
        cost.delete()


@transaction.atomic
def put_back_cost(cost: PlannedCost, *, by: User) -> None:
    """Put back a template's line that was taken out. Raises PlanIsFixed."""
    _check_open(cost.plan)
    cost.is_removed = False
    cost.save(update_fields=["is_removed"])
    _tell("put_back", cost, by=by, after=_seen_cost(cost))


@transaction.atomic
def confirm_costs(plan: JobPlan, *, by: User, now: datetime) -> None:
    """Fix the lines: they travel with the job. Confirming twice changes nothing. Raises PlanIsFixed."""
    _check_may_change(plan.pack)
    if plan.is_confirmed:
        return
    plan.costs_confirmed_at, plan.costs_confirmed_by = now, by
    plan.save(update_fields=["costs_confirmed_at", "costs_confirmed_by"])
    record("job.costs_confirmed", plan.pack, sentence="Costs confirmed", by=by)


@transaction.atomic
def reopen_costs(plan: JobPlan, *, by: User) -> None:
    """Let the lines be changed again. Raises PlanIsFixed once the job is on its way."""
    _check_may_change(plan.pack)
    if not plan.is_confirmed:
        return
    _reopen(plan)
    plan.save(update_fields=["costs_confirmed_at", "costs_confirmed_by"])
    record("job.costs_reopened", plan.pack, sentence="Costs reopened", by=by)


def _tell(
    verb: str, cost: PlannedCost, *, by: User, before: Seen | None = None, after: Seen | None = None
) -> None:
    sentence = f"Cost line {verb.replace('_', ' ')}: {cost.description}"
    record(f"cost.{verb}", cost.plan.pack, sentence=sentence, by=by, before=before, after=after, cost=cost.pk)


def _seen_cost(cost: PlannedCost) -> Seen:
    return seen(
        cost, "date", "description", "billable", "quantity", "unit_cost", "unit_price", "taxable", "source"
    )


def _seen_plan(plan: JobPlan | None) -> Seen:
    names = ("contact", "client", "template_name", "name", "description", "start_on", "due_on", "staff_name")
    return seen(plan, *names, "mark_as")


def _check_may_change(pack: DocumentPack) -> None:
    """Refuse when a job is on its way. The pack is locked, so that a release cannot slip in between."""
    if pack.status in {DocumentPack.Status.WITHDRAWN, DocumentPack.Status.CORRECTED}:
        raise PlanIsFixed("This pack no longer stands, so no job is made for it.")
    DocumentPack.objects.select_for_update().get(pk=pack.pk)
    if not may_change(JobRequest.objects.filter(pack=pack).first()):
        raise PlanIsFixed("The job is already on its way to XPM. Its plan can no longer be changed here.")


def _check_open(plan: JobPlan) -> None:
    _check_may_change(plan.pack)
    if JobPlan.objects.filter(pk=plan.pk, costs_confirmed_at__isnull=False).exists():
        raise PlanIsFixed("These costs are confirmed. Reopen them to change a line.")


def _reopen(plan: JobPlan) -> None:
    plan.costs_confirmed_at = plan.costs_confirmed_by = None


def _propose_costs(plan: JobPlan, *, event_kinds: Sequence[str], today: date) -> None:
    rows = scheduled_for(plan.pack, event_kinds, today=today)
    rows += template_rows(_seen_costs(plan, today=today), today=today)
    _append(plan, rows, source=PlannedCost.Source.FEE_SCHEDULE)


def _replace_template_lines(plan: JobPlan, *, today: date) -> None:
    plan.costs.exclude(template_description="").delete()
    rows = template_rows(_seen_costs(plan, today=today), today=today)
    _append(plan, rows, source=PlannedCost.Source.TEMPLATE)


def _seen_costs(plan: JobPlan, *, today: date) -> list[CostLine]:
    """Return what the plan's template was last seen to add."""
    if not plan.template_id:
        return []
    seen = TemplateCost.objects.filter(tenant_id=plan.tenant_id, template_id=plan.template_id)
    return [cost.as_line(on=today) for cost in seen.order_by("position")]


def _append(plan: JobPlan, rows: Iterable[ProposedCost], *, source: PlannedCost.Source) -> list[PlannedCost]:
    latest = plan.costs.aggregate(Max("position"))["position__max"] or 0
    costs = []
    for position, row in enumerate(rows, start=latest + 1):
        cost = PlannedCost(firm_id=plan.firm_id, plan=plan, position=position)
        _write(cost, row.line)
        cost.source = PlannedCost.Source.TEMPLATE if row.is_from_template else source
        cost.template_description = row.template_description
        cost.fee_key, cost.origin = row.fee_key, row.origin
        costs.append(cost)
    return PlannedCost.objects.bulk_create(costs)


def _write(cost: PlannedCost, line: CostLine) -> None:
    cost.date, cost.description, cost.billable = line.date, line.description, line.billable
    cost.quantity, cost.unit_cost, cost.unit_price = line.quantity, line.unit_cost, line.unit_price
    cost.taxable = line.taxable
