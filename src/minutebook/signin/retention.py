"""What of signing in grows old: who did when, from which address and with which browser."""

from typing import Any

from django.db import models

from minutebook.activity.models import Activity, take_words_out
from minutebook.retention.kinds import Kind

_ACTIONS = ("person.signed-in", "person.signed-out", "person.sign-in-failed", "person.second-step-failed")


def _records() -> models.QuerySet[Any]:
    return Activity.objects.filter(action__in=_ACTIONS, removed_at=None, number__isnull=False)


SIGN_INS = Kind(
    code="sign-ins",
    title="Records of signing in",
    what_goes="Name, address and browser go; that somebody signed in at that moment stays, as does its place.",
    days=730,
    least=90,
    may_stay=True,
    moment="happened_at",
    rows=_records,
    remove=lambda rows, now: take_words_out(rows, now=now),
)
