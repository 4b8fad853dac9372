"""What a person does with Review Costs against the fee schedule, and with a job that seems to be there already."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from minutebook.firms.access import preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.jobs.fees.proposing import scheduled_for
from minutebook.jobs.likeness import like_jobs
from minutebook.jobs.models import JobPlan
from minutebook.jobs.plan import ProposedCost
from minutebook.jobs.planning import add_scheduled, join_job, take_from_schedule
from minutebook.jobs.views.panel import PANEL, changed, cost_of, plan_of


@require_POST
@preparer_required
def put_in(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Put in a line that the schedule proposes and the costs do not have."""
    plan = plan_of(pack_id)
    row = _scheduled(plan, request.POST.get("fee", ""), request)
    return changed(request, plan, lambda: add_scheduled(plan, row, by=request.user))


@require_POST
@preparer_required
def take(request: FirmRequest, pack_id: UUID, cost_id: int) -> HttpResponse:
    """Give a line the prices that the schedule has now."""
    plan = plan_of(pack_id)
    held = cost_of(plan, cost_id)
    row = _scheduled(plan, held.fee_key, request)
    return changed(request, plan, lambda: take_from_schedule(held, row, by=request.user))


@require_POST
@preparer_required
def join(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """**Add to that job instead**; with no job named, the costs get a job of their own again."""
    plan = plan_of(pack_id)
    wanted = request.POST.get("job", "")
    if not wanted:
        return changed(request, plan, lambda: join_job(plan, None, by=request.user), PANEL)
    like = like_jobs(plan.pack, plan.client, start_on=plan.start_on, due_on=plan.due_on)
    other = next((each for each in like if str(each.pk) == wanted and each.job_number), None)
    if other is None:
        raise Http404("No job like this one has that id")
    return changed(request, plan, lambda: join_job(plan, other, by=request.user), PANEL)


def _scheduled(plan: JobPlan, key: str, request: FirmRequest) -> ProposedCost:
    rows = scheduled_for(plan.pack, plan.pack.event_kinds, today=request.today)
    row = next((row for row in rows if row.fee_key == key), None)
    if not key or row is None:
        raise Http404("The schedule proposes no such line now")
    return row
