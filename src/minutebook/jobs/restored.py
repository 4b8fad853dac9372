"""After a restore from a backup: what the ledger calls unsent may have been sent since the backup was taken.

So every call of an unfinished request that may not be repeated is in doubt again: it is looked for by its
marker before anything is sent, by the same protocol as after a lost answer. The same holds later on for a
pack that the backup already had: whoever asks for its job may have done so before.
"""

from datetime import datetime

from django.db import transaction

from minutebook.activity.models import record
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import Firm
from minutebook.jobs.models import JobRequest, JobStep, Restoration
from minutebook.jobs.steps import NOT_IDEMPOTENT, put_in_doubt
from minutebook.jobs.tasks import wake
from minutebook.scope import firm_scope

Kind, State, Status = JobStep.Kind, JobStep.State, JobRequest.Status

_STANDING = (Status.PAUSED_CONNECTION,)  # goes on by itself once the connection is back


def doubt_unfinished(*, now: datetime) -> int:
    """Have every unfinished request of every firm looked for in XPM before anything is sent; return how many.

    Call once after a restore, before the server starts. Doing it twice does no harm. What needs a person's
    word on something else (the template's lines) still does; a request that was refused is looked for and,
    when it is not there, sent once more.
    """
    with transaction.atomic():
        Restoration.objects.create(restored_at=now)
    marked = 0
    for firm in Firm.objects.order_by("pk"):
        with firm_scope(firm.pk):
            for request in JobRequest.objects.unfinished().order_by("asked_at", "pk"):
                marked += _doubt(request, now=now)
    return marked


def latest_restore(*, since: datetime) -> datetime | None:
    """Return when the server was last restored from a backup, if that was after a moment."""
    latest = Restoration.objects.filter(restored_at__gt=since).order_by("restored_at").last()
    return latest.restored_at if latest else None


@transaction.atomic
def _doubt(request: JobRequest, *, now: datetime) -> bool:
    """Mark one request; return whether anything of it may have been sent since the backup."""
    held = JobRequest.objects.select_for_update().get(pk=request.pk)
    unsettled = held.steps.exclude(state__in=(State.DONE, State.SKIPPED)).order_by("number")
    doubtful = [step for step in unsettled if step.kind in NOT_IDEMPOTENT]
    held.doubted_at = now
    held.epoch += 1  # a driver of before the restore writes nothing more
    held.lease_until = None
    for step in doubtful:
        put_in_doubt(step, since=now)
    JobStep.objects.bulk_update(doubtful, ["state", "sent_at", "attempt", "negatives", "error"])
    if doubtful and doubtful[0].kind == Kind.ADD_JOB:
        held.has_no_job = False
    stops_at = unsettled.first()
    if stops_at is not None and stops_at.kind in NOT_IDEMPOTENT and held.status not in _STANDING:
        held.status = Status.FILLING if held.job_number else Status.CHECKING
        held.reason, held.reason_code, held.failures, held.next_at = "", "", 0, now
        wake(held)
    held.save()
    if doubtful:
        sentence = "Restored from a backup: XPM is asked for the job before anything is sent"
        record("job.doubted", held.pack, sentence=sentence, by=None, marker=held.marker)
    return bool(doubtful)


def doubt_if_restored(request: JobRequest, pack: DocumentPack, steps: list[JobStep]) -> None:
    """Say of a new request's steps that they may have been sent, if its pack is older than a restore."""
    restored_at = latest_restore(since=pack.made_at)
    request.doubted_at = restored_at
    if restored_at is None:
        return
    request.has_no_job = False
    for step in steps:
        if step.kind in NOT_IDEMPOTENT and step.state == State.READY:
            put_in_doubt(step, since=restored_at)
