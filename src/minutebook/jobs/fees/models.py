"""What costs start from: the fee schedule, what ASIC charges, and what a template was last seen to add."""

from datetime import date
from decimal import Decimal

from django.db import models

from minutebook.jobs.costs import CostLine
from minutebook.scope import FirmManager, FirmRow, Limit


class FeeLine(FirmRow):
    """A line of the firm's fee schedule: what a kind of event usually costs; dollars excl. GST for one."""

    limit = Limit.OPEN

    # What it is for: one event of a kind, or one document of a code that is switched on. One of the two is empty.
    event_kind = models.CharField(max_length=40, blank=True)
    document_code = models.CharField(max_length=60, blank=True)
    # A fee of ASIC's, whose amount is read from the dated table; the prices here are then those of its last change.
    regulator_fee = models.CharField(max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(default=1)
    description = models.CharField(max_length=200)
    billable = models.BooleanField(default=True)
    quantity = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(1))
    unit_cost = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    unit_price = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    taxable = models.BooleanField(default=True)  # False for regulator fees passed on

    objects = FirmManager["FeeLine"]()

    class Meta:
        indexes = [models.Index(fields=["firm", "event_kind", "position"])]

    def __str__(self) -> str:
        return f"{self.event_kind}: {self.description}"


class RegulatorAmount(FirmRow):
    """What ASIC charges from a day on, as the firm has entered it; dollars, no GST."""

    limit = Limit.OPEN

    class Kind(models.TextChoices):
        REVIEW = "REVIEW", "Annual review fee, proprietary company"
        LATE_FIRST = "LATE_FIRST", "Late fee, up to one month"
        LATE_AFTER = "LATE_AFTER", "Late fee, more than one month"
        CHANGE_NAME = "CHANGE_NAME", "Change of company name, Form 205A"

    kind = models.CharField(max_length=20, choices=Kind)
    from_on = models.DateField()
    dollars = models.DecimalField(max_digits=12, decimal_places=2)

    objects = FirmManager["RegulatorAmount"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "kind", "from_on"], name="regulator_amount_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.from_on}"


class TemplateCost(FirmRow):
    """A cost line that a template was last seen to add to a job, for the next Review Costs."""

    limit = Limit.OPEN

    tenant_id = models.CharField(max_length=40)
    template_id = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=500)
    billable = models.BooleanField()
    quantity = models.DecimalField(max_digits=10, decimal_places=2)
    unit_cost = models.DecimalField(max_digits=12, decimal_places=2)
    unit_price = models.DecimalField(max_digits=12, decimal_places=2)
    seen_at = models.DateTimeField()

    objects = FirmManager["TemplateCost"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "tenant_id", "template_id", "position"], name="template_cost_position_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.description} of template {self.template_id}"

    def as_line(self, *, on: date) -> CostLine:
        return CostLine(
            date=on,
            description=self.description,
            billable=self.billable,
            quantity=self.quantity,
            unit_cost=self.unit_cost,
            unit_price=self.unit_price,
        )
