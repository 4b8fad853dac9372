"""What people have decided about contacts and clients, what is still to be decided, and what goes out."""

from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q

from minutebook.companies.models import Company
from minutebook.contacts.matching import Certainty
from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.practice.models import Client, ClientLink
from minutebook.scope import FirmManager, FirmRow, Limit


class Structure(FirmRow):
    """What kind of contact a business structure of the practice stands for, where the firm says so itself."""

    limit = Limit.OPEN

    name = models.CharField(max_length=100)  # the practice's own word; "" for clients without one
    kind = models.CharField(max_length=20, blank=True)  # a code of Contact.Kind; "" leaves its clients out

    objects = FirmManager["Structure"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["firm", "name"], name="structure_once")]

    def __str__(self) -> str:
        return f"{self.name} is {self.kind}"


class FirstSync(FirmRow):
    """The first bringing together of contacts and clients of one practice."""

    limit = Limit.SHUT

    class Stage(models.TextChoices):
        READING = "READING", "Reading XPM"
        MATCHING = "MATCHING", "Matching"
        REVIEWING = "REVIEWING", "Matches to decide"
        DONE = "DONE", "Done"
        UNDOING = "UNDOING", "Being undone"
        UNDONE = "UNDONE", "Undone"

    tenant_id = models.CharField(max_length=40)
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.READING)
    notify = models.TextField(blank=True)  # e-mail addresses, one a line, told of new differences
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    matched_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    heard_at = models.DateTimeField(null=True, blank=True)  # the latest sign of life of matching or undoing
    not_undone = models.JSONField(default=list)  # why what could not be taken back was not

    everywhere: models.Manager["FirstSync"] = models.Manager()  # the sweeper looks at every firm
    objects = FirmManager["FirstSync"]()

    class Meta:
        base_manager_name = "everywhere"
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "tenant_id"], condition=~Q(stage="UNDONE"), name="first_sync_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.stage}"


class Suggestion(FirmRow):
    """A contact and a client that may be one, and why. A person decides."""

    limit = Limit.SHUT

    class State(models.TextChoices):
        OPEN = "OPEN", "To decide"
        LINKED = "LINKED", "Linked"
        TWO = "TWO", "They are two"

    tenant_id = models.CharField(max_length=40)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="suggestions")
    score = models.PositiveSmallIntegerField()  # 1 to 100; orders them
    certainty = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Certainty])
    reasons = models.JSONField()
    cautions = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)

    objects = FirmManager["Suggestion"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "client"], name="suggestion_once")]
        indexes = [models.Index(fields=["firm", "tenant_id", "state", "certainty"], name="suggestion_open")]

    def __str__(self) -> str:
        return f"{self.contact_id} may be {self.client_id}"


class Ignored(FirmRow):
    """A client of the practice that shall not be asked about: a person said so."""

    limit = Limit.SHUT

    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="ignored")

    objects = FirmManager["Ignored"]()

    def __str__(self) -> str:
        return f"{self.client_id} is ignored"


class ComparisonQuerySet(models.QuerySet["Comparison"]):
    def to_decide(self, *, now: Any) -> Self:
        awake = Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now)
        return self.filter(
            awake, open_count__gt=0, link__client__is_gone=False, link__client__is_archived=False
        )


class Comparison(FirmRow):
    """What a linked contact and its client say differently."""

    limit = Limit.SHUT

    tenant_id = models.CharField(max_length=40)
    link = models.OneToOneField(ClientLink, on_delete=models.CASCADE, related_name="comparison")
    agreed = models.JSONField(default=dict)  # by field: what both said when they last agreed
    left = models.JSONField(default=dict)  # by field: [ours, theirs] that a person lets stand as they are
    differences = models.JSONField(default=dict)  # by field: [ours, theirs] still to be decided
    open_count = models.PositiveSmallIntegerField(default=0)
    has_conflict = models.BooleanField(default=False)  # a field was changed on both sides since they agreed
    compared_at = models.DateTimeField()
    found_at = models.DateTimeField(null=True, blank=True)  # when the present differences were first seen
    snoozed_until = models.DateTimeField(null=True, blank=True)

    objects = FirmManager.from_queryset(ComparisonQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["firm", "tenant_id", "open_count"], name="comparison_open")]

    def __str__(self) -> str:
        return f"{self.link_id}: {self.open_count} differences"


class RelationshipOffer(FirmRow):
    """What the registers and the practice say differently of two clients, for a person to decide.

    `holder` is the `kind` of `of`: Aroha Ngata the Director of Southern Star. Made anew from both sides
    whenever somebody looks; only what a person lets stand is remembered.
    """

    limit = Limit.SHUT

    class Change(models.TextChoices):
        ADD = "ADD", "Add to XPM"
        REVISE = "REVISE", "Change in XPM"
        REMOVE = "REMOVE", "Remove from XPM"

    tenant_id = models.CharField(max_length=40)
    change = models.CharField(max_length=10, choices=Change)
    kind = models.CharField(max_length=20)  # the practice's word: Director, Secretary, Shareholder, Trustee
    holder = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    of = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    remote_id = models.CharField(max_length=40, blank=True)  # of the relationship; "" while there is none
    since = models.DateField(null=True, blank=True)
    shares = models.PositiveBigIntegerField(null=True, blank=True)  # in our register
    shares_there = models.PositiveBigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=200)  # why it is offered, in words
    is_left = models.BooleanField(default=False)  # a person lets it stand as it is

    objects = FirmManager["RelationshipOffer"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "holder", "of", "kind", "change"], name="relationship_offer_once"
            )
        ]
        indexes = [models.Index(fields=["firm", "tenant_id", "is_left"], name="relationship_offer_open")]

    def __str__(self) -> str:
        return f"{self.change} {self.holder_id} {self.kind} of {self.of_id}"

    @property
    def token(self) -> str:
        """Return what tells whether the offer is still the one that somebody saw."""
        return f"{self.pk}:{self.shares}:{self.shares_there}:{self.remote_id}"


class Decision(FirmRow):
    """What one person decided, when, and all that is needed to take it back."""

    limit = Limit.SHUT

    class Kind(models.TextChoices):
        LINK = "LINK", "Linked"
        UNLINK = "UNLINK", "Unlinked"
        TWO = "TWO", "Kept apart"
        IGNORE = "IGNORE", "Ignored"
        CREATE_HERE = "CREATE_HERE", "Created here"
        CREATE_THERE = "CREATE_THERE", "Created in XPM"
        FIELDS = "FIELDS", "Differences decided"
        SNOOZE = "SNOOZE", "Put off"
        RELATIONSHIP = "RELATIONSHIP", "Relationship decided"

    tenant_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=Kind)
    # No keys: the row outlives what it tells of.
    contact_id = models.BigIntegerField(null=True)
    client_id = models.BigIntegerField(null=True)
    sentence = models.CharField(max_length=600)
    undoing = models.JSONField(default=dict)  # by kind; see `undoing.py`
    first_sync = models.ForeignKey(FirstSync, on_delete=models.SET_NULL, null=True, related_name="decisions")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = FirmManager["Decision"]()

    class Meta:
        indexes = [
            models.Index(fields=["firm", "tenant_id", "decided_at"], name="decision_by_time"),
            models.Index(fields=["firm", "contact_id"], name="decision_by_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sentence}"


class AsicNotice(FirmRow):
    """A company of which ASIC must hear that a name or an address changed, until somebody has said when it did."""

    limit = "company"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="asic_notices")
    as_what = models.CharField(max_length=40)  # "Director", or "" for the company itself
    former_name = models.CharField(max_length=200, blank=True)  # "" where it has not changed
    former_address = models.CharField(max_length=500, blank=True)
    decision_id = models.BigIntegerField()  # which brought the change here; no key: the row outlives it
    raised_at = models.DateTimeField()
    pack_id = models.UUIDField(null=True)  # prepared for it
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = FirmManager["AsicNotice"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision_id", "company"], name="asic_notice_once")]
        indexes = [models.Index(fields=["firm", "closed_at"], name="asic_notice_open")]

    def __str__(self) -> str:
        return f"ASIC of company {self.company_id}: contact {self.contact_id}"


class Outgoing(FirmRow):
    """A change of the practice's clients that a person has approved, and what became of it."""

    limit = Limit.SHUT

    class Kind(models.TextChoices):
        UPDATE = "UPDATE", "Change a client"
        ADD = "ADD", "Add a client"
        RELATE = "RELATE", "Add a relationship"
        REVISE = "REVISE", "Change a relationship"
        UNRELATE = "UNRELATE", "Remove a relationship"

    class State(models.TextChoices):
        READY = "READY", "Waiting"
        SENDING = "SENDING", "Sending"  # committed before the first byte leaves
        IN_DOUBT = "IN_DOUBT", "Checking"
        DONE = "DONE", "Sent"
        STOPPED = "STOPPED", "Needs you"
        WITHDRAWN = "WITHDRAWN", "Withdrawn"

    OF_RELATIONSHIPS = (Kind.RELATE, Kind.REVISE, Kind.UNRELATE)
    PENDING = (State.READY, State.SENDING, State.IN_DOUBT)
    LEASE = timedelta(seconds=60)

    tenant_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, null=True, related_name="outgoing")
    fields = models.JSONField()  # what to write, by field
    expects = models.JSONField(default=dict)  # what stood there, by field, when it was approved
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    problem = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    negatives = models.PositiveSmallIntegerField(default=0)  # look-ups that found nothing, late enough
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    epoch = models.PositiveIntegerField(default=0)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    everywhere: models.Manager["Outgoing"] = models.Manager()  # the sweeper looks at every firm
    objects = FirmManager["Outgoing"]()

    class Meta:
        base_manager_name = "everywhere"
        indexes = [models.Index(fields=["state", "next_at"], name="outgoing_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.contact_id} {self.state}"
