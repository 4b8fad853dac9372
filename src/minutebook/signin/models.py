"""Whom a sign-in provider knows by which of its own names."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from minutebook.firms.models import User


class ProviderIdentity(models.Model):
    """A person as the firm's sign-in provider names them: by its issuer and a subject that it never gives again.

    An address may be given to somebody else when its owner leaves; this name is what counts from then on.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["ProviderIdentity"]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_of_one_person")]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"
