"""What a new plan and its costs start from. No database, no clock, no network."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from minutebook.jobs.costs import CostLine

LONGEST_NAME = 200  # characters
_USUAL_TIME = timedelta(days=28)  # s 205B(1), s 142(2), s 146(2): most changes are notified within 28 days


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposedPlan:
    """What the plan's fields hold before anybody has typed in them."""

    name: str
    description: str
    start_on: date
    due_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Fee:
    """A line of the fee schedule: what one event of its kind costs; dollars excl. GST for one."""

    event_kind: str
    description: str
    billable: bool
    quantity: Decimal
    unit_cost: Decimal
    unit_price: Decimal
    taxable: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposedCost:
    """A row of Review Costs as proposed. `template_description` is empty for our own lines."""

    line: CostLine
    template_description: str = ""

    @property
    def is_from_template(self) -> bool:
        return bool(self.template_description)


def propose_plan(*, headlines: Sequence[str], company: str, today: date, due_on: date | None) -> ProposedPlan:
    """Return what the plan starts from: the events in words, today, and their earliest statutory deadline.

    A deadline that has passed gives today: the job is due at once.
    """
    description = f"{'; '.join(headlines)} – {company}" if headlines else company
    return ProposedPlan(
        name=_shortened(description),
        description=description,
        start_on=today,
        due_on=max(due_on or today + _USUAL_TIME, today),
    )


def propose_costs(
    *, event_kinds: Sequence[str], fees: Iterable[Fee], template_costs: Iterable[CostLine], today: date
) -> list[ProposedCost]:
    """Return the rows of Review Costs: the fees of the events, then what the template is known to add.

    Two events of one kind double the quantity of its fees; they do not repeat its lines.
    """
    fees = list(fees)
    rows = [
        ProposedCost(line=_line_of(fee, times=times, on=today))
        for kind, times in Counter(event_kinds).items()
        for fee in fees
        if fee.event_kind == kind
    ]
    rows += [
        ProposedCost(line=replace(line, date=today), template_description=line.description)
        for line in template_costs
    ]
    return rows


def _line_of(fee: Fee, *, times: int, on: date) -> CostLine:
    return CostLine(
        date=on,
        description=fee.description,
        billable=fee.billable,
        quantity=fee.quantity * times,
        unit_cost=fee.unit_cost,
        unit_price=fee.unit_price,
        taxable=fee.taxable,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1].rstrip()}…"
