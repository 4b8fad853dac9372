"""A company's registers as its page shows them: in ink what is final, in pencil what is not yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from django.db.models import F

from minutebook.companies.models import (
    Company,
    CompanyAddress,
    CorporateEvent,
    Officeholder,
    RegisterEntry,
    Shareholding,
)
from minutebook.contacts.models import Contact


@dataclass(frozen=True, kw_only=True, slots=True)
class Line[E: RegisterEntry]:
    """One entry of a register. `note` says what is still open about it."""

    entry: E
    note: str = ""
    in_pencil: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Register[E: RegisterEntry]:
    """The entries in force or coming, and those that are history."""

    lines: Sequence[Line[E]]
    past: Sequence[E]

    @classmethod
    def of(cls, entries: Iterable[E], *, today: date) -> Self:
        entries = list(entries)
        past = [entry for entry in entries if _is_past(entry, today)]
        lines = [_line(entry, today) for entry in entries if not _is_past(entry, today)]
        return cls(lines=sorted(lines, key=lambda line: line.in_pencil), past=past)

    @property
    def count(self) -> int:
        return len(self.lines)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """A parcel of shares with what it comes to, in dollars."""

    line: Line[Shareholding]
    percent: Decimal | None  # of all issued shares; None in pencil
    paid: Decimal
    unpaid: Decimal

    @property
    def is_joint(self) -> bool:
        return self.line.entry.member.kind == Contact.Kind.JOINT


@dataclass(frozen=True, kw_only=True, slots=True)
class Ledger:
    """The register of members, and what is issued by its final entries; dollars."""

    parcels: Sequence[Parcel]
    past: Sequence[Shareholding]
    quantity: int
    paid: Decimal
    unpaid: Decimal


def officeholders_of(company: Company, *, today: date) -> Register[Officeholder]:
    entries = company.officeholders.select_related("contact", "entered_by", "ended_by")
    ordered = sorted(entries.order_by("since", "pk"), key=lambda entry: _OFFICES.index(entry.office))
    return Register.of(ordered, today=today)


def addresses_of(company: Company, *, today: date) -> Register[CompanyAddress]:
    entries = company.addresses.select_related("address", "entered_by", "ended_by")
    ordered = sorted(entries.order_by("-since", "pk"), key=lambda entry: _USES.index(entry.use))
    return Register.of(ordered, today=today)


def ledger_of(company: Company, *, today: date) -> Ledger:
    """Return who holds what. Only entries in ink count in the totals."""
    entries = company.shareholdings.select_related("member", "share_class", "entered_by", "ended_by")
    register = Register.of(entries.order_by(F("quantity").desc(), "since", "pk"), today=today)
    issued = [line.entry for line in register.lines if not line.in_pencil]
    quantity = sum(entry.quantity for entry in issued)
    return Ledger(
        parcels=[_parcel(line, quantity) for line in register.lines],
        past=register.past,
        quantity=quantity,
        paid=sum((entry.quantity * entry.paid_per_share for entry in issued), Decimal(0)),
        unpaid=sum((entry.quantity * entry.unpaid_per_share for entry in issued), Decimal(0)),
    )


_OFFICES = list(Officeholder.Office.values)
_USES = list(CompanyAddress.Use.values)


def _parcel(line: Line[Shareholding], issued: int) -> Parcel:
    entry = line.entry
    return Parcel(
        line=line,
        percent=None if line.in_pencil or not issued else Decimal(100 * entry.quantity) / issued,
        paid=entry.quantity * entry.paid_per_share,
        unpaid=entry.quantity * entry.unpaid_per_share,
    )


def _line[E: RegisterEntry](entry: E, today: date) -> Line[E]:
    if _is_pending(entry.entered_by):
        return Line(entry=entry, note="Pending", in_pencil=True)
    if entry.since > today:
        return Line(entry=entry, note=f"From {entry.since:%d/%m/%Y}", in_pencil=True)
    if entry.until:
        pending = ", pending" if _is_pending(entry.ended_by) else ""
        return Line(entry=entry, note=f"Until {entry.until:%d/%m/%Y}{pending}")
    return Line(entry=entry)


def _is_past(entry: RegisterEntry, today: date) -> bool:
    """Whether an entry has ended for good: an end that awaits its signature may yet be withdrawn."""
    return entry.until is not None and entry.until <= today and not _is_pending(entry.ended_by)


def _is_pending(event: CorporateEvent | None) -> bool:
    return event is not None and event.status == CorporateEvent.Status.PENDING
