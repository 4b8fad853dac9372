"""Where a created job is to be seen in the practice manager."""

from minutebook.activity.origin import current_origin
from minutebook.jobs.models import JobCall, JobRequest, JobStep
from minutebook.practice.models import Connection
from minutebook.practice.provider import PracticeManagerError
from minutebook.practice.records import CallReport
from minutebook.practice.registry import manager_for


def find_job_url(request: JobRequest) -> str:
    """Return the job's address, asking for it once if creating it did not tell; "" when it is not to be had.

    May talk to the network. Call outside a transaction.
    """
    if request.job_url or not request.job_number:
        return request.job_url
    connection = Connection.objects.filter(
        tenant_id=request.tenant_id, status=Connection.Status.CONNECTED
    ).first()
    if connection is None:
        return ""
    manager = manager_for(connection, on_call=lambda call: log_call(request, call))
    try:
        url = manager.job_url(job=request.job_number)
    except PracticeManagerError:
        return ""
    JobRequest.objects.filter(pk=request.pk).update(job_url=url)
    return url


def log_call(request: JobRequest, call: CallReport, *, step: JobStep | None = None) -> None:
    """Write down a call that was made for a request: for one of its steps, or beside them."""
    JobCall.objects.create(
        request=request,
        step=step,
        method=call.method,
        path=call.path[:200],
        status=call.status,
        outcome=call.outcome,
        milliseconds=round(call.seconds * 1000),
        attempt=step.attempt if step else 1,
        called_at=call.called_at,
        sent=call.sent,
        came_back=call.came_back,
        web_request_id=current_origin().request_id,
    )
