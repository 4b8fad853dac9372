"""How the work of all firms stands, counted in the database: jobs, queue, workers, allowance, backups."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Case, Count, F, Min, When

from minutebook.jobs.models import JobRequest, JobStep
from minutebook.practice.governor import usage
from minutebook.practice.models import CallWindow, Connection
from minutebook.server.models import Heartbeat

type Labels = tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One figure, for each combination of its labels."""

    name: str
    help: str
    values: Mapping[Labels, float]
    labels: Labels = field(default=())


def workload(*, now: datetime) -> Iterator[Measure]:
    """Yield every figure. The cost grows with the practices that were called lately, not with the jobs."""
    yield _jobs()
    yield _in_doubt()
    yield _oldest_unfinished(now)
    yield from _queue(now)
    yield Measure(
        name="minutebook_workers",
        help="Workers heard of in the latest 30 seconds.",
        values={(): Heartbeat.objects.alive(now=now).count()},
    )
    yield _connections()
    yield from _allowance(now)


def _jobs() -> Measure:
    counted = JobRequest.everywhere.order_by().values_list("status").annotate(Count("pk"))
    there = dict.fromkeys(JobRequest.Status.values, 0) | dict(counted)
    return Measure(
        name="minutebook_job_requests",
        help="Jobs asked for, by where they stand; NEEDS_YOU waits for a person.",
        labels=("status",),
        values={(status,): count for status, count in there.items()},
    )


def _in_doubt() -> Measure:
    steps = JobStep._base_manager.filter(state=JobStep.State.IN_DOUBT)  # of every firm
    return Measure(
        name="minutebook_job_steps_in_doubt",
        help="Calls to the practice manager that may have happened, and are looked for.",
        values={(): steps.count()},
    )


def _oldest_unfinished(now: datetime) -> Measure:
    done = (JobRequest.Status.CREATED, JobRequest.Status.CANCELLED, JobRequest.Status.NEEDS_YOU)
    oldest = JobRequest.everywhere.exclude(status__in=done).aggregate(at=Min("asked_at"))["at"]
    return Measure(
        name="minutebook_oldest_unfinished_job_seconds",
        help="How long the oldest job has waited that no person is asked about.",
        values={(): (now - oldest).total_seconds() if oldest else 0},
    )


def _queue(now: datetime) -> Iterator[Measure]:
    waiting, oldest = _waiting_tasks(now)
    yield Measure(
        name="minutebook_queue_tasks",
        help="Tasks that are due and wait for a worker.",
        labels=("queue",),
        values={(queue,): waiting.get(queue, 0) for queue in settings.TASKS["default"]["QUEUES"]},
    )
    yield Measure(
        name="minutebook_queue_oldest_seconds",
        help="How long the oldest of them has waited.",
        values={(): (now - oldest).total_seconds() if oldest else 0},
    )


def _waiting_tasks(now: datetime) -> tuple[dict[str, int], datetime | None]:
    """Return how many tasks are due in each queue, and since when the oldest is; with either engine."""
    rows = list(_due_in_procrastinate(now) if connection.vendor == "postgresql" else _due_in_sqlite(now))
    return {queue: count for queue, count, _ in rows}, min((since for *_, since in rows), default=None)


def _due_in_sqlite(now: datetime) -> Iterable[tuple[str, int, datetime]]:
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415  # needs its app installed

    # What is due at once has a moment in the far future; what was put off, one that has passed.
    since = Case(When(run_after__lte=now, then=F("run_after")), default=F("enqueued_at"))
    due = DBTaskResult.objects.ready().order_by()
    return due.values_list("queue_name").annotate(count=Count("pk"), since=Min(since))


def _due_in_procrastinate(now: datetime) -> Iterable[tuple[str, int, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(_PROCRASTINATE, {"now": now})
        rows: list[tuple[str, int, datetime]] = cursor.fetchall()
        return rows


_PROCRASTINATE = """
    SELECT job.queue_name, count(*), min(greatest(job.scheduled_at, event.at))
    FROM procrastinate_jobs job
    JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
    WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= %(now)s)
    GROUP BY job.queue_name
"""


def _connections() -> Measure:
    counted = Connection._base_manager.order_by().values_list("status").annotate(Count("pk"))
    there = dict.fromkeys(Connection.Status.values, 0) | dict(counted)
    return Measure(
        name="minutebook_connections",
        help="Connections to practice managers, by whether they hold.",
        labels=("status",),
        values={(status,): count for status, count in there.items()},
    )


def _allowance(now: datetime) -> Iterator[Measure]:
    """Yield how much of the allowance the busiest practice has used: what is near its limit, not whose."""
    used = [usage(window.pk, now=now) for window in CallWindow.objects.filter(day_started_at__gt=now - _DAY)]
    yield Measure(
        name="minutebook_allowance_used_ratio",
        help="Share of the calls allowed that the busiest practice has used, 0 to 1.",
        labels=("period",),
        values={
            ("minute",): max((one.minute_used / one.minute_limit for one in used), default=0),
            ("day",): max((one.day_used / one.day_limit for one in used), default=0),
        },
    )
    yield Measure(
        name="minutebook_practices_asked_to_wait",
        help="Practices whose practice manager has told us to wait.",
        values={(): sum(one.blocked_until is not None for one in used)},
    )


_DAY = timedelta(days=2)
