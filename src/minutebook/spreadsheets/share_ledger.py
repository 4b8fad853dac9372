"""Past transactions made into parcels with their days: what the register of members keeps. Plain values."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from minutebook.spreadsheets.lines import Line


@dataclass(frozen=True, kw_only=True, slots=True)
class Movement:
    """An allotment (to), a transfer (from and to) or a cancellation (from) of shares of one class."""

    line: Line
    on: date
    quantity: int
    giver: Hashable | None = None
    taker: Hashable | None = None
    paid: Decimal | None = None
    unpaid: Decimal | None = None
    certificate: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """Shares that a member held under one certificate, from `since` up to, but not on, `until`."""

    line: Line  # the transaction that made it
    member: Hashable
    quantity: int
    paid: Decimal
    unpaid: Decimal
    certificate: int | None
    since: date
    until: date | None = None


def parcels_of(movements: Iterable[Movement]) -> list[Parcel]:
    """Return the parcels of one class, the earliest given away first.

    Who gives away a part of a parcel holds the rest as a new parcel from that day, as on a balance certificate.
    What nobody could have given is refused beside the cell of its line.
    """
    ended: list[Parcel] = []
    held: list[Parcel] = []
    for movement in sorted(movements, key=lambda movement: movement.on):  # of one day: as in the file
        given = _take(movement, held, ended) if movement.giver is not None else None
        if given is None and movement.giver is not None:
            continue
        if movement.taker is not None:
            held.extend(_received(movement, given or []))
    return ended + held


def _take(movement: Movement, held: list[Parcel], ended: list[Parcel]) -> list[Parcel] | None:
    """End the giver's parcels for as many shares, and return what was given; None if there are not enough."""
    own = [parcel for parcel in held if parcel.member == movement.giver]
    there = sum(parcel.quantity for parcel in own)
    if there < movement.quantity:
        movement.line.refuse(
            "quantity",
            f"On {movement.on:%d/%m/%Y} this member held {there:,} of the class by the rows before, and "
            f"{movement.quantity:,} go. Correct the number, or add the transaction that is missing.",
        )
        return None
    given, wanted = [], movement.quantity
    for parcel in own:
        if not wanted:
            break
        part = min(wanted, parcel.quantity)
        wanted -= part
        held.remove(parcel)
        ended.append(replace(parcel, until=movement.on))
        given.append(replace(parcel, quantity=part))
        if parcel.quantity > part:
            held.append(
                replace(
                    parcel,
                    quantity=parcel.quantity - part,
                    since=movement.on,
                    certificate=None,
                    line=movement.line,
                )
            )
    return given


def _received(movement: Movement, given: list[Parcel]) -> list[Parcel]:
    """Return the taker's new parcel; shares keep what was paid on them unless the transfer says so."""
    first = given[0] if given else None
    return [
        Parcel(
            line=movement.line,
            member=movement.taker,
            quantity=movement.quantity,
            paid=_said(movement.paid, first.paid if first else None),
            unpaid=_said(movement.unpaid, first.unpaid if first else None),
            certificate=movement.certificate,
            since=movement.on,
        )
    ]


def _said(said: Decimal | None, before: Decimal | None) -> Decimal:
    return said if said is not None else before if before is not None else Decimal(0)
