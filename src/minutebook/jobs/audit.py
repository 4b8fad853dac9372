"""The nightly audit: what XPM has of our jobs, against the ledger.

No protocol can prevent everything where the other side has no idempotency keys: a process frozen between its
last check and the socket, or a call that is carried out long after its answer was lost, may make a second job
or a second line. This finds them. It reports, and deletes nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Min, Q
from django.tasks import task
from django.utils import timezone

from minutebook.activity.models import record
from minutebook.firms.models import Firm
from minutebook.jobs.models import JobAudit, JobRequest, JobStep
from minutebook.jobs.steps import attached_name, marker_of_line
from minutebook.practice.models import Connection
from minutebook.practice.provider import Lane, PracticeManager, PracticeManagerError, Refused
from minutebook.practice.records import JobSeen
from minutebook.practice.registry import manager_for
from minutebook.scope import firm_scope

PREFIX = "MB-"  # of every trace number
NIGHT = 2  # o'clock, where the firm is: after the day's work, before the next
_BACK = timedelta(days=2)  # a day's jobs are looked at twice, for what shows late
_AGAIN = timedelta(hours=1)  # after which an audit that did not end is begun anew

type OpenManager = Callable[[Connection], PracticeManager]


def audit(now: datetime) -> list[JobAudit]:
    """Audit every connected firm now and return what was found. Talks to the network."""
    done = []
    for firm in Firm.objects.order_by("pk"):
        with firm_scope(firm.pk):
            connection = _connected()
            if connection is not None:
                done.append(audit_practice(connection, now=now))
    return done


def audit_due(now: datetime) -> int:
    """Start the audit of each firm whose night has come, in the background; return how many."""
    started = 0
    for firm in Firm.objects.order_by("pk"):
        local = now.astimezone(ZoneInfo(firm.time_zone))
        with firm_scope(firm.pk):
            connection = _connected()
            if connection is not None and local.hour >= NIGHT and _claim(connection, local.date(), now=now):
                audit_in_background.enqueue(firm.pk)
                started += 1
    return started


@task(queue_name="default")
def audit_in_background(firm_id: int) -> None:
    """Audit one firm; one that XPM did not let end is begun again within the hour."""
    with firm_scope(firm_id):
        connection = _connected()
        if connection is None:
            return
        try:
            audit_practice(connection, now=timezone.now())
        except PracticeManagerError:
            return  # the night's row says that it has not ended


def audit_practice(
    connection: Connection, *, now: datetime, open_manager: OpenManager = manager_for
) -> JobAudit:
    """Compare the latest days' jobs with the ledger, and keep what is too much on its request.

    Call in the firm's scope and outside any transaction. Raises PracticeManagerError when XPM could not be
    asked; nothing is changed then.
    """
    manager = open_manager(connection)
    open_surplus = JobRequest.objects.filter(tenant_id=connection.tenant_id).exclude(surplus=[])
    oldest = open_surplus.aggregate(Min("asked_at"))["asked_at__min"] or now
    first = (min(oldest, now - _BACK)).date()
    with manager.permit(Lane.BULK):
        seen = manager.jobs_created(first=first, last=(now + timedelta(days=1)).date())
    of_marker = _by_marker(seen)
    requests = {request.marker: request for request in _requests(connection, of_marker, first)}
    surplus = {
        marker: [
            *_surplus_jobs(request, of_marker.get(marker, [])),
            *_surplus_lines(request, manager),
            *_surplus_documents(request, manager),
        ]
        for marker, request in requests.items()
    }
    strays = [
        {"number": job.number, "reference": marker}
        for marker, jobs in of_marker.items()
        if marker not in requests
        for job in jobs
    ]
    return _write(connection, requests, surplus, strays, jobs=sum(map(len, of_marker.values())), now=now)


def _connected() -> Connection | None:
    return Connection.objects.filter(status=Connection.Status.CONNECTED).first()


def _claim(connection: Connection, night: date, *, now: datetime) -> bool:
    """Make the night's row, or take one over that did not end; only one worker gets it."""
    row, is_new = JobAudit.objects.get_or_create(
        tenant_id=connection.tenant_id,
        night=night,
        defaults={"firm_id": connection.firm_id, "began_at": now},
    )
    left = JobAudit.objects.filter(pk=row.pk, ended_at=None, began_at__lte=now - _AGAIN)
    return is_new or bool(left.update(began_at=now))


def _by_marker(seen: Iterable[JobSeen]) -> dict[str, list[JobSeen]]:
    """Return the jobs that carry a trace number, by it, the oldest first."""
    of_marker: dict[str, list[JobSeen]] = defaultdict(list)
    for job in sorted(seen, key=lambda job: (len(job.number), job.number)):
        if job.reference.startswith(PREFIX):
            of_marker[job.reference].append(job)
    return of_marker


def _requests(connection: Connection, markers: Iterable[str], first: date) -> Iterable[JobRequest]:
    """Return the requests whose jobs were seen, and those that added to somebody's job, which has no trace number."""
    joining = Q(
        steps__kind=JobStep.Kind.ADD_JOB, steps__state=JobStep.State.SKIPPED, asked_at__date__gte=first
    )
    ours = JobRequest.objects.filter(tenant_id=connection.tenant_id)
    return ours.filter(Q(marker__in=markers) | joining).distinct()


def _surplus_jobs(request: JobRequest, jobs: Sequence[JobSeen]) -> list[str]:
    kept = request.job_number or jobs[0].number
    return [
        f"Job {job.number} carries the trace number of job {kept}. Delete the one that is not wanted in XPM."
        for job in jobs
        if job.number != kept
    ]


def _sent_again(request: JobRequest, kind: JobStep.Kind) -> Sequence[JobStep]:
    """Return the steps of a kind if one of them was sent more than once: only then is XPM's list worth a call."""
    steps = request.steps.filter(kind=kind).order_by("number")
    posts = Count("calls", filter=Q(calls__method="POST"))
    is_one = (
        request.job_number and steps.alias(posts=posts).filter(Q(attempt__gt=1) | Q(posts__gt=1)).exists()
    )
    return list(steps) if is_one else []


def _surplus_lines(request: JobRequest, manager: PracticeManager) -> list[str]:
    steps = _sent_again(request, JobStep.Kind.ADD_COST)
    there = _counted(
        manager, lambda: (cost.marker for cost in manager.costs(job=request.job_number)), are_asked_for=steps
    )
    return [
        f"“{step.body['description']}” is on job {request.job_number} {count} times. "
        "Take out the ones that are not wanted in XPM."
        for step in steps
        if (count := there[marker_of_line(request.marker, step.number)]) > 1
    ]


def _surplus_documents(request: JobRequest, manager: PracticeManager) -> list[str]:
    steps = _sent_again(request, JobStep.Kind.ATTACH)
    there = _counted(manager, lambda: manager.documents(job=request.job_number), are_asked_for=steps)
    return [
        f"The document “{step.body['title']}” is attached to job {request.job_number} {count} times. "
        "Delete the ones that are not wanted in XPM."
        for step in steps
        if (count := there[attached_name(request.marker, step)]) > 1
    ]


def _counted(
    manager: PracticeManager, ask: Callable[[], Iterable[str]], *, are_asked_for: Sequence[JobStep]
) -> Counter[str]:
    if not are_asked_for:
        return Counter()
    try:
        with manager.permit(Lane.BULK):
            return Counter(ask())
    except Refused:  # the job was deleted in XPM meanwhile: nothing is there twice
        return Counter()


@transaction.atomic
def _write(
    connection: Connection,
    requests: Mapping[str, JobRequest],
    surplus: Mapping[str, list[str]],
    strays: list[dict[str, str]],
    *,
    jobs: int,
    now: datetime,
) -> JobAudit:
    for marker, request in requests.items():
        if request.surplus != surplus[marker]:
            JobRequest.objects.filter(pk=request.pk).update(surplus=surplus[marker])
            sentence = " ".join(surplus[marker]) or "What XPM had too much of is gone"
            record("job.surplus", request.pack, sentence=sentence, by=None, marker=marker)
    known = JobAudit.objects.filter(tenant_id=connection.tenant_id).values_list("strays", flat=True)
    told = [stray for earlier in known for stray in earlier]
    for stray in strays:
        if stray not in told:
            sentence = (
                f"Job {stray['number']} carries the trace number {stray['reference']}, which no job here has"
            )
            record("job.stray", connection, sentence=sentence, by=None, stray=stray)
    night = now.astimezone(ZoneInfo(connection.firm.time_zone)).date()
    result = {
        "ended_at": now,
        "jobs": jobs,
        "surplus": sum(map(bool, surplus.values())),
        "strays": strays,
    }
    row, _ = JobAudit.objects.update_or_create(
        tenant_id=connection.tenant_id,
        night=night,
        defaults=result,
        create_defaults=result | {"firm_id": connection.firm_id, "began_at": now},
    )
    return row
