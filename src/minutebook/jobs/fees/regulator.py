"""What ASIC charges, from which day: the amounts that ship with Minutebook, and those the firm has entered.

ASIC indexes its fees each 1 July (Corporations (Fees) Regulations 2001), so an amount is stale from the first
1 July after it began, and whoever reviews costs is told so.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from minutebook.activity.models import record
from minutebook.companies.rules import months_after
from minutebook.firms.models import User
from minutebook.jobs.fees.models import RegulatorAmount
from minutebook.jobs.plan import Fee

Kind = RegulatorAmount.Kind
_LATE_FORMS = {"484", "205A"}  # of the forms that our events lodge, those that cost more when late


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """What a fee comes to from a day on; dollars, no GST."""

    kind: str
    from_on: date
    dollars: Decimal

    def is_stale(self, *, on: date) -> bool:
        """Tell whether a 1 July has passed since: ASIC has another amount by then."""
        next_july = date(self.from_on.year + (self.from_on >= date(self.from_on.year, 7, 1)), 7, 1)
        return on >= next_july

    def origin(self, *, on: date) -> str:
        """Return where the amount comes from, in words."""
        words = f"ASIC’s amount from {self.from_on.day} {self.from_on:%B %Y}"
        return f"{words}: check it, ASIC changes its fees each July" if self.is_stale(on=on) else words


class Amounts:
    """All amounts that are known, the firm's before those that ship."""

    def __init__(self, own: Iterable[Amount]) -> None:
        of_day = {(amount.kind, amount.from_on): amount for amount in (*_shipped(), *own)}
        self.known: Sequence[Amount] = sorted(of_day.values(), key=lambda each: (each.kind, each.from_on))

    def of(self, kind: str, *, on: date) -> Amount | None:
        """Return the amount of a day, or None when nobody knows it."""
        return next((each for each in reversed(self.known) if each.kind == kind and each.from_on <= on), None)


def amounts() -> Amounts:
    """Return the amounts as the firm in scope has them. One query."""
    rows = RegulatorAmount.objects.all()
    return Amounts(Amount(kind=row.kind, from_on=row.from_on, dollars=row.dollars) for row in rows)


def is_overdue(deadlines: Iterable[Mapping[str, Any]], *, today: date) -> bool:
    """Tell whether a form is late that costs more then."""
    return any(
        deadline.get("form") in _LATE_FORMS and date.fromisoformat(deadline["due_on"]) < today
        for deadline in deadlines
    )


def late_fees(deadlines: Iterable[Mapping[str, Any]], known: Amounts, *, today: date) -> list[Fee]:
    """Return what ASIC charges for the forms that are overdue: one fee a form, however many changes are in it.

    Up to a month after the deadline it is the lower fee, then the higher one: ASIC’s guide to Form 484. `deadlines`
    are those of a pack, by their form and day.
    """
    overdue: dict[str, date] = {}
    for deadline in deadlines:
        form, due_on = str(deadline.get("form", "")), date.fromisoformat(deadline["due_on"])
        if form in _LATE_FORMS and due_on < today:
            overdue[form] = min(due_on, overdue.get(form, due_on))
    fees = []
    for form, due_on in overdue.items():
        kind = Kind.LATE_FIRST if today <= months_after(due_on, 1) else Kind.LATE_AFTER
        amount = known.of(kind, on=today)
        if amount is not None:
            fees.append(_late_fee(form, due_on, amount, today=today))
    return fees


def _late_fee(form: str, due_on: date, amount: Amount, *, today: date) -> Fee:
    return Fee(
        key=f"late:{form}",
        description=f"ASIC late fee, Form {form} due {due_on:%d/%m/%Y}",
        billable=True,
        quantity=Decimal("1.00"),
        unit_cost=amount.dollars,
        unit_price=amount.dollars,
        taxable=False,
        origin=amount.origin(on=today),
    )


@transaction.atomic
def set_amount(amount: Amount, *, by: User) -> None:
    """Keep what ASIC charges from a day on, as the firm has read it there."""
    row, _ = RegulatorAmount.objects.update_or_create(
        kind=amount.kind, from_on=amount.from_on, defaults={"dollars": amount.dollars}
    )
    sentence = f"{row.get_kind_display()}: ${amount.dollars} from {amount.from_on:%d/%m/%Y}"
    record("fee.regulator", row, sentence=sentence, by=by, dollars=str(amount.dollars))


@cache
def _shipped() -> Sequence[Amount]:
    with Path(__file__).with_name("asic.csv").open() as rows:
        return [
            Amount(
                kind=row["kind"],
                from_on=date.fromisoformat(row["from_on"]),
                dollars=Decimal(row["dollars"]).quantize(Decimal("0.01")),
            )
            for row in csv.DictReader(rows)
        ]
