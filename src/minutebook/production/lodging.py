"""What a pack still has to lodge with ASIC, by when, and what being late costs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models

from minutebook.companies.rules import months_after
from minutebook.documents.models import DocumentPack
from minutebook.jobs.fees.models import RegulatorAmount
from minutebook.jobs.fees.regulator import Amounts, late_fees
from minutebook.production.models import ToDo

_SOON, _NEAR = 14, 7  # days: the windows in which a deadline is shown apart


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A stretch of days before or after a deadline. `first` and `last` are days from today; None is open."""

    code: str
    label: str
    first: int | None
    last: int | None
    is_urgent: bool = False

    def holds(self, days: int) -> bool:
        return (self.first is None or self.first <= days) and (self.last is None or days <= self.last)


WINDOWS = (
    Window(code="overdue", label="Overdue", first=None, last=-1, is_urgent=True),
    Window(code="today", label="Due today", first=0, last=0, is_urgent=True),
    Window(code="7", label="Due in 1 to 7 days", first=1, last=_NEAR),
    Window(code="14", label="Due in 8 to 14 days", first=_NEAR + 1, last=_SOON),
    Window(code="later", label="Due later", first=_SOON + 1, last=None),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LateFee:
    """What ASIC would charge for one form if it were lodged today, and why."""

    form: str
    due_on: date
    dollars: Decimal
    why: str


def window_of(due_on: date, *, today: date) -> Window:
    days = (due_on - today).days
    return next(window for window in WINDOWS if window.holds(days))


def settle_lodging(pack: DocumentPack) -> None:
    """Keep on the pack by when it has to lodge, after its state, its deadlines or what is to do changed."""
    lodge_by = lodge_by_of(pack)
    if lodge_by != pack.lodge_by:
        pack.lodge_by = lodge_by
        DocumentPack.objects.filter(pk=pack.pk).update(lodge_by=lodge_by)


def lodge_by_of(pack: DocumentPack) -> date | None:
    """Return the earliest day of what a pack still has to lodge.

    A version that corrects another has nothing of its own until it is released: the one that stands has.
    """
    if pack.is_draft:
        return None if pack.corrects_id else first_to_lodge(pack.deadlines)
    if pack.status in {DocumentPack.Status.WITHDRAWN, DocumentPack.Status.CORRECTED}:
        return None
    open_days = _open_lodgements().filter(pack=pack).order_by("due_on")
    return open_days.values_list("due_on", flat=True).first()


def first_to_lodge(deadlines: Iterable[Mapping[str, Any]]) -> date | None:
    """Return the earliest day of the deadlines that a form has to meet."""
    days = [date.fromisoformat(each["due_on"]) for each in deadlines if each.get("form")]
    return min(days, default=None)


def fees_if_lodged_today(
    packs: Sequence[DocumentPack], known: Amounts, *, today: date
) -> dict[UUID, list[LateFee]]:
    """Return the late fees of those packs that are overdue, by the pack's id. At most one query."""
    late = [pack for pack in packs if pack.lodge_by is not None and pack.lodge_by < today]
    released = [pack.pk for pack in late if not pack.is_draft]
    open_of: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    if released:
        for to_do in _open_lodgements().filter(pack__in=released):
            open_of[to_do.pack_id].append({"form": to_do.form, "due_on": str(to_do.due_on)})
    return {
        pack.pk: _fees_of(pack.deadlines if pack.is_draft else open_of[pack.pk], known, today=today)
        for pack in late
    }


def explanation(known: Amounts, *, today: date) -> list[str]:
    """Return how the late fees are worked out, as sentences."""
    first = known.of(RegulatorAmount.Kind.LATE_FIRST, on=today)
    after = known.of(RegulatorAmount.Kind.LATE_AFTER, on=today)
    if first is None or after is None:
        return ["ASIC’s late fees are not known here for this day, so no estimate is shown."]
    charged = (
        f"ASIC charges ${first.dollars:,.2f} for a Form 484 or 205A up to one month late, and "
        f"${after.dollars:,.2f} after that: once a form, however many changes are in it."
    )
    return [
        charged,
        f"The estimate is for lodging today. {first.origin(on=today)}.",
    ]


def _open_lodgements() -> models.QuerySet[ToDo]:
    return ToDo.objects.filter(kind=ToDo.Kind.LODGE, done_on=None, due_on__isnull=False)


def _fees_of(deadlines: Iterable[Mapping[str, Any]], known: Amounts, *, today: date) -> list[LateFee]:
    held = list(deadlines)
    found = []
    for fee in late_fees(held, known, today=today):
        form = fee.key.partition(":")[2]
        due_on = min(date.fromisoformat(each["due_on"]) for each in held if each.get("form") == form)
        found.append(
            LateFee(
                form=form, due_on=due_on, dollars=fee.unit_price, why=_why(form, due_on, known, today=today)
            )
        )
    return found


def _why(form: str, due_on: date, known: Amounts, *, today: date) -> str:
    month = months_after(due_on, 1)
    if today > month:
        return f"Form {form} was due {due_on:%d/%m/%Y}: more than one month late."
    after = known.of(RegulatorAmount.Kind.LATE_AFTER, on=month)
    rises = f"; after {month:%d/%m/%Y} it is ${after.dollars:,.2f}" if after else ""
    return f"Form {form} was due {due_on:%d/%m/%Y}: up to one month late{rises}."
