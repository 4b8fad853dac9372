"""What the plan of a job starts from, one row for each kind of event."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minutebook.companies.events import KINDS
from minutebook.firms.access import connector_required, member_required
from minutebook.firms.requests import FirmRequest
from minutebook.jobs.defaults import keep_default
from minutebook.jobs.fees.forms import DefaultForm
from minutebook.jobs.models import JobDefault
from minutebook.practice.models import Connection


@require_GET
@member_required
def list_defaults(request: FirmRequest) -> HttpResponse:
    """Show what each kind of event starts from."""
    connection = Connection.objects.first()
    held = JobDefault.objects.filter(tenant_id=connection.tenant_id) if connection else ()
    of_kind = {default.event_kind: default for default in held}
    context = {
        "rows": [(code, kind.label, of_kind.get(code)) for code, kind in KINDS.items()],
        "connection": connection,
        "may_change": request.membership.may_connect,
        "part": "practice",  # of the top bar: it is a setting
    }
    return render(request, "jobs/defaults.html", context)


@require_http_methods(["GET", "POST"])
@connector_required
def change(request: FirmRequest, event_kind: str) -> HttpResponse:
    """Choose what the jobs of a kind of event start from. What was typed stays when something is wrong."""
    connection = Connection.objects.first()
    if event_kind not in KINDS or connection is None:
        raise Http404("There is no such kind of event, or no practice to choose from")
    key = {"tenant_id": connection.tenant_id, "event_kind": event_kind}
    held = JobDefault.objects.filter(tenant_id=connection.tenant_id, event_kind=event_kind).first()
    form = DefaultForm(request.POST or None, connection=connection, held=held or JobDefault(**key))
    if request.method == "POST" and form.is_valid():
        keep_default(form.default(), by=request.user)
        return redirect("jobs:defaults")
    context = {"form": form, "label": KINDS[event_kind].label, "part": "practice"}
    return render(request, "jobs/default.html", context, status=422 if form.errors else 200)
