"""What the schedule proposes for a pack's job, and how Review Costs differs from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from minutebook.companies.events import KINDS
from minutebook.documents.models import Document, DocumentPack
from minutebook.documents.titles import TITLES
from minutebook.jobs.costs import CostLine
from minutebook.jobs.fees.schedule import fees_for
from minutebook.jobs.models import PlannedCost
from minutebook.jobs.plan import ProposedCost, scheduled_costs


@dataclass(frozen=True, kw_only=True, slots=True)
class AgainstSchedule:
    """What Review Costs says otherwise than the schedule."""

    changed: dict[int, ProposedCost] = field(default_factory=dict)  # by the cost's id
    missing: Sequence[ProposedCost] = ()  # in the schedule, not among the costs
    dropped: frozenset[int] = frozenset()  # ids of costs that the schedule no longer proposes


def scheduled_for(pack: DocumentPack, event_kinds: Sequence[str], *, today: date) -> list[ProposedCost]:
    """Return the rows that the schedule proposes for a pack. One to three queries."""

    @cache
    def codes() -> list[str]:
        switched_on = Document.objects.filter(pack=pack, is_on=True)
        return list(switched_on.order_by("position").values_list("code", flat=True))

    labels = {code: kind.label for code, kind in KINDS.items()} | TITLES
    fees = fees_for(event_kinds, on=today, documents=codes, deadlines=pack.deadlines, labels=labels)
    documents = codes() if any(fee.document_code for fee in fees) else []
    return scheduled_costs(event_kinds=event_kinds, documents=documents, fees=fees, today=today)


def compare(costs: Iterable[PlannedCost], proposed: Iterable[ProposedCost]) -> AgainstSchedule:
    """Return what differs: lines changed by hand or by the schedule since, and those on one side only."""
    of_key = {row.fee_key: row for row in proposed}
    ours = {cost.fee_key: cost for cost in costs if cost.fee_key}
    return AgainstSchedule(
        changed={
            cost.pk: of_key[key]
            for key, cost in ours.items()
            if key in of_key and _priced(cost.as_line()) != _priced(of_key[key].line)
        },
        missing=[row for key, row in of_key.items() if key not in ours],
        dropped=frozenset(cost.pk for key, cost in ours.items() if key not in of_key),
    )


def _priced(line: CostLine) -> tuple[object, ...]:
    """What of a line is the schedule's: not its day, and not its words."""
    return (line.billable, line.quantity, line.unit_cost, line.unit_price, line.taxable)
