"""What a job's cost lines come to. No database, no clock, no network."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

GST_RATE = Decimal("0.10")  # A New Tax System (Goods and Services Tax) Act 1999, s 9-70
_CENT = Decimal("0.01")
_NOTHING = Decimal("0.00")


@dataclass(frozen=True, kw_only=True, slots=True)
class CostLine:
    """One line of a job's costs; dollars excl. GST."""

    date: date
    description: str
    billable: bool
    quantity: Decimal
    unit_cost: Decimal  # what one costs the firm
    unit_price: Decimal  # what the client pays for one
    taxable: bool = True  # False for regulator fees passed on

    @property
    def amount(self) -> Decimal:
        """What the client pays for the line; nothing when it is not billable."""
        return _round(self.quantity * self.unit_price) if self.billable else _NOTHING

    @property
    def cost(self) -> Decimal:
        """What the line costs the firm, billable or not."""
        return _round(self.quantity * self.unit_cost)


@dataclass(frozen=True, kw_only=True, slots=True)
class Costing:
    """What a job comes to; an estimate, since XPM stores no tax."""

    subtotal: Decimal  # what the client pays, excl. GST
    gst: Decimal
    cost: Decimal  # what it costs the firm

    @property
    def total(self) -> Decimal:
        return self.subtotal + self.gst

    @property
    def margin(self) -> Decimal:
        return self.subtotal - self.cost

    @property
    def margin_percent(self) -> Decimal | None:
        """Margin as a share of what the client pays before GST; None when nothing is billed."""
        return (self.margin * 100 / self.subtotal).quantize(Decimal("0.1")) if self.subtotal else None


def total_of(lines: Iterable[CostLine]) -> Costing:
    """Return what the client pays and what it costs. GST is rounded once, on the taxable subtotal."""
    lines = list(lines)
    taxable = sum((line.amount for line in lines if line.taxable), _NOTHING)
    return Costing(
        subtotal=sum((line.amount for line in lines), _NOTHING),
        gst=_round(taxable * GST_RATE),
        cost=sum((line.cost for line in lines), _NOTHING),
    )


def _round(dollars: Decimal) -> Decimal:
    return dollars.quantize(_CENT, rounding=ROUND_HALF_UP)
