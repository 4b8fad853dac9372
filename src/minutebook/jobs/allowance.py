"""The calls that a practice may be sent: used and left, who used them, and what waits because of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from minutebook.jobs.models import JobCall, JobRequest
from minutebook.jobs.reasons import BY_ITSELF, Reason, sentence_of
from minutebook.jobs.stops import moment
from minutebook.practice.governor import Usage, usage
from minutebook.practice.models import Connection
from minutebook.practice.provider import Lane

_LANES = {
    Lane.INTERACTIVE: "Jobs",
    Lane.REPAIR: "Look-ups after a lost answer",
    Lane.BULK: "Reading XPM and nightly checks",
}
_MOST_JOBS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """Jobs that wait for one thing, as a sentence, and when they go on."""

    jobs: int
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """What a practice's allowance stands at, and what it was used for."""

    usage: Usage
    lanes: Sequence[tuple[str, int]]  # today's calls by who made them
    jobs: Sequence[tuple[JobRequest, int]]  # those with the most calls today
    waiting: Sequence[Waiting]

    @property
    def is_moving(self) -> bool:
        return bool(self.waiting or self.usage.blocked_until or self.usage.at_once)


def allowance_of(connection: Connection, *, now: datetime) -> Allowance:
    """Return how the connection's allowance stands. Four queries."""
    used = usage(connection.tenant_id, now=now)
    return Allowance(
        usage=used,
        lanes=[(words, used.by_lane[lane]) for lane, words in _LANES.items() if used.by_lane.get(lane)],
        jobs=_busiest(since=(used.day_ends_at or now) - timedelta(days=1)),
        waiting=waiting_jobs(now=now),
    )


def waiting_jobs(*, now: datetime) -> list[Waiting]:
    """Return what waits by itself for XPM's answer or for more calls, and until when."""
    found = (
        JobRequest.objects.unfinished()
        .filter(reason_code__in=BY_ITSELF)
        .values("reason_code")
        .annotate(jobs=Count("pk"), next=Min("next_at"), since=Min("paused_at"))
        .order_by("reason_code")
    )
    return [
        Waiting(jobs=row["jobs"], sentence=_sentence(row["reason_code"], row["next"], row["since"], now=now))
        for row in found
        if row["reason_code"] != Reason.MINUTE_LIMIT or row["next"] > now
    ]


def _sentence(code: str, next_at: datetime, since: datetime | None, *, now: datetime) -> str:
    facts = {"again": f" at {moment(next_at, now=now)}"}
    if since is not None:
        facts["since"] = f" since {moment(since, now=now)}"
    return sentence_of(code, "", facts)


def _busiest(*, since: datetime) -> list[tuple[JobRequest, int]]:
    counted = dict(
        JobCall.objects.filter(called_at__gte=since)
        .values_list("request_id")
        .annotate(calls=Count("pk"))
        .order_by("-calls")[:_MOST_JOBS]
    )
    requests = JobRequest.objects.select_related("pack__company__contact").in_bulk(list(counted))
    return [(requests[pk], calls) for pk, calls in counted.items() if pk in requests]
