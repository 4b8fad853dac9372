"""What became of a message for each of its recipients, and the links that lead to a pack's documents."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.production.models import PackMail
from minutebook.scope import FirmManager, FirmRow


class Recipient(FirmRow):
    """One address of a message, and whether the mail server took the message for it."""

    limit = "mail"

    mail = models.ForeignKey(PackMail, on_delete=models.CASCADE, related_name="outcomes")
    address = models.EmailField()
    state = models.CharField(max_length=10, choices=PackMail.State, default=PackMail.State.QUEUED)
    problem = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = FirmManager["Recipient"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mail", "address"], name="recipient_once_a_mail")]

    def __str__(self) -> str:
        return f"{self.address} of mail {self.mail_id}"


class LinkOffer(FirmRow):
    """That a message carries a secure link instead of the documents, and until when the link is good."""

    limit = "mail"

    mail = models.OneToOneField(PackMail, on_delete=models.CASCADE, related_name="link_offer")
    expires_at = models.DateTimeField()

    objects = FirmManager["LinkOffer"]()

    def __str__(self) -> str:
        return f"Link of mail {self.mail_id} until {self.expires_at:%Y-%m-%d}"


class SecureLink(FirmRow):
    """An address that leads to a pack's documents once its recipient has typed the code mailed to them.

    Of the link and of the code only hashes are kept. Every try at sending makes its own link: a message that was
    perhaps sent keeps working.
    """

    limit = "mail"

    CODE_GOOD_FOR = timedelta(minutes=15)
    MOST_TRIES = 5  # of one code

    mail = models.ForeignKey(PackMail, on_delete=models.CASCADE, related_name="links")
    address = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)  # by somebody of the firm
    code_hash = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)  # with a right code
    latest_opened_at = models.DateTimeField(null=True, blank=True)

    objects = FirmManager["SecureLink"]()
    everywhere: ClassVar[models.Manager["SecureLink"]] = models.Manager()  # who holds a link has no firm yet

    class Meta:
        base_manager_name = "everywhere"

    def __str__(self) -> str:
        return f"Link {self.pk} of mail {self.mail_id}"

    def is_open(self, *, now: datetime) -> bool:
        """Tell whether it still leads to documents. Reads the pack."""
        gone = {DocumentPack.Status.WITHDRAWN, DocumentPack.Status.CORRECTED}
        return self.closed_at is None and now < self.expires_at and self.mail.pack.status not in gone


class Review(FirmRow):
    """That colleagues were asked to look at a pack, what goes out once one accepts, and what came of it."""

    limit = "pack"

    class State(models.TextChoices):
        OPEN = "OPEN", "Waiting for review"
        ACCEPTED = "ACCEPTED", "Accepted"
        DECLINED = "DECLINED", "Declined"
        TAKEN_BACK = "TAKEN_BACK", "Taken back"

    pack = models.ForeignKey(DocumentPack, on_delete=models.CASCADE, related_name="reviews")
    reviewers = models.ManyToManyField(User, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    note = models.CharField(max_length=1000, blank=True)
    pack_saved_at = models.DateTimeField()  # as the pack was when it was asked
    message = models.JSONField(null=True, blank=True)  # to send once accepted; None: to download
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=1000, blank=True)  # why it was declined
    problem = models.CharField(max_length=300, blank=True)  # a mail about it that did not leave

    objects = FirmManager["Review"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pack"], condition=models.Q(state="OPEN"), name="review_one_open_a_pack"
            )
        ]

    def __str__(self) -> str:
        return f"Review {self.pk} of pack {self.pack_id}: {self.state}"
