"""Waking the driver of a job request. A wake-up is only a hint: the ledger holds the promise."""

from datetime import datetime
from uuid import UUID

from django.tasks import task
from django.utils import timezone

from minutebook.jobs.models import JobRequest
from minutebook.jobs.saga import drive
from minutebook.scope import firm_scope

AHEAD = 50  # of what else is queued: a job that was left half-way has waited long enough


def wake(request: JobRequest, *, at: datetime | None = None, ahead: bool = False) -> None:
    """Have a worker drive the request, now or at a moment. Rolls back with the caller's transaction."""
    task = drive_request.using(run_after=at, priority=AHEAD if ahead else 0)
    task.enqueue(str(request.pk), request.firm_id)


@task(queue_name="interactive")
def drive_request(request_id: str, firm_id: int) -> None:
    """Do all that can be done for a request now, and come back when there is more."""
    with firm_scope(firm_id):
        request = drive(UUID(request_id), clock=timezone.now)
        if request is not None and request.is_moving:
            wake(request, at=request.next_at)
