"""Who holds which shares before and after a pack's events, for its registers and forms. Plain values only."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from minutebook.documents.filters import number

type Fields = dict[str, Any]  # JSON with dates and decimals, as wordings take it

_CENTS = 2  # decimal places


def share_fields(before: Sequence[Fields], events: Sequence[Fields]) -> Fields:
    """Return the share register after the events, and what is counted from it."""
    after = _parcels_after(before, events)
    return {
        "parcels": after,
        "members": each_once(parcel["member"] for parcel in _current(after)),
        "holdings": _lines(_current(before), _current(after), by=_member_and_class),
        "register_lines": _lines(_current(before), _current(after), by=_member_class_and_interest),
        "classes": _classes(_current(after)),
        "has_share_issue": any(parcel["is_pending"] for parcel in after),
        **_voting_fields(members_before(before)),
    }


def members_before(parcels: Iterable[Fields]) -> list[Fields]:
    """Return the members who resolve on the events, each once, in the order they came in."""
    return each_once(parcel["member"] for parcel in _current(parcels))


def each_once(members: Iterable[Fields]) -> list[Fields]:
    return list({member["id"]: member for member in members}.values())


def price(amount: Decimal) -> str:
    """Return dollars with as many places as the price of one share needs, such as $1.00 or $0.333333."""
    exponent = amount.normalize().as_tuple().exponent
    assert isinstance(exponent, int)  # noqa: S101 - amounts are finite
    return f"${number(amount, max(_CENTS, -exponent))}"


def priced(parcel: Fields) -> Fields:
    """Return the parcel with its prices as text."""
    return parcel | {
        "paid_in_words": price(parcel["paid_per_share"]),
        "unpaid_in_words": price(parcel["unpaid_per_share"]),
        "issue_price_in_words": price(parcel["paid_per_share"] + parcel["unpaid_per_share"]),
    }


def _parcels_after(before: Sequence[Fields], events: Sequence[Fields]) -> list[Fields]:
    issued = [parcel for event in events for parcel in event["changes"].get("parcels_in", [])]
    return [priced(parcel) | {"is_pending": False} for parcel in before] + [
        priced(parcel) | {"until_on": None, "is_pending": True} for parcel in issued
    ]


def _voting_fields(voting: Sequence[Fields]) -> Fields:
    """Return the members who resolve, by how they sign: alone, jointly, or as a company under s 127(1)."""
    joint = [member for member in voting if member["is_joint"]]
    return {
        "has_sole_member": len(voting) == 1 and not joint,  # s 249A(2): joint holders each sign
        "individual_members": [one for one in voting if not one["is_joint"] and not one["is_company"]],
        "joint_members": joint,
        "company_members": [member for member in voting if member["is_company"]],
    }


def _lines(
    before: Sequence[Fields], after: Sequence[Fields], *, by: Callable[[Fields], Hashable]
) -> list[Fields]:
    """Return a line for each key: before, after, and the share of all shares in per cent."""
    total = sum(parcel["quantity"] for parcel in after)
    return [
        _holding([p for p in before if by(p) == key], [p for p in after if by(p) == key], total=total)
        for key in dict.fromkeys(by(parcel) for parcel in after)
    ]


def _member_and_class(parcel: Fields) -> Hashable:
    return parcel["member"]["id"], parcel["class_code"]


def _member_class_and_interest(parcel: Fields) -> Hashable:
    """What is held beneficially and what is not are two lines of ASIC’s form."""
    return _member_and_class(parcel), parcel["beneficially_held"]


def _holding(before: Sequence[Fields], after: Sequence[Fields], *, total: int) -> Fields:
    held_before, held_after = (sum(parcel["quantity"] for parcel in parcels) for parcels in (before, after))
    return {
        "member": after[0]["member"],
        "class_code": after[0]["class_code"],
        "class_title": after[0]["class_title"],
        "before": held_before,
        "after": held_after,
        "increase": held_after - held_before,
        "share": Decimal(100 * held_after) / total,
        "is_fully_paid": all(parcel["unpaid_per_share"] == 0 for parcel in after),
        "is_beneficial": all(parcel["beneficially_held"] for parcel in after),
    }


def _classes(after: Sequence[Fields]) -> list[Fields]:
    """Return the shares on issue of each class, with what is paid and unpaid on them in all."""
    return [
        {
            "class_code": code,
            "class_title": title,
            "quantity": sum(parcel["quantity"] for parcel in of_class),
            "paid_amount": sum(parcel["quantity"] * parcel["paid_per_share"] for parcel in of_class),
            "unpaid_amount": sum(parcel["quantity"] * parcel["unpaid_per_share"] for parcel in of_class),
        }
        for code, title in dict.fromkeys((parcel["class_code"], parcel["class_title"]) for parcel in after)
        if (of_class := [parcel for parcel in after if parcel["class_code"] == code])
    ]


def _current(parcels: Iterable[Fields]) -> list[Fields]:
    return [parcel for parcel in parcels if parcel["until_on"] is None]
