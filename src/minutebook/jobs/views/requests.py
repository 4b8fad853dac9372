"""The jobs on their way: their list, the calls of one, and what a person decides about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from minutebook.firms.access import member_required, preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.jobs.allowance import allowance_of, waiting_jobs
from minutebook.jobs.deciding import decide
from minutebook.jobs.forms import CostForm, StaffForm
from minutebook.jobs.mending import change_line, change_staff
from minutebook.jobs.models import JobRequest
from minutebook.jobs.opening import find_job_url
from minutebook.jobs.panel import JobPanel, job_panel
from minutebook.jobs.queries import VIEWS, count_views, find_requests, view_of
from minutebook.jobs.requests import CannotCancel, NothingToDecide
from minutebook.jobs.sending import count_of
from minutebook.jobs.state import look_of
from minutebook.practice.models import Connection
from minutebook.retention.models import days_kept

PANEL, PAGE = "jobs/panel.html", "jobs/request.html"
_A_PAGE = 50


@require_GET
@member_required
def state(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Show how far the job is; asked for every second while something moves."""
    job = get_object_or_404(JobRequest.objects.select_related("pack__company__contact"), pack_id=pack_id)
    panel = job_panel(job.pack, firm=request.firm, today=request.today)
    if request.GET.get("seen") == panel.seen:
        return HttpResponse(status=204)  # nothing has changed: htmx leaves the page as it is
    answer = render(request, "jobs/polled.html", {"panel": panel})
    if not job.is_moving:  # it has come to rest: its lines and buttons change, too
        answer["HX-Retarget"], answer["HX-Trigger"] = "#job-panel", "job-panel-changed"
    return answer


@require_POST
@preparer_required
def decide_job(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Do what somebody decided about a job that needs them."""
    job = _job_of(pack_id)
    problem = ""
    try:
        decide(
            job,
            request.POST.get("decision", ""),
            number=request.POST.get("number", "").strip(),
            by=request.user,
            now=request.now,
        )
    except (CannotCancel, NothingToDecide) as refusal:
        problem = str(refusal)
    return _decided(request, job, problem=problem)


@require_POST
@preparer_required
def mend_job(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Change what XPM refused of a job that is there, its staff or a line, and let it go on."""
    job = _job_of(pack_id)
    panel = job_panel(job.pack, firm=request.firm, today=request.today)
    form = _mend_form(panel, request)
    if form is None:
        return _decided(request, job, problem="This job goes on by itself now.")
    if not form.is_valid():
        panel.mend_form = form
        return render(request, PANEL, {"panel": panel}, status=422)
    try:
        if isinstance(form, StaffForm):
            staff_id, name = form.chosen()
            change_staff(job, staff_id=staff_id, staff_name=name, by=request.user, now=request.now)
        else:
            change_line(job, form.line(), by=request.user, now=request.now)
    except NothingToDecide as refusal:
        return _decided(request, job, problem=str(refusal))
    return _decided(request, job)


def _job_of(pack_id: UUID) -> JobRequest:
    return get_object_or_404(JobRequest.objects.select_related("pack__company__contact"), pack_id=pack_id)


def _mend_form(panel: JobPanel, request: FirmRequest) -> StaffForm | CostForm | None:
    """Return what was typed into the form that the page shows, or None when it shows none."""
    match panel.mend_form:
        case StaffForm():
            return StaffForm(request.POST, connection=Connection.objects.get())
        case CostForm():
            return CostForm(request.POST, auto_id="mend_%s")
    return None


def _decided(request: FirmRequest, job: JobRequest, *, problem: str = "") -> HttpResponse:
    if not request.htmx:
        return redirect("jobs:request", job.pk)
    panel = job_panel(job.pack, firm=request.firm, today=request.today)
    panel.problem = problem
    answer = render(request, PANEL, {"panel": panel}, status=422 if problem else 200)
    answer["HX-Trigger"] = "job-panel-changed"
    return answer


@require_GET
@member_required
def open_job(request: FirmRequest, request_id: UUID) -> HttpResponse:
    """Lead to the job in XPM; its address is asked for once when XPM has not told it."""
    job = get_object_or_404(JobRequest.objects.all(), pk=request_id)
    if url := find_job_url(job):
        return redirect(url)
    messages.warning(request, f"XPM does not tell where {job.job_number} is just now. Look for it there.")
    return redirect("jobs:request", job.pk)


@require_GET
@member_required
def list_jobs(request: FirmRequest) -> HttpResponse:
    """List the firm's jobs, by state."""
    view, text = view_of(request.GET.get("view", "")), request.GET.get("q", "").strip()
    counts = count_views()
    page = Paginator(find_requests(view, text=text), _A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "jobs/list.html",
        {
            "view": view,
            "views": [(each, counts[each.code]) for each in VIEWS],
            "text": text,
            "page": page,
            "rows": [(job, look_of(job.status)) for job in page],
            "connection": Connection.objects.first(),
            "waiting": waiting_jobs(now=request.now),
        },
    )


@require_GET
@member_required
def allowance(request: FirmRequest) -> HttpResponse:
    """Show a part of Settings: the calls used and left, by whom, and what waits because of it."""
    connection = get_object_or_404(Connection.objects.all())
    shown = {"allowance": allowance_of(connection, now=request.now)}
    return render(request, "jobs/allowance.html", shown)


@require_GET
@member_required
def show_request(request: FirmRequest, request_id: UUID) -> HttpResponse:
    """Show one job: where it is, and every call that was made for it."""
    job = get_object_or_404(
        JobRequest.objects.select_related("pack__company__contact", "asked_by"), pk=request_id
    )
    return render(request, PAGE, _shown(request, job))


@require_GET
@member_required
def calls(request: FirmRequest, request_id: UUID) -> HttpResponse:
    """Show the calls of a job as they happen; asked for while something moves."""
    job = get_object_or_404(JobRequest.objects.select_related("pack__company__contact"), pk=request_id)
    shown = _shown(request, job)
    if request.GET.get("seen") == f"{shown['panel'].seen}.{len(shown['calls'])}":
        return HttpResponse(status=204)
    return render(request, f"{PAGE}#calls", shown)


def _shown(request: FirmRequest, job: JobRequest) -> dict[str, Any]:
    panel = job_panel(job.pack, firm=request.firm, today=request.today)
    panel.connection = panel.connection or Connection.objects.filter(tenant_id=job.tenant_id).first()
    made = list(job.calls.select_related("step").order_by("called_at", "pk"))
    counted = count_of(panel.steps, made)
    return {
        "job": job,
        "panel": panel,
        "calls": made,
        "call_words": counted.in_words(is_whole=job.status == JobRequest.Status.CREATED),
        "kept_days": days_kept("calls"),
    }
