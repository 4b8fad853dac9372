"""The job's part of Document Production: its switch, its plan, its costs. Nothing is sent to XPM here."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from minutebook.contacts.models import Contact
from minutebook.documents.models import DocumentPack
from minutebook.firms.abilities import Ability
from minutebook.firms.access import able_to, member_required, preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.jobs.costs import CostLine
from minutebook.jobs.forms import CostForm
from minutebook.jobs.models import JobPlan, PlannedCost
from minutebook.jobs.panel import NEW_ROW, JobPanel, job_panel
from minutebook.jobs.planning import (
    PlanIsFixed,
    add_cost,
    change_cost,
    confirm_costs,
    put_back_cost,
    remove_cost,
    reopen_costs,
    save_plan,
    set_billable,
    switch_job,
)
from minutebook.jobs.queries import find_prices, is_in_price_list
from minutebook.jobs.requests import request_job

PANEL, COSTS = "jobs/panel.html", "jobs/panel.html#costs"
CHANGED = "job-panel-changed"  # an event of htmx: what stands beside the panel may have to change, too
_REFUSED = 422


@require_GET
@member_required
def show_panel(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Show the whole panel."""
    return _shown(request, PANEL, job_panel(_pack(pack_id), firm=request.firm, today=request.today))


@require_POST
@preparer_required
def switch(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Add a job to the pack, or leave it out; the panel opens or closes."""
    pack = _pack(pack_id)
    problem = ""
    try:
        switch_job(pack, on="wants_job" in request.POST, by=request.user)
    except PlanIsFixed as fixed:
        problem = str(fixed)
    return _shown(
        request,
        "jobs/switched.html",
        job_panel(pack, firm=request.firm, today=request.today),
        problem=problem,
    )


@require_GET
@member_required
def client_note(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Say which XPM client the chosen contact is linked to, or offer to link it."""
    panel = job_panel(
        _pack(pack_id),
        firm=request.firm,
        today=request.today,
        contact=_contact(request.GET.get("client_id", "")),
    )
    return _shown(request, "jobs/_client_note.html", panel, changed=False)


@require_POST
@preparer_required
def plan(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """**Create job**: keep the plan and propose its costs. Typed values stay when something is wrong."""
    pack = _pack(pack_id)
    contact = _contact(request.POST.get("client_id", ""))
    panel = job_panel(pack, firm=request.firm, today=request.today, plan_data=request.POST, contact=contact)
    if panel.plan_form is None:
        return _shown(request, PANEL, panel, problem="The job can no longer be changed here.")
    if not panel.plan_form.is_valid():
        return _shown(request, PANEL, panel, status=_REFUSED, changed=False)
    kinds = list(pack.events.order_by("position").values_list("kind", flat=True))
    save_plan(
        pack,
        panel.plan_form.choice(),
        event_kinds=kinds,
        by=request.user,
        now=request.now,
        today=request.today,
    )
    return _shown(request, PANEL, job_panel(pack, firm=request.firm, today=request.today))


@require_GET
@member_required
def costs(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Show Review Costs; `?edit=` opens a row (its id), or a new one ("new")."""
    panel = job_panel(
        _pack(pack_id), firm=request.firm, today=request.today, edit=request.GET.get("edit", "")
    )
    return _shown(request, COSTS, panel, changed=False)


@require_POST
@preparer_required
def new_cost(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """**Add line item**: keep the new line."""
    plan = plan_of(pack_id)
    form = CostForm(request.POST, auto_id="cost_%s")
    if not form.is_valid():
        return _row_refused(request, plan, edit=NEW_ROW, form=form)
    line = form.line()
    return changed(request, plan, lambda: add_cost(plan, line, source=_source_of(line), by=request.user))


@require_POST
@preparer_required
def cost(request: FirmRequest, pack_id: UUID, cost_id: int) -> HttpResponse:
    """Keep what was typed into a row."""
    plan = plan_of(pack_id)
    held = cost_of(plan, cost_id)
    form = CostForm(request.POST, auto_id="cost_%s")
    if not form.is_valid():
        return _row_refused(request, plan, edit=str(held.pk), form=form)
    line = form.line()
    return changed(
        request, plan, lambda: change_cost(held, line, source=_source_of(line, before=held), by=request.user)
    )


@require_POST
@preparer_required
def billable(request: FirmRequest, pack_id: UUID, cost_id: int) -> HttpResponse:
    """Say whether the client pays for a line."""
    plan = plan_of(pack_id)
    held = cost_of(plan, cost_id)
    return changed(
        request, plan, lambda: set_billable(held, billable="billable" in request.POST, by=request.user)
    )


@require_POST
@preparer_required
def remove(request: FirmRequest, pack_id: UUID, cost_id: int) -> HttpResponse:
    """Take a line out."""
    plan = plan_of(pack_id)
    held = cost_of(plan, cost_id)
    return changed(request, plan, lambda: remove_cost(held, by=request.user))


@require_POST
@preparer_required
def put_back(request: FirmRequest, pack_id: UUID, cost_id: int) -> HttpResponse:
    """Put back a line of the template."""
    plan = plan_of(pack_id)
    held = cost_of(plan, cost_id)
    return changed(request, plan, lambda: put_back_cost(held, by=request.user))


@require_POST
@able_to(Ability.CONFIRM)
def confirm(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """**Confirm** fixes the lines: they travel with the job."""
    plan = plan_of(pack_id)
    return changed(request, plan, lambda: confirm_costs(plan, by=request.user, now=request.now), PANEL)


@require_POST
@able_to(Ability.CONFIRM)
def reopen(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Let confirmed lines be changed again, until the job is on its way."""
    plan = plan_of(pack_id)
    return changed(request, plan, lambda: reopen_costs(plan, by=request.user), PANEL)


@require_POST
@preparer_required
def create_now(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """**Create job now**, for a pack that was released without one or whose job was refused."""
    pack = _pack(pack_id)
    if not pack.is_draft:
        request_job(pack, by=request.user, now=request.now)
    return _shown(request, PANEL, job_panel(pack, firm=request.firm, today=request.today))


@require_GET
@member_required
def price_options(request: FirmRequest) -> HttpResponse:
    """Suggest lines of XPM's price list as the user types."""
    prices = find_prices(request.GET.get("q", ""))
    return render(request, "jobs/price_options.html", {"prices": prices})


def _pack(pack_id: UUID) -> DocumentPack:
    return get_object_or_404(DocumentPack.objects.select_related("company__contact"), pk=pack_id)


def plan_of(pack_id: UUID) -> JobPlan:
    """Return the plan of a pack, or answer 404."""
    return get_object_or_404(JobPlan.objects.select_related("pack__company__contact"), pack_id=pack_id)


def cost_of(plan: JobPlan, cost_id: int) -> PlannedCost:
    """Return a line of a plan, or answer 404."""
    return get_object_or_404(PlannedCost.objects.select_related("plan__pack"), plan=plan, pk=cost_id)


def _contact(contact_id: str) -> Contact | None:
    return Contact.objects.filter(pk=contact_id).first() if contact_id.isdecimal() else None


def _source_of(line: CostLine, *, before: PlannedCost | None = None) -> PlannedCost.Source:
    """Return where a line comes from, now that it was typed."""
    if is_in_price_list(line):
        return PlannedCost.Source.PRICE_LIST
    if before is not None and before.description == line.description:
        return PlannedCost.Source(before.source)
    return PlannedCost.Source.HAND


def _row_refused(request: FirmRequest, plan: JobPlan, *, edit: str, form: CostForm) -> HttpResponse:
    panel = job_panel(plan.pack, firm=request.firm, today=request.today, edit=edit, cost_form=form)
    return _shown(request, COSTS, panel, status=_REFUSED, changed=False)


def changed(
    request: FirmRequest, plan: JobPlan, change: Callable[[], object], template: str = COSTS
) -> HttpResponse:
    """Make a change of the plan and show what it came to, or why it was not made."""
    problem = ""
    try:
        change()
    except PlanIsFixed as fixed:
        problem = str(fixed)
    return _shown(
        request, template, job_panel(plan.pack, firm=request.firm, today=request.today), problem=problem
    )


def _shown(
    request: FirmRequest,
    template: str,
    panel: JobPanel,
    *,
    problem: str = "",
    status: int = 200,
    changed: bool = True,
) -> HttpResponse:
    """Answer htmx with a part of the panel; a browser without a script is led back to the pack."""
    if not request.htmx and request.method == "POST" and status == 200:  # noqa: PLR2004
        return redirect("production:pack", panel.pack.pk)
    panel.problem = problem
    answer = render(request, template, {"panel": panel}, status=_REFUSED if problem else status)
    if changed:
        answer["HX-Trigger"] = CHANGED
    return answer
