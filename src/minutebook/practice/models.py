"""A firm's connection to its practice manager, and what was last read there."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Case, Q, Value, When

from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.practice.crypto import EncryptedTextField
from minutebook.scope import FirmManager, FirmRow, Limit


class ConnectionManager(FirmManager["Connection"]):
    """Connections without their tokens: pages never decrypt them, nor stop when their key is missing."""

    def get_queryset(self) -> models.QuerySet["Connection"]:
        return super().get_queryset().defer("access_token", "refresh_token")


class Connection(FirmRow):
    """The firm's authorised link to one practice (tenant) of Xero Practice Manager.

    One row per firm; reconnecting to another practice changes its tenant. Everything read or made there
    names the tenant it belongs to. No two firms hold one tenant.
    """

    limit = Limit.OPEN

    class Status(models.TextChoices):
        CONNECTED = "CONNECTED", "Connected"
        LOST = "LOST", "Connection lost"  # Xero stopped accepting the authorisation
        DISCONNECTED = "DISCONNECTED", "Disconnected"  # by somebody here

    status = models.CharField(max_length=20, choices=Status, default=Status.CONNECTED)
    tenant_id = models.CharField(max_length=40)
    remote_id = models.CharField(max_length=40, blank=True)  # Xero's own id of the connection
    label = models.CharField(max_length=200)  # the practice's name; Xero may not tell it, so we ask
    scopes = models.TextField(blank=True)
    access_token = EncryptedTextField(blank=True)
    refresh_token = EncryptedTextField(blank=True)
    access_expires_at = models.DateTimeField(null=True, blank=True)
    # Single-flight refresh: whoever moves the lease refreshes; the version moves with each new pair.
    token_version = models.PositiveIntegerField(default=0)
    refresh_lease = models.CharField(max_length=40, blank=True)
    refresh_lease_until = models.DateTimeField(null=True, blank=True)
    connected_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    connected_at = models.DateTimeField()
    lost_at = models.DateTimeField(null=True, blank=True)
    lost_because = models.CharField(max_length=300, blank=True)
    # The states' interface codes, which the API does not tell; proved once a job has accepted them.
    # Whether the released PDFs are attached to the job in the practice manager.
    attaches_documents = models.BooleanField(default=False)
    in_progress_code = models.CharField(max_length=60, blank=True)
    in_progress_proved = models.BooleanField(default=False)
    completed_code = models.CharField(max_length=60, blank=True)
    completed_proved = models.BooleanField(default=False)
    # When XPM was last read, whole; None until the first reading is complete.
    read_at = models.DateTimeField(null=True, blank=True)
    reading_since = models.DateTimeField(null=True, blank=True)  # while one is under way
    reading_heard_at = models.DateTimeField(null=True, blank=True)  # its latest sign of life
    reading_count = models.PositiveIntegerField(default=0)  # clients read so far
    reading_problem = models.CharField(max_length=300, blank=True)  # why the latest one did not end whole
    reading_page = models.TextField(blank=True)  # token of the page to go on with, in the first reading
    reading_is_stopped = models.BooleanField(default=False)  # somebody asked for it
    changes_read_at = models.DateTimeField(null=True, blank=True)  # when changes were last read, after that
    changes_found = models.PositiveIntegerField(default=0)  # clients that came differently in the latest one

    READING_SILENCE = timedelta(minutes=5)  # after which a reading has died with its process

    objects = ConnectionManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm"], name="connection_once_per_firm"),
            models.UniqueConstraint(
                fields=["tenant_id"],
                condition=~Q(status="DISCONNECTED"),
                name="connection_tenant_of_one_firm_only",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.tenant_id})"

    @property
    def is_connected(self) -> bool:
        return self.status == self.Status.CONNECTED

    @property
    def is_lost(self) -> bool:
        return self.status == self.Status.LOST

    def is_reading(self, *, now: datetime) -> bool:
        """Whether a reading is under way, and has shown itself lately."""
        heard_at = self.reading_heard_at or self.reading_since
        return (
            self.reading_since is not None and heard_at is not None and now - heard_at < self.READING_SILENCE
        )


class RemoteQuerySet[M: models.Model](models.QuerySet[M]):
    """What was read from the practice manager. Rows that have gone there stay here, marked as gone."""

    def of(self, connection: Connection) -> Self:
        return self.filter(tenant_id=connection.tenant_id, is_gone=False)


class RemoteRow(FirmRow):
    tenant_id = models.CharField(max_length=40)
    remote_id = models.CharField(max_length=40)  # the practice manager's UUID, lower case
    is_gone = models.BooleanField(default=False)  # it was not in the latest reading

    class Meta:
        abstract = True


class JobTemplateQuerySet(RemoteQuerySet["JobTemplate"]):
    pass


class JobTemplate(RemoteRow):
    """A job template of the practice, as last read."""

    limit = Limit.OPEN

    name = models.CharField(max_length=200)

    objects = FirmManager.from_queryset(JobTemplateQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "tenant_id", "remote_id"], name="job_template_once")
        ]

    def __str__(self) -> str:
        return self.name


class StaffMemberQuerySet(RemoteQuerySet["StaffMember"]):
    def offered(self) -> Self:
        return self.filter(is_hidden=False)

    def hide(self, connection: Connection, pks: Iterable[int]) -> None:
        """Hide these of the practice's staff, and show the others again."""
        hidden = Case(When(pk__in=list(pks), then=Value(value=True)), default=Value(value=False))
        self.of(connection).update(is_hidden=hidden)


class StaffMember(RemoteRow):
    """Somebody of the practice who can be given a job, as last read."""

    limit = Limit.OPEN

    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    is_hidden = models.BooleanField(default=False)  # by the firm: the API cannot tell who has access

    objects = FirmManager.from_queryset(StaffMemberQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "tenant_id", "remote_id"], name="staff_member_once")
        ]

    def __str__(self) -> str:
        return self.name


class PriceQuerySet(RemoteQuerySet["Price"]):
    pass


class Price(RemoteRow):
    """A line of the practice's price list, as last read; dollars excl. GST for one."""

    limit = Limit.OPEN

    description = models.CharField(max_length=300)
    code = models.CharField(max_length=60, blank=True)
    unit_cost = models.DecimalField(max_digits=12, decimal_places=2)
    unit_price = models.DecimalField(max_digits=12, decimal_places=2)

    objects = FirmManager.from_queryset(PriceQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["firm", "tenant_id", "remote_id"], name="price_once")]

    def __str__(self) -> str:
        return self.description


class ClientQuerySet(RemoteQuerySet["Client"]):
    def active(self) -> Self:
        return self.filter(is_archived=False)


class Client(RemoteRow):
    """The practice manager's record of whom the firm works for, as last read. Never edited here.

    Who sees chosen companies only sees the clients linked to a contact that they see, or with the ACN of one.
    """

    limit = Limit.SHUT  # but for those: see `within`

    name = models.CharField(max_length=500)
    acn = models.CharField(max_length=40, blank=True)
    abn = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=254, blank=True)
    structure = models.CharField(max_length=100, blank=True)
    is_archived = models.BooleanField(default=False)
    read_at = models.DateTimeField()
    # What is compared with a contact, by field; and when each value was first seen here: XPM tells neither
    # who changed a value nor when.
    details = models.JSONField(default=dict)
    seen = models.JSONField(default=dict)
    relationships = models.JSONField(
        default=list
    )  # [{"id", "kind", "related", "shares", "start_on", "end_on"}, …]
    changed_at = models.DateTimeField(null=True)  # when it last came differently, or for the first time

    objects = FirmManager.from_queryset(ClientQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["firm", "tenant_id", "remote_id"], name="client_once")]
        indexes = [
            models.Index(fields=["firm", "tenant_id", "acn"]),
            models.Index(fields=["firm", "tenant_id", "name"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.remote_id})"

    @classmethod
    def within(cls, membership_id: int) -> Q:
        contacts = Contact._base_manager.filter(Contact.within(membership_id))
        linked = ClientLink._base_manager.filter(contact__in=contacts.values("pk")).values("client")
        return Q(pk__in=linked) | Q(acn__in=contacts.exclude(acn="").values("acn"))


class ClientLink(FirmRow):
    """One of our contacts is one client of the practice manager, because a person said so."""

    limit = "contact"

    class Reason(models.TextChoices):
        ACN = "ACN", "by ACN"
        HAND = "HAND", "by hand"
        MATCH = "MATCH", "by what they have in common"

    tenant_id = models.CharField(max_length=40)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="client_links")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="links")
    reason = models.CharField(max_length=10, choices=Reason)
    linked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    linked_at = models.DateTimeField()

    objects = FirmManager["ClientLink"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "tenant_id", "contact"], name="client_link_once_per_contact"
            ),
            models.UniqueConstraint(fields=["client"], name="client_link_once_per_client"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} is client {self.client_id}"


class CallWindow(models.Model):
    """The calls a tenant has used: shared by every process, whoever holds the connection.

    Not a firm's row: the limit belongs to the tenant.
    """

    tenant_id = models.CharField(max_length=40, primary_key=True)
    sent_at = models.JSONField(default=list)  # Unix times of the calls inside the last minute, oldest first
    day_started_at = models.DateTimeField(null=True)
    day_used = models.PositiveIntegerField(default=0)
    blocked_until = models.DateTimeField(null=True)
    blocked_because = models.CharField(max_length=40, blank=True)  # minute, day, concurrent
    unanswered = models.PositiveSmallIntegerField(default=0)  # calls in a row without an answer
    ask_at = models.DateTimeField(null=True)  # when to ask again whether it answers; None: it does
    silent_since = models.DateTimeField(null=True)  # when the first of those calls was given up
    day_by_lane = models.JSONField(default=dict)  # today's calls by the lane that made them

    def __str__(self) -> str:
        return self.tenant_id


class CallSlot(models.Model):
    """One call in flight. A killed process's slot frees itself when it expires."""

    tenant_id = models.CharField(max_length=40)
    owner = models.CharField(max_length=40)
    lane = models.CharField(max_length=20)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["tenant_id", "expires_at"])]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.owner}"
