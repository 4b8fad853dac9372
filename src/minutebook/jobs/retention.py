"""What of jobs grows old: what was sent to the practice manager and what came back, word for word."""

from typing import Any

from django.db import models

from minutebook.jobs.models import JobCall
from minutebook.retention.kinds import Kind


def _with_bodies() -> models.QuerySet[Any]:
    return JobCall.objects.exclude(sent="", came_back="")


CALLS = Kind(
    code="calls",
    title="Bodies of calls to XPM",
    what_goes="What was sent and what came back goes; that there was a call, and how it ended, stays.",
    days=JobCall.BODIES_KEPT.days,
    least=30,
    may_stay=False,
    moment="called_at",
    rows=_with_bodies,
    remove=lambda calls, _: calls.update(sent="", came_back=""),
)
