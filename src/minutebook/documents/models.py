"""Packs and their documents: what is being prepared, and what was released."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from minutebook.companies.models import Company, CorporateEvent
from minutebook.contacts.models import Contact, ContactIds
from minutebook.firms.models import User
from minutebook.scope import FirmManager, FirmRow, Limit


class PackStage(FirmRow):
    """A status of the firm's own, such as "With the client": where a pack stands in the firm's way of working."""

    limit = Limit.OPEN

    class Follows(models.TextChoices):
        """What moves a pack here by itself."""

        MADE = "MADE", "when its events are checked"
        RELEASED = "RELEASED", "when it is released"
        SIGNED = "SIGNED", "when it is marked signed"
        LODGED = "LODGED", "when everything due to ASIC is ticked off"

    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    follows = models.CharField(max_length=10, choices=Follows, blank=True)
    retired_on = models.DateField(null=True, blank=True)  # packs keep it; none is moved there any more

    objects = FirmManager["PackStage"]()

    class Meta:
        constraints = [
            models.UniqueConstraint("firm", Lower("name"), name="pack_stage_name_once"),
            models.UniqueConstraint(
                fields=["firm", "follows"], condition=~Q(follows=""), name="pack_stage_follows_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_retired(self) -> bool:
        return self.retired_on is not None


class DocumentPack(FirmRow):
    """The documents produced together for one company's events, under one trace number."""

    limit = "company"

    class Status(models.TextChoices):
        DRAFT = "DRAFT", "Draft"
        RELEASED = "RELEASED", "Released"
        SIGNED = "SIGNED", "Signed"
        WITHDRAWN = "WITHDRAWN", "Withdrawn"
        CORRECTED = "CORRECTED", "Corrected"  # a later version of it was released

    class Delivery(models.TextChoices):
        DOWNLOADED = "DOWNLOADED", "Downloaded"
        SENT = "SENT", "Sent"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="packs")
    events: models.ManyToManyField[CorporateEvent, CorporateEvent] = models.ManyToManyField(
        CorporateEvent, related_name="packs"
    )
    trace_number = models.CharField(max_length=20)  # MB-000481-7K3Q, on every document and on the job
    title = models.CharField(max_length=200)  # such as "Appoint director"
    summary = models.TextField(blank=True)  # what changed, in words; searched by the Documents page
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    version = models.PositiveSmallIntegerField(default=1)
    wants_job = models.BooleanField(default=False)  # Add Job to Xero Practice Manager?
    # What its events say, kept so that pages need not ask the registers again.
    event_kinds = models.JSONField(default=list)  # codes of its EventKinds, in order
    headlines = models.JSONField(default=list)  # such as "Appoint A. Ngata as director"
    deadlines = models.JSONField(
        default=list
    )  # title, due_on (ISO), section and form of each, earliest first
    due_on = models.DateField(null=True, blank=True)  # the earliest statutory deadline of its events
    # The earliest day of what is still to be lodged with ASIC; None once nothing is. See production.lodging.
    lodge_by = models.DateField(null=True, blank=True)
    stage = models.ForeignKey(PackStage, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    staged_at = models.DateTimeField(null=True, blank=True)  # when it was moved to that stage
    # Everything the documents are made from; the same snapshot gives the same bytes.
    snapshot = models.JSONField(null=True, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(
        default=0
    )  # of its events: a page that shows an older one is stale
    # What its documents would be made from when somebody kept them as they were: the fingerprint of that.
    kept_against = models.CharField(max_length=64, blank=True)
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    delivery = models.CharField(max_length=10, choices=Delivery, blank=True)
    # The version before this one: same trace number, same job.
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    signed_on = models.DateField(null=True, blank=True)  # the latest date on the paper
    withdrawn_because = models.CharField(max_length=500, blank=True)

    objects = FirmManager["DocumentPack"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "trace_number", "version"], name="pack_version_once_per_trace_number"
            ),
            models.UniqueConstraint(fields=["corrects"], name="pack_corrected_once_at_a_time"),
            models.CheckConstraint(
                condition=~Q(status="SIGNED") | Q(signed_on__isnull=False), name="pack_signed_on_a_day"
            ),
            models.CheckConstraint(
                condition=Q(status="DRAFT") | Q(released_at__isnull=False, snapshot__isnull=False),
                name="pack_released_with_its_snapshot",
            ),
        ]
        indexes = [
            models.Index(fields=["firm", "-saved_at"]),
            # The Documents page: its views in their order, and what each of them holds.
            models.Index(fields=["firm", "status", "-saved_at"], name="pack_by_status"),
            models.Index(fields=["firm", "stage", "-saved_at"], name="pack_by_stage"),
            models.Index(fields=["firm", "made_by", "-saved_at"], name="pack_by_maker"),
            models.Index(fields=["firm", "status", "stage"], name="pack_counted"),
            models.Index(
                fields=["firm", "lodge_by"], condition=Q(lodge_by__isnull=False), name="pack_to_lodge"
            ),
        ]

    def __str__(self) -> str:
        return self.trace_number

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def awaits_signature(self) -> bool:
        """Tell whether the pack is out and unsigned: its entries stand in the registers in pencil."""
        return self.status == self.Status.RELEASED


class Document(FirmRow):
    """One document of a pack: which supplied wording, on or off, and what was chosen for it."""

    limit = "pack"

    pack = models.ForeignKey(DocumentPack, on_delete=models.CASCADE, related_name="documents")
    code = models.CharField(max_length=60)  # of the supplied wording, such as "directors_resolution"
    # Which of several: the second consent of a pack with two appointments has subject "2".
    subject = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=200)
    note = models.CharField(max_length=200, blank=True)  # one line under the title, such as "2 signatories"
    position = models.PositiveSmallIntegerField()
    is_on = models.BooleanField(default=True)
    dated_on = models.DateField(null=True, blank=True)  # the document's own date, when the user sets one
    addressee = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    options = models.JSONField(default=dict)  # such as {"form": "minutes"}
    revision = models.PositiveIntegerField(
        default=0
    )  # of its options: a page that shows an older one is stale

    OWN_FILE = "own_file"  # the code of a file that the user added; it has no wording

    objects = FirmManager["Document"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pack", "code", "subject"], name="document_once_per_pack")
        ]

    @classmethod
    def contacts_within(cls, membership_id: int) -> ContactIds:
        """Return the addressees of the documents within the limit of a membership."""
        return cls._base_manager.filter(cls.within(membership_id)).values("addressee")

    def __str__(self) -> str:
        return f"{self.code} {self.subject} of pack {self.pack_id}"

    @property
    def is_own_file(self) -> bool:
        return self.code == self.OWN_FILE


class ProducedFile(FirmRow):
    """A file as it was released: its bytes are kept, and their hash says whether they changed."""

    limit = "document"

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word"

    MEDIA_TYPES: ClassVar[dict[str, str]] = {
        "pdf": "application/pdf",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="files")
    version = models.PositiveSmallIntegerField(default=1)  # of the pack
    format = models.CharField(max_length=4, choices=Format)
    file = models.FileField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    name = models.CharField(max_length=200)  # as the user sees it
    produced_at = models.DateTimeField()

    objects = FirmManager["ProducedFile"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document", "version", "format"], name="produced_file_once_per_version_and_format"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.sha256[:12]}"

    def content(self) -> bytes:
        """Return the bytes as released. Reads storage."""
        with self.file.open("rb") as stored:
            content: bytes = stored.read()
        return content
