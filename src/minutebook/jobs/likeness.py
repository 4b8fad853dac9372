"""Whether XPM seems to have the job already: another of ours, for the same client and about the same time."""

from datetime import date, timedelta

from django.db.models import Q

from minutebook.documents.models import DocumentPack
from minutebook.jobs.models import JobRequest
from minutebook.practice.models import Client

_NEAR = timedelta(days=45)
_MOST = 3


def like_jobs(pack: DocumentPack, client: Client, *, start_on: date, due_on: date) -> list[JobRequest]:
    """Return the jobs of other packs that may be this one: of the client, and of a time that touches its own.

    Those that no longer stand are left out, and so are those of the versions that this pack corrects.
    """
    near = Q(pack__job_plan__start_on__lte=due_on + _NEAR, pack__job_plan__due_on__gte=start_on - _NEAR)
    found = (
        JobRequest.objects.filter(near, pack__job_plan__client=client)
        .exclude(pack__trace_number=pack.trace_number)
        .exclude(status=JobRequest.Status.CANCELLED)
        .exclude(pack__status=DocumentPack.Status.WITHDRAWN)
    )
    return list(found.select_related("pack", "asked_by").order_by("-asked_at")[:_MOST])
