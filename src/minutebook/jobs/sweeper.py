"""Finding every unfinished request that nobody drives, whatever became of its wake-up."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from minutebook.jobs.models import JobRequest
from minutebook.jobs.requests import resume
from minutebook.jobs.tasks import wake
from minutebook.jobs.timing import TIMING, Timing
from minutebook.practice.models import Connection
from minutebook.scope import firm_scope

Status = JobRequest.Status
_AT_ONCE = 500  # requests woken in one sweep; the next sweep comes in seconds


def sweep(now: datetime, *, timing: Timing = TIMING) -> int:
    """Wake what was left behind and resume what was paused until its connection came back.

    Left behind is a request whose driver died (its lease ran out), or whose wake-up is late or was never
    heard. Works for all firms; returns how many requests were woken. Waking one twice does no harm.
    """
    return _resume_reconnected(now) + _wake_left_behind(now, late=timing.late)


def _wake_left_behind(now: datetime, *, late: timedelta) -> int:
    overdue = Q(lease_until__isnull=True, next_at__lte=now - late) | Q(lease_until__lte=now)
    stopped = (*JobRequest.FINISHED, Status.NEEDS_YOU, Status.PAUSED_CONNECTION)
    left = JobRequest.everywhere.filter(overdue).exclude(status__in=stopped).order_by("next_at")
    woken = 0
    for request in left[:_AT_ONCE]:
        with transaction.atomic():
            as_seen = JobRequest.everywhere.filter(pk=request.pk, epoch=request.epoch)
            still_left = as_seen.filter(overdue).exclude(status__in=stopped)
            # `next_at` moves, so that a request in a long queue is not woken again by every sweep.
            if still_left.update(next_at=now, lease_until=None):
                wake(request, ahead=True)
                woken += 1
    return woken


def _resume_reconnected(now: datetime) -> int:
    paused = JobRequest.everywhere.filter(status=Status.PAUSED_CONNECTION).order_by("asked_at")
    resumed = 0
    for request in paused[:_AT_ONCE]:
        with firm_scope(request.firm_id):
            connected = Connection.objects.filter(
                tenant_id=request.tenant_id, status=Connection.Status.CONNECTED
            )
            if connected.exists():
                resume(request, now=now)
                resumed += 1
    return resumed
