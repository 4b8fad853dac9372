"""What happened in a firm: one row per thing, written in the same transaction, never changed.

The lowest package: it names the firm and the user by string, so that every other package can write here.
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from minutebook.scope import FirmManager, FirmRow

if TYPE_CHECKING:
    from minutebook.firms.models import User


class Activity(FirmRow):
    """One thing that happened: who did what to what, and when."""

    happened_at = models.DateTimeField()
    actor = models.ForeignKey("firms.User", on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)  # "noun.verb", such as "pack.released"
    subject_kind = models.CharField(max_length=40)  # such as "documentpack"
    subject_id = models.CharField(max_length=40)
    sentence = models.TextField()  # what the page shows: "Downloaded by P. Raman"
    particulars = models.JSONField(default=dict)

    objects = FirmManager["Activity"]()

    class Meta:
        indexes = [models.Index(fields=["firm", "subject_kind", "subject_id", "happened_at"])]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H:%M:%S} {self.action} {self.subject_kind} {self.subject_id}"


def record(
    action: str, subject: FirmRow, *, sentence: str, by: "User | None", **particulars: Any
) -> Activity:
    """Write down one thing that happened. Call it inside the transaction that did it.

    `particulars` are JSON values; no secrets, no tax numbers. Firm is the one in scope.
    """
    return Activity.objects.create(
        firm_id=subject.firm_id,
        happened_at=timezone.now(),
        actor=by,
        action=action,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        sentence=sentence,
        particulars=particulars,
    )


def history_of(subject: FirmRow) -> models.QuerySet[Activity]:
    """Return what happened to one thing, oldest first."""
    return Activity.objects.filter(
        subject_kind=subject._meta.label_lower, subject_id=str(subject.pk)
    ).order_by("happened_at", "pk")
