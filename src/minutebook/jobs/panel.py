"""What Document Production shows about a pack's job: switch, plan, costs, and how far it has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone

from minutebook.contacts.models import Contact
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import Firm
from minutebook.jobs.costs import Costing, total_of
from minutebook.jobs.defaults import initial_of
from minutebook.jobs.fees.proposing import AgainstSchedule, compare, scheduled_for
from minutebook.jobs.forms import NONE, CostForm, JobPlanForm, StaffForm
from minutebook.jobs.likeness import like_jobs
from minutebook.jobs.mending import LEFT_OUT
from minutebook.jobs.models import JobPlan, JobRequest, JobState, JobStep, PlannedCost
from minutebook.jobs.plan import ProposedCost, propose_plan
from minutebook.jobs.planning import may_change
from minutebook.jobs.reasons import Reason
from minutebook.jobs.sending import CallsAhead, calls_left, calls_of_plan
from minutebook.jobs.state import Progress, look_of, progress_of
from minutebook.jobs.steps import FIRST_LINE, Json
from minutebook.jobs.stops import Stop, stop_of
from minutebook.practice.models import ClientLink, Connection
from minutebook.practice.readiness import NotReady, why_not_ready_with

NEW_ROW = "new"


@dataclass(frozen=True, kw_only=True, slots=True)
class Switch:
    """**Add Job to Xero Practice Manager?** With an obstacle it cannot be switched on."""

    is_on: bool
    obstacle: NotReady | None
    may_change: bool
    is_released: bool = False

    @property
    def sentence(self) -> str:
        if not self.is_on:
            return "Off. Only documents are made."
        if self.obstacle is not None:
            return "On. The job waits until XPM can be reached again."
        if self.is_released:
            return "On. The pack is released: its job can be created now."
        return "On. The job is sent when you download or send."


@dataclass(frozen=True, kw_only=True, slots=True)
class CostRow:
    """One row of Review Costs: text at rest, a form when it is open, and whether XPM has it."""

    cost: PlannedCost | None  # None for a new line
    form: CostForm | None = None
    step: JobStep | None = None
    scheduled: ProposedCost | None = None  # what the schedule has instead
    is_dropped: bool = False  # the schedule no longer proposes it

    @property
    def amount(self) -> Decimal | None:
        return self.cost.as_line().amount if self.cost else None

    @property
    def state(self) -> tuple[str, str]:
        """Return glyph and word of a line that has been confirmed and sent off."""
        if self.step is None:
            return ("waiting", "Waiting")
        if self.step.body.get(LEFT_OUT):
            return ("waiting", "Left out")
        return _STEP_WORDS[JobStep.State(self.step.state)]


_STEP_WORDS = {
    JobStep.State.READY: ("waiting", "Waiting"),
    JobStep.State.SENDING: ("creating", "Writing"),
    JobStep.State.IN_DOUBT: ("checking", "Checking"),
    JobStep.State.DONE: ("done", "Written"),
    JobStep.State.SKIPPED: ("done", "In place"),
    JobStep.State.FAILED: ("needs-you", "Refused"),
}


_MENDED_BY: dict[str, str] = {
    Reason.REFUSED_STAFF: "staff",
    Reason.STAFF_GONE: "staff",
    Reason.REFUSED_LINE: "line",
}


@dataclass(kw_only=True)
class JobPanel:
    """The read model of `jobs/_switch.html` and `jobs/panel.html`."""

    pack: DocumentPack
    switch: Switch
    today: date
    connection: Connection | None = None
    plan: JobPlan | None = None
    plan_form: JobPlanForm | None = None
    costs: list[CostRow] = field(default_factory=list)
    taken_out: list[PlannedCost] = field(default_factory=list)
    missing: Sequence[ProposedCost] = ()  # in the fee schedule, not among the costs
    like: Sequence[JobRequest] = ()  # jobs that may be this one
    request: JobRequest | None = None
    steps: list[JobStep] = field(default_factory=list)
    may_change: bool = True
    problem: str = ""  # why the latest press of a button changed nothing

    @property
    def is_ready(self) -> bool:
        """Tell whether a release takes the job along: planned, and its costs confirmed."""
        return self.plan is not None and self.plan.is_confirmed

    @property
    def needs_confirmation(self) -> bool:
        """Tell whether a release must ask first: a job is wanted, but it is not ready."""
        return self.switch.is_on and self.request is None and not self.is_ready

    @property
    def stop(self) -> Stop | None:
        """Return why the job stands still, or None while it moves."""
        return stop_of(self.request, self.steps, now=timezone.now()) if self.request else None

    @property
    def badge(self) -> tuple[str, str] | None:
        """Return look and words of a released pack's badge while its job is not simply there."""
        if self.request is None or self.pack.is_draft:
            return None
        if self.request.status == JobRequest.Status.CREATED:
            return ("done", f"Released, job {self.request.job_number}")
        if self.request.status == JobRequest.Status.CANCELLED:
            return ("done", "Released, without a job")
        if self.request.status == JobRequest.Status.NEEDS_YOU:
            return ("needs-you", "Released, job needs you")
        return (look_of(self.request.status), "Released, job on its way")

    @property
    def mends_by(self) -> str:
        """Return the name of the form that mends what XPM refused of a job that is there: staff, line or ""."""
        return _MENDED_BY.get(self.request.reason_code, "") if self.request else ""

    @cached_property
    def mend_form(self) -> StaffForm | CostForm | None:
        """Return that form as it is first shown."""
        match self.mends_by:
            case "staff":
                connection = Connection.objects.first()
                return StaffForm(connection=connection) if connection else None
            case "line":
                step = next((step for step in self.steps if step.state == JobStep.State.FAILED), None)
                return CostForm.of_body(step.body) if step else None
        return None

    @property
    def is_likely_there(self) -> bool:
        """Tell whether another job is about the same kind of event, too."""
        return any(set(job.pack.event_kinds) & set(self.pack.event_kinds) for job in self.like)

    @property
    def shows_plan(self) -> bool:
        return self.switch.is_on and self.may_change and self.plan_form is not None

    @property
    def may_edit_costs(self) -> bool:
        return self.may_change and self.plan is not None and not self.plan.is_confirmed

    @property
    def may_create_now(self) -> bool:
        """Tell whether the panel ends in **Create job now**: released, wanted, and no job on its way."""
        return self.switch.is_on and not self.pack.is_draft and self.may_change

    @property
    def costing(self) -> Costing:
        return total_of(row.cost.as_line() for row in self.costs if row.cost is not None)

    @property
    def seen(self) -> str:
        """Return what the page has seen of the job, so that it is drawn again only when that has changed."""
        if self.request is None:
            return ""
        states = "".join(step.state[:2] for step in self.steps)
        return f"{self.request.status}.{self.request.reason_code}.{states}".lower()

    @cached_property
    def progress(self) -> Progress | None:
        if self.request is None:
            return None
        return progress_of(self.request, self.steps, list(self.request.calls.order_by("called_at", "pk")))

    @cached_property
    def ahead(self) -> CallsAhead | None:
        """Return what will be sent: for the plan as it now is, or what is left of a request."""
        if self.request is not None and not self.may_change:
            return calls_left(self.request, self.steps, connection=self.connection)
        if self.plan is None:
            return None
        costs = [row.cost for row in self.costs if row.cost is not None] + self.taken_out
        costs.sort(key=lambda cost: cost.position)
        return calls_of_plan(self.plan, costs, marker=self.pack.trace_number, connection=self.connection)

    @property
    def link(self) -> ClientLink | None:
        return self.plan_form.link if self.plan_form else None

    @property
    def contact(self) -> Contact | None:
        return self.plan_form.contact if self.plan_form else None

    @property
    def open_url(self) -> str:
        """Return where the open row of Review Costs is sent, or nothing when all are at rest."""
        row = next((row for row in self.costs if row.form is not None), None)
        if row is None:
            return ""
        if row.cost is None:
            return reverse("jobs:add-cost", args=[self.pack.pk])
        return reverse("jobs:change-cost", args=[self.pack.pk, row.cost.pk])

    @property
    def unreviewed(self) -> list[Json]:
        """Return the template's lines that wait for somebody to keep them or take them out."""
        return [line for step in self.steps for line in step.result.get("unreviewed", [])]

    @property
    def due_on(self) -> date | None:
        return date.fromisoformat(self.request.job["due_on"]) if self.request else None

    @property
    def marked_as(self) -> str:
        return JobState(self.request.job["mark_as"]).label if self.request else ""

    @property
    def line_count(self) -> int:
        return sum(row.cost is not None for row in self.costs)

    @property
    def template_lines(self) -> int:
        return sum(bool(row.cost and row.cost.template_description) for row in self.costs)


def job_panel(
    pack: DocumentPack,
    *,
    firm: Firm,
    today: date,
    plan_data: Mapping[str, Any] | None = None,
    contact: Contact | None = None,
    edit: str = "",
    cost_form: CostForm | None = None,
) -> JobPanel:
    """Return what the page shows about the pack's job. Nothing but the switch is read while it is off.

    `plan_data` is what was typed into the plan's form, with `contact` chosen in it; `edit` is the open row
    of Review Costs (a cost's id, or "new") and `cost_form` what was typed there.
    """
    request = JobRequest.objects.filter(pack=pack).first()
    plan = (
        JobPlan.objects.filter(pack=pack)
        .select_related("contact", "client", "costs_confirmed_by", "joins")
        .first()
    )
    if plan is not None:
        plan.pack = pack  # it need not be read again
    connection = Connection.objects.filter(firm=firm).first()
    panel = JobPanel(
        pack=pack,
        switch=_switch(connection, pack, plan, request),
        today=today,
        plan=plan,
        request=request,
        may_change=may_change(request),
    )
    if panel.switch.is_on:
        if panel.may_change and panel.switch.obstacle is None:
            panel.connection = connection
            panel.plan_form = _plan_form(panel, data=plan_data, contact=contact)
        _read_costs(panel, edit=edit, form=cost_form)
        _read_what_is_like_it(panel)
    return panel


def _switch(
    connection: Connection | None, pack: DocumentPack, plan: JobPlan | None, request: JobRequest | None
) -> Switch:
    """Return the switch. A job whose costs are confirmed is still wanted while the connection is lost."""
    if not may_change(request):
        return Switch(is_on=True, obstacle=None, may_change=False)
    obstacle = why_not_ready_with(connection)
    is_planned = plan is not None and plan.is_confirmed
    return Switch(
        is_on=pack.wants_job and (obstacle is None or is_planned),
        obstacle=obstacle,
        may_change=True,
        is_released=not pack.is_draft,
    )


def _plan_form(panel: JobPanel, *, data: Mapping[str, Any] | None, contact: Contact | None) -> JobPlanForm:
    assert panel.connection is not None  # noqa: S101  # the obstacle says so otherwise
    if data is not None:
        return JobPlanForm(data, connection=panel.connection, contact=contact)
    chosen = contact or (panel.plan.contact if panel.plan else panel.pack.company.contact)
    initial = _plan_initial(panel)
    return JobPlanForm(
        connection=panel.connection, contact=chosen, initial={**initial, "client": chosen.name}
    )


def _plan_initial(panel: JobPanel) -> dict[str, Any]:
    plan, pack = panel.plan, panel.pack
    if plan is None:
        proposed = propose_plan(
            headlines=_headlines(pack) or [pack.title],
            company=pack.company.name,
            today=panel.today,
            due_on=pack.due_on,
        )
        initial = {name: getattr(proposed, name) for name in proposed.__slots__}
        return initial | _chosen_for_it(panel)
    names = ("name", "description", "start_on", "due_on", "mark_as")
    kept = {name: getattr(plan, name) for name in names}
    if plan.tenant_id == (panel.connection and panel.connection.tenant_id):
        kept |= {"template": plan.template_id or NONE, "staff": plan.staff_id or NONE}
    return kept


def _chosen_for_it(panel: JobPanel) -> dict[str, str]:
    assert panel.connection is not None  # noqa: S101  # the obstacle says so otherwise
    return initial_of(panel.pack, tenant_id=panel.connection.tenant_id, today=panel.today)


def _headlines(pack: DocumentPack) -> list[str]:
    return list(pack.headlines)


def _read_costs(panel: JobPanel, *, edit: str, form: CostForm | None) -> None:
    if panel.plan is None:
        return
    costs = list(PlannedCost.objects.filter(plan=panel.plan).order_by("position"))
    if panel.request is not None:
        panel.steps = list(panel.request.steps.order_by("number"))
    steps = {step.number - FIRST_LINE: step for step in panel.steps}
    panel.taken_out = [cost for cost in costs if cost.is_removed]
    against = _against_schedule(panel, costs)
    panel.missing = against.missing
    panel.costs = [
        CostRow(
            cost=cost,
            step=steps.get(cost.position),
            scheduled=against.changed.get(cost.pk),
            is_dropped=cost.pk in against.dropped,
        )
        for cost in costs
        if not cost.is_removed
    ]
    if edit and panel.may_edit_costs:
        panel.costs = _opened(panel.costs, edit=edit, form=form, today=panel.today)


def _against_schedule(panel: JobPanel, costs: Sequence[PlannedCost]) -> AgainstSchedule:
    if not panel.may_edit_costs:
        return AgainstSchedule()
    return compare(costs, scheduled_for(panel.pack, panel.pack.event_kinds, today=panel.today))


def _read_what_is_like_it(panel: JobPanel) -> None:
    plan = panel.plan
    if plan is None or plan.is_confirmed or not panel.may_change:
        return
    panel.like = like_jobs(panel.pack, plan.client, start_on=plan.start_on, due_on=plan.due_on)


def _opened(rows: Sequence[CostRow], *, edit: str, form: CostForm | None, today: date) -> list[CostRow]:
    if edit == NEW_ROW:
        blank = CostForm(initial={"date": today, "billable": True, "quantity": "1.00"}, auto_id="cost_%s")
        return [*rows, CostRow(cost=None, form=form or blank)]
    return [
        replace(row, form=form or CostForm.of(row.cost)) if row.cost and str(row.cost.pk) == edit else row
        for row in rows
    ]
