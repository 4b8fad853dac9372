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
    """A line of the fee schedule: what an event of a kind, or a document, costs; dollars excl. GST for one."""

    event_kind: str = ""
    document_code: str = ""
    description: str
    billable: bool
    quantity: Decimal
    unit_cost: Decimal
    unit_price: Decimal
    taxable: bool
    regulator_fee: str = ""  # a RegulatorAmount.Kind: its amount comes from the dated table
    key: str = ""  # finds the fee again, such as "fee:12"
    origin: str = ""  # where it comes from, in words, such as "Appoint director"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposedCost:
    """A row of Review Costs as proposed. `template_description` is empty for our own lines."""

    line: CostLine
    template_description: str = ""
    fee_key: str = ""
    origin: str = ""

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


def template_rows(lines: Iterable[CostLine], *, today: date) -> list[ProposedCost]:
    """Return the rows for what the template is known to add, dated today."""
    return [
        ProposedCost(line=replace(line, date=today), template_description=line.description) for line in lines
    ]


def scheduled_costs(
    *, event_kinds: Sequence[str], documents: Sequence[str], fees: Sequence[Fee], today: date
) -> list[ProposedCost]:
    """Return the rows that come from the schedule: events first, then documents, then what is charged once.

    Two events of one kind double the quantity of its fees; they do not repeat its lines. `documents` are the
    codes of those that are switched on.
    """
    rows = []
    for wanted, of_what in ((event_kinds, "event_kind"), (documents, "document_code")):
        for code, times in Counter(wanted).items():
            rows += [_proposed(fee, times=times, on=today) for fee in fees if getattr(fee, of_what) == code]
    once = [fee for fee in fees if not fee.event_kind and not fee.document_code]
    return rows + [_proposed(fee, times=1, on=today) for fee in once]


def _proposed(fee: Fee, *, times: int, on: date) -> ProposedCost:
    return ProposedCost(line=_line_of(fee, times=times, on=on), fee_key=fee.key, origin=fee.origin)


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
