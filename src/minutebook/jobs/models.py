"""The job the user wants, our durable intent to create it, and what each call to the practice manager did."""

import uuid
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from minutebook.contacts.models import Contact, ContactIds
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.jobs.costs import CostLine
from minutebook.jobs.fees import models as fee_models  # noqa: F401  # so that Django finds them
from minutebook.jobs.reasons import Reason
from minutebook.practice.models import Client
from minutebook.scope import FirmManager, FirmRow, Limit


class JobState(models.TextChoices):
    """What the user asks the job to be marked as."""

    AS_STARTED = "AS_STARTED", "As XPM starts it"
    IN_PROGRESS = "IN_PROGRESS", "In progress"
    COMPLETED = "COMPLETED", "Completed"


class JobDefault(FirmRow):
    """What the plan of a job starts from when the pack's first event is of a kind."""

    limit = Limit.OPEN

    tenant_id = models.CharField(max_length=40)  # templates and staff are of one practice
    event_kind = models.CharField(max_length=40)
    template_id = models.CharField(max_length=40, blank=True)
    template_name = models.CharField(max_length=200, blank=True)
    staff_id = models.CharField(max_length=40, blank=True)
    staff_name = models.CharField(max_length=200, blank=True)
    description = models.CharField(max_length=400, blank=True)  # a pattern, such as "{changes} – {company}"
    mark_as = models.CharField(max_length=20, choices=JobState, default=JobState.AS_STARTED)

    objects = FirmManager["JobDefault"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "tenant_id", "event_kind"], name="job_default_once_per_event_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_kind} in {self.tenant_id}"


class JobPlan(FirmRow):
    """The job the user wants for a pack. Nothing is sent until the pack is released."""

    limit = "pack"

    pack = models.OneToOneField(DocumentPack, on_delete=models.CASCADE, related_name="job_plan")
    tenant_id = models.CharField(max_length=40)  # the practice it was planned for
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    template_id = models.CharField(max_length=40, blank=True)
    template_name = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    start_on = models.DateField()
    due_on = models.DateField()
    staff_id = models.CharField(max_length=40, blank=True)
    staff_name = models.CharField(max_length=200, blank=True)
    mark_as = models.CharField(max_length=20, choices=JobState, default=JobState.AS_STARTED)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # The job that is there already and gets these costs, instead of a new one.
    joins = models.ForeignKey("JobRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    costs_confirmed_at = models.DateTimeField(null=True, blank=True)
    costs_confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = FirmManager["JobPlan"]()

    @classmethod
    def contacts_within(cls, membership_id: int) -> ContactIds:
        """Return whose clients the jobs planned within the limit of a membership are for."""
        return cls._base_manager.filter(cls.within(membership_id)).values("contact")

    def __str__(self) -> str:
        return f"plan of pack {self.pack_id}"

    @property
    def is_confirmed(self) -> bool:
        return self.costs_confirmed_at is not None


class PlannedCost(FirmRow):
    """One line of Review Costs."""

    limit = "plan"

    class Source(models.TextChoices):
        FEE_SCHEDULE = "FEE_SCHEDULE", "fee schedule"
        PRICE_LIST = "PRICE_LIST", "price list"
        TEMPLATE = "TEMPLATE", "from template"
        HAND = "HAND", "by hand"

    plan = models.ForeignKey(JobPlan, on_delete=models.CASCADE, related_name="costs")
    position = models.PositiveSmallIntegerField()
    date = models.DateField()
    description = models.CharField(max_length=500)
    billable = models.BooleanField(default=True)
    quantity = models.DecimalField(max_digits=10, decimal_places=2)
    unit_cost = models.DecimalField(max_digits=12, decimal_places=2)
    unit_price = models.DecimalField(max_digits=12, decimal_places=2)
    taxable = models.BooleanField(default=True)
    source = models.CharField(max_length=20, choices=Source, default=Source.HAND)
    # For a line from the schedule: which of its fees, and where that comes from, in words.
    fee_key = models.CharField(max_length=80, blank=True)
    origin = models.CharField(max_length=200, blank=True)
    # For a line from the template: how the template words it, however the user has changed it since.
    template_description = models.CharField(max_length=500, blank=True)
    # A template's line that the user took out: it becomes quantity 0, not billable (XPM cannot delete).
    is_removed = models.BooleanField(default=False)

    objects = FirmManager["PlannedCost"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="planned_cost_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.description} of plan {self.plan_id}"

    def as_line(self) -> CostLine:
        return CostLine(
            date=self.date,
            description=self.description,
            billable=self.billable,
            quantity=self.quantity,
            unit_cost=self.unit_cost,
            unit_price=self.unit_price,
            taxable=self.taxable,
        )


class JobRequestQuerySet(models.QuerySet["JobRequest"]):
    def unfinished(self) -> Self:
        return self.exclude(status__in=JobRequest.FINISHED)

    def needing_somebody(self) -> Self:
        return self.filter(~Q(surplus=[]) | Q(status=JobRequest.Status.NEEDS_YOU))


class JobRequest(FirmRow):
    """Our durable intent to have one job created: one per pack, by a constraint of the database."""

    limit = "pack"

    class Status(models.TextChoices):
        WAITING = "WAITING", "Waiting"
        CREATING = "CREATING", "Creating"
        CHECKING = "CHECKING", "Checking that XPM received it"
        FILLING = "FILLING", "Filling"
        CREATED = "CREATED", "Created"
        NEEDS_YOU = "NEEDS_YOU", "Needs you"
        PAUSED_UNREACHABLE = "PAUSED_UNREACHABLE", "Paused: XPM is unreachable"
        PAUSED_CONNECTION = "PAUSED_CONNECTION", "Paused: the connection was lost"
        CANCELLED = "CANCELLED", "Cancelled"

    FINISHED = (Status.CREATED, Status.CANCELLED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pack = models.OneToOneField(DocumentPack, on_delete=models.PROTECT, related_name="job_request")
    tenant_id = models.CharField(max_length=40)
    marker = models.CharField(max_length=20)  # the trace number, in the job's client order number
    job = models.JSONField()  # the plan as confirmed: what is to be created
    status = models.CharField(max_length=20, choices=Status, default=Status.WAITING)
    reason = models.TextField(blank=True)  # why it needs somebody or is paused, as a sentence
    reason_code = models.CharField(max_length=40, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    # One driver at a time: the lease says until when, the epoch fences a driver that lost it.
    epoch = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField()  # when there is something to do again
    failures = models.PositiveSmallIntegerField(default=0)  # in a row, for backing off
    paused_at = models.DateTimeField(null=True, blank=True)  # since when it stands still, while it does
    finished_at = models.DateTimeField(null=True, blank=True)
    # XPM certainly has no job: nothing was sent yet, or it answered that it made none.
    has_no_job = models.BooleanField(default=True)
    # The restore from a backup after which what looks unsent may have been sent.
    doubted_at = models.DateTimeField(null=True, blank=True)
    # The receipt.
    job_number = models.CharField(max_length=40, blank=True)
    job_id = models.CharField(max_length=40, blank=True)
    job_url = models.CharField(max_length=500, blank=True)
    # What the nightly audit found too much of in XPM, as sentences. Nothing is deleted by us.
    surplus = models.JSONField(default=list, blank=True)

    objects = FirmManager.from_queryset(JobRequestQuerySet)()
    everywhere: models.Manager["JobRequest"] = models.Manager()  # the sweeper works for all firms

    class Meta:
        base_manager_name = "everywhere"
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "marker"], name="job_request_marker_once"),
            models.CheckConstraint(
                condition=~Q(status="CREATED") | ~Q(job_number=""), name="job_request_created_with_a_number"
            ),
        ]
        indexes = [models.Index(fields=["status", "next_at"])]

    def __str__(self) -> str:
        return f"{self.marker} {self.status}"

    @property
    def is_finished(self) -> bool:
        return self.status in self.FINISHED

    @property
    def is_moving(self) -> bool:
        """Tell whether something happens by itself, so that a page should look again."""
        standing = {self.Status.NEEDS_YOU, self.Status.PAUSED_CONNECTION}
        return not self.is_finished and self.status not in standing

    @property
    def may_be_planned_again(self) -> bool:
        """Tell whether XPM certainly has no job of it: refused, cancelled, or parked before there was one."""
        stopped = self.status in {self.Status.NEEDS_YOU, self.Status.CANCELLED}
        return (stopped or self.reason_code == Reason.OTHER_PRACTICE) and self.has_no_job


class JobAudit(FirmRow):
    """One night's look at what a practice has of our jobs, against the ledger."""

    limit = Limit.SHUT

    tenant_id = models.CharField(max_length=40)
    night = models.DateField()  # the firm's own date at its end
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # None until it has looked at everything
    jobs = models.PositiveIntegerField(default=0)  # that carry a trace number
    surplus = models.PositiveIntegerField(default=0)  # requests of which XPM has too much
    # Jobs whose trace number no request here has: [{"number": "J000123", "reference": "MB-…"}, …]
    strays = models.JSONField(default=list)

    objects = FirmManager["JobAudit"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "tenant_id", "night"], name="job_audit_once_a_night")
        ]

    def __str__(self) -> str:
        return f"audit of {self.tenant_id} on {self.night}"


class Restoration(models.Model):
    """The server was restored from a backup then. Not a firm's row: it concerns all of them."""

    restored_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"restored {self.restored_at:%Y-%m-%d %H:%M:%S}"


class JobStep(FirmRow):
    """One remote effect of a request: the job itself, its staff, one cost line, its state."""

    limit = "request"

    class Kind(models.TextChoices):
        ADD_JOB = "ADD_JOB", "Create the job"
        ASSIGN = "ASSIGN", "Assign staff"
        READ_COSTS = "READ_COSTS", "Read the template’s costs"
        ADD_COST = "ADD_COST", "Write a cost line"
        UPDATE_COST = "UPDATE_COST", "Change the template’s cost line"
        ATTACH = "ATTACH", "Attach a document"
        SET_STATE = "SET_STATE", "Set the state"

    class State(models.TextChoices):
        READY = "READY", "Ready"
        SENDING = "SENDING", "Sending"
        IN_DOUBT = "IN_DOUBT", "In doubt"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Refused"
        SKIPPED = "SKIPPED", "Not needed"

    request = models.ForeignKey(JobRequest, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()  # the order of sending
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    body = models.JSONField(default=dict)  # what is sent
    result = models.JSONField(default=dict)  # what came back, such as {"number": "J000123"}
    attempt = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)  # the latest intent, before its first byte
    done_at = models.DateTimeField(null=True, blank=True)
    negatives = models.PositiveSmallIntegerField(default=0)  # look-ups that found nothing, since sent_at
    error = models.TextField(blank=True)

    objects = FirmManager["JobStep"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="job_step_number_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} of request {self.request_id}"


class JobCall(FirmRow):
    """One call to the practice manager made for a request.

    Kept of it: verb, path, status, how it ended and how long it took; no tokens, no headers. `sent` is the
    body, which says nothing that the plan does not say; `came_back` is what matters of the answer (see
    practice.records.CallReport). Both are emptied after
    `BODIES_KEPT`, or as the firm has set: long enough to answer a question about last quarter's jobs, and no
    second register of clients for ever.
    """

    limit = "request"

    BODIES_KEPT = timedelta(days=120)

    request = models.ForeignKey(JobRequest, on_delete=models.CASCADE, related_name="calls")
    step = models.ForeignKey(JobStep, on_delete=models.CASCADE, null=True, related_name="calls")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=200)
    status = models.PositiveSmallIntegerField(null=True)  # HTTP; None when there was no answer
    outcome = models.CharField(max_length=40)
    milliseconds = models.PositiveIntegerField()
    attempt = models.PositiveSmallIntegerField(default=1)
    called_at = models.DateTimeField()
    sent = models.TextField(blank=True)
    came_back = models.TextField(blank=True)
    web_request_id = models.CharField(max_length=64, blank=True)  # of the page that led to it, as logged

    objects = FirmManager["JobCall"]()
    everywhere: models.Manager["JobCall"] = models.Manager()  # bodies are forgotten for all firms at once

    class Meta:
        base_manager_name = "everywhere"

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"

    @property
    def purpose(self) -> str:
        """Return what the call was for. A reading for something that is written looks whether it is there."""
        if self.step is None:
            return "Find the job’s address"
        kind = JobStep.Kind(self.step.kind)
        if self.method == "GET" and kind != JobStep.Kind.READ_COSTS:
            return f"Look whether XPM has it: {kind.label.lower()}"
        return str(kind.label)

    @property
    def ended(self) -> str:
        """Return how the call ended, in plain words."""
        return _ENDS.get(self.outcome, self.outcome)


_ENDS = {
    "done": "done",
    "not_sent": "not sent",
    "throttled": "XPM asked to wait",
    "unauthorised": "the authorisation had to be renewed",
    "forbidden": "XPM forbade it",
    "grant_lost": "the authorisation has ended",
    "refused": "refused",
    "in_doubt": "no clear answer",
    "abandoned": "broken off",
}
