"""Mail that carries a released pack to the people it is for."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models

from minutebook.documents.models import Document, DocumentPack, ProducedFile
from minutebook.firms.models import User
from minutebook.scope import FirmManager, FirmRow


class PackMailQuerySet(models.QuerySet["PackMail"]):
    def stuck(self, *, now: datetime) -> Self:
        return self.filter(
            state__in=[PackMail.State.QUEUED, PackMail.State.SENDING], queued_at__lt=now - PackMail.PATIENCE
        )


class PackMail(FirmRow):
    """One message with a pack's documents attached, and whether the mail server took it."""

    limit = "pack"

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


class ToDo(FirmRow):
    """Something left to do for a released pack, until somebody says it is done."""

    limit = "pack"

    class Kind(models.TextChoices):
        SIGN = "SIGN", "Sign"
        LODGE = "LODGE", "Lodge with ASIC"
        ACT = "ACT", "Do by a day"  # another deadline of the Act
        PRACTICE_MANAGER = "PRACTICE_MANAGER", "Change in XPM"

    pack = models.ForeignKey(DocumentPack, on_delete=models.CASCADE, related_name="to_dos")
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=300)
    section = models.CharField(max_length=60, blank=True)  # of the Act
    form = models.CharField(max_length=20, blank=True)  # of ASIC
    due_on = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField()
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reference = models.CharField(max_length=60, blank=True)  # ASIC's document number

    objects = FirmManager["ToDo"]()

    class Meta:
        indexes = [
            models.Index(
                fields=["firm", "due_on"], condition=models.Q(done_on__isnull=True), name="to_do_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} of pack {self.pack_id}"

    @property
    def is_done(self) -> bool:
        return self.done_on is not None


class KeptFile(FirmRow):
    """A file kept with a released pack as it was given: a scan of what was signed, or anything beside it."""

    limit = "pack"

    class Kind(models.TextChoices):
        SIGNED = "SIGNED", "Signed copy"
        OTHER = "OTHER", "Other file"

    pack = models.ForeignKey(DocumentPack, on_delete=models.CASCADE, related_name="kept_files")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SIGNED)
    format = models.CharField(max_length=4, choices=ProducedFile.Format, default=ProducedFile.Format.PDF)
    file = models.FileField(max_length=200)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    kept_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()

    objects = FirmManager["KeptFile"]()

    def __str__(self) -> str:
        return f"{self.name} {self.sha256[:12]}"


class OwnFile(FirmRow):
    """A file that somebody added to a pack, kept as it was given. It stands among the documents as one of them."""

    limit = "pack"

    pack = models.ForeignKey(DocumentPack, on_delete=models.CASCADE, related_name="own_files")
    # None once it was removed: it can be put back until the pack is released.
    document = models.OneToOneField(
        Document, on_delete=models.SET_NULL, null=True, blank=True, related_name="own_file"
    )
    format = models.CharField(max_length=4, choices=ProducedFile.Format)
    file = models.FileField(max_length=200)
    name = models.CharField(max_length=200)  # as it was given
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    pages = models.PositiveIntegerField(null=True, blank=True)  # of a PDF
    position = models.PositiveSmallIntegerField(default=0)  # where it stood when it was removed
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = FirmManager["OwnFile"]()

    def __str__(self) -> str:
        return f"{self.name} {self.sha256[:12]}"

    @property
    def is_pdf(self) -> bool:
        return self.format == ProducedFile.Format.PDF

    def content(self) -> bytes:
        """Return the bytes as they were given. Reads storage."""
        with self.file.open("rb") as stored:
            content: bytes = stored.read()
        return content


class PackVisit(FirmRow):
    """That somebody has a pack open, and when their page was last heard of."""

    limit = "pack"

    pack = models.ForeignKey(DocumentPack, on_delete=models.CASCADE, related_name="visits")
    visitor = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    objects = FirmManager["PackVisit"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pack", "visitor"], name="pack_visit_once_each")]

    def __str__(self) -> str:
        return f"{self.visitor_id} in pack {self.pack_id}"
