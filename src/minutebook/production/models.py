"""Mail that carries a released pack to the people it is for."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models

from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.scope import FirmManager, FirmRow


class PackMailQuerySet(models.QuerySet["PackMail"]):
    def stuck(self, *, now: datetime) -> Self:
        return self.filter(
            state__in=[PackMail.State.QUEUED, PackMail.State.SENDING], queued_at__lt=now - PackMail.PATIENCE
        )


class PackMail(FirmRow):
    """One message with a pack's documents attached, and whether the mail server took it."""

    class State(models.TextChoices):
        QUEUED = "QUEUED", "Waiting to be sent"
        SENDING = "SENDING", "Sending"
        SENT = "SENT", "Sent"
        FAILED = "FAILED", "Not sent"

    PATIENCE = timedelta(minutes=10)  # a mail that takes longer was lost with its worker

    pack = models.ForeignKey(DocumentPack, on_delete=models.CASCADE, related_name="mails")
    recipients = models.JSONField()  # e-mail addresses
    subject = models.CharField(max_length=200)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    problem = models.CharField(max_length=300, blank=True)
    queued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = FirmManager.from_queryset(PackMailQuerySet)()
    everywhere = PackMailQuerySet.as_manager()  # the sweeper works for all firms

    class Meta:
        base_manager_name = "everywhere"

    def __str__(self) -> str:
        return f"{self.subject} to {', '.join(self.recipients)}"

    @property
    def is_moving(self) -> bool:
        """Tell whether it is still on its way, so that a page should look again."""
        return self.state in {self.State.QUEUED, self.State.SENDING}
