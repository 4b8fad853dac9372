"""From a pack's snapshot to the fields of its wording. No database, no clock: plain values in and out.

Every wording of a pack may use the same fields, so that a firm can move a sentence from one to another:
what `pack_fields` lists. A document about one event also has `event`, the fields of that event.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

type Snapshot = Mapping[str, Any]  # JSON, as `snapshot.take_snapshot` wrote it
type Fields = dict[str, Any]  # JSON with dates and decimals, as wordings take it

_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DAY_NAMES = ("_on", "_by")
_DECIMAL_NAMES = ("_per_share", "_amount")


def pack_fields(snapshot: Snapshot, *, options: Mapping[str, Any], dated_on: date | None) -> Fields:
    """Return the fields that every document of the pack may use."""
    told: Fields = revived(snapshot)
    events = [event["fields"] | {"headline": event["headline"]} for event in told["events"]]
    members = _members(told["parcels"], events)
    directors = _directors(told["electors"]["signing"])
    deadlines = sorted(
        (line for event in told["events"] for line in event["deadlines"]), key=lambda line: line["due_on"]
    )
    company = told["company"] | _addresses_after(told["addresses"], events)
    return {
        "company": company,
        "firm": told["firm"],
        **_letter_fields(told["addressee"], dated_on or told["prepared_on"]),
        "trace_number": told["trace_number"],
        "prepared_on": told["prepared_on"],
        "dated_on": dated_on,
        "form": _form(directors, options),
        "directors": directors,
        "excluded": told["electors"]["excluded"],
        "executing": _executing(directors, told["officeholders"], events),
        "officeholders": _officeholders(told["officeholders"], events),
        "addresses": _address_register(told["addresses"], events),
        "members": members,
        **_voting_fields(told["parcels"]),
        "holdings": _holdings(told["parcels"], events),
        "parcels": _parcels_after(told["parcels"], events),
        "is_sole_director_and_member": _is_sole(directors, told["parcels"]),
        "form_484_sections": sorted({section for event in events for section in event["form_484"]}),
        "notices": sorted({section for event in events for section in event["notice_sections"]}),
        "deadlines": deadlines,
        "lodge_by": next((line["due_on"] for line in deadlines if line["form"] == "484"), None),
        "events": events,
    }


def event_fields(fields: Fields, snapshot: Snapshot, *, subject: str) -> Fields:
    """Return the pack's fields with those of the event that a document or an item is about."""
    position = next(n for n, event in enumerate(snapshot["events"]) if str(event["position"]) == subject)
    return fields | {"event": fields["events"][position]}


def revived(value: Any, name: str = "") -> Any:
    """Return JSON with its dates and decimals turned back, told by their names."""
    if isinstance(value, Mapping):
        return {key: revived(part, key) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [revived(part, name) for part in value]
    if isinstance(value, str) and name.endswith(_DAY_NAMES) and _ISO_DAY.fullmatch(value):
        return date.fromisoformat(value)
    if isinstance(value, str) and name.endswith(_DECIMAL_NAMES):
        return Decimal(value)
    return value


def _letter_fields(addressee: Fields | None, letter_date: date) -> Fields:
    """Return how a letter begins: to the company's signing contact or, without one, to the directors."""
    if addressee is None:
        return {
            "letter_date": letter_date,
            "addressee_name": "The directors",
            "addressee_address": None,
            "greeting": "Dear directors",
        }
    return {
        "letter_date": letter_date,
        "addressee_name": addressee["name"],
        "addressee_address": addressee["address"],
        "greeting": f"Dear {addressee['given_names'] or addressee['name']}",
    }


def _form(directors: Sequence[Fields], options: Mapping[str, Any]) -> str:
    """Return "sole", "minutes" or "circulating". A sole director cannot meet, s 248B."""
    if len(directors) == 1:
        return "sole"
    return "minutes" if options.get("form") == "minutes" else "circulating"


def _directors(signing: Sequence[Fields]) -> list[Fields]:
    capacity = "Sole director" if len(signing) == 1 else "Director"
    return [one | {"capacity": capacity} for one in signing]


def _executing(
    directors: Sequence[Fields], officeholders: Sequence[Fields], events: Sequence[Fields]
) -> list[Fields]:
    """Return who signs for the company under s 127(1): two directors, or the only one with the secretary."""
    if len(directors) > 1:
        return list(directors[:2])
    gone = {one["id"] for event in events for one in event["changes"].get("officeholders_out", [])}
    secretaries = [
        {"id": entry["person"]["id"], "name": entry["person"]["name"], "capacity": "Secretary"}
        for entry in officeholders
        if entry["code"] == "SECRETARY" and entry["until_on"] is None and entry["person"]["id"] not in gone
    ]
    sole = {one["id"] for one in directors}
    if any(one["id"] in sole for one in secretaries) or not secretaries:
        return list(directors)
    return [*directors, secretaries[0]]


def _officeholders(before: Sequence[Fields], events: Sequence[Fields]) -> list[Fields]:
    """Return the register of officeholders after the events; `is_pending` marks what they change."""
    register = [entry | {"is_pending": False} for entry in before]
    for event in events:
        for gone in event["changes"].get("officeholders_out", []):
            for entry in register:
                same = entry["person"]["id"] == gone["id"] and entry["code"] == gone["code"]
                if same and entry["until_on"] is None:
                    entry |= {"until_on": gone["until_on"], "is_pending": True}
        register += [
            entry | {"until_on": None, "is_pending": True}
            for entry in event["changes"].get("officeholders_in", [])
        ]
    return register


def _address_register(before: Sequence[Fields], events: Sequence[Fields]) -> list[Fields]:
    register = [entry | {"is_pending": False} for entry in before]
    for event in events:
        for new in event["changes"].get("addresses_in", []):
            for entry in register:
                if entry["code"] == new["code"] and entry["until_on"] is None:
                    entry |= {"until_on": new["since_on"], "is_pending": True}
            register.append(new | {"until_on": None, "is_pending": True})
    return register


def _addresses_after(before: Sequence[Fields], events: Sequence[Fields]) -> Fields:
    """Return the company's present addresses, as its papers name them. None if there is none."""
    current = {
        entry["code"]: entry["address"]
        for entry in _address_register(before, events)
        if entry["until_on"] is None
    }
    return {
        "registered_office": current.get("REGISTERED_OFFICE"),
        "principal_place": current.get("PRINCIPAL_PLACE"),
    }


def _parcels_after(before: Sequence[Fields], events: Sequence[Fields]) -> list[Fields]:
    register = [entry | {"is_pending": False} for entry in before]
    for event in events:
        register += [
            entry | {"until_on": None, "is_pending": True} for entry in event["changes"].get("parcels_in", [])
        ]
    return register


def _members(before: Sequence[Fields], events: Sequence[Fields]) -> list[Fields]:
    """Return the members after the events, each once, in the order they came in."""
    return _each_once(entry["member"] for entry in _current(_parcels_after(before, events)))


def _voting_fields(before: Sequence[Fields]) -> Fields:
    """Return the members who resolve, by how they sign: alone, jointly, or as a company under s 127(1)."""
    voting = _voting(before)
    joint = [member for member in voting if member["is_joint"]]
    companies = [member for member in voting if member["is_company"]]
    return {
        "members_voting": voting,
        "has_sole_member": len(voting) == 1 and not joint,  # s 249A(2): joint holders each sign
        "individual_members": [one for one in voting if not one["is_joint"] and not one["is_company"]],
        "joint_members": joint,
        "company_members": companies,
    }


def _voting(before: Sequence[Fields]) -> list[Fields]:
    """Return the members before the events: those who resolve."""
    return _each_once(entry["member"] for entry in _current(before))


def _holdings(before: Sequence[Fields], events: Sequence[Fields]) -> list[Fields]:
    """Return who holds how much of each class before and after, with the share of all shares in per cent."""
    after = _current(_parcels_after(before, events))
    total = sum(entry["quantity"] for entry in after)
    return [
        {
            "member": member["name"],
            "class_title": title,
            "before": _held(_current(before), member["id"], title),
            "after": (held := _held(after, member["id"], title)),
            "share": Decimal(100 * held) / total,
        }
        for member in _each_once(entry["member"] for entry in after)
        for title in dict.fromkeys(
            entry["class_title"] for entry in after if entry["member"]["id"] == member["id"]
        )
    ]


def _held(parcels: Iterable[Fields], member_id: int, class_title: str) -> int:
    return sum(
        entry["quantity"]
        for entry in parcels
        if entry["member"]["id"] == member_id and entry["class_title"] == class_title
    )


def _current(entries: Iterable[Fields]) -> list[Fields]:
    return [entry for entry in entries if entry["until_on"] is None]


def _each_once(members: Iterable[Fields]) -> list[Fields]:
    return list({member["id"]: member for member in members}.values())


def _is_sole(directors: Sequence[Fields], parcels: Sequence[Fields]) -> bool:
    """Return whether one person is the only director and the only member, ss 135(1), 201F."""
    return len(directors) == 1 and {one["id"] for one in directors} == {one["id"] for one in _voting(parcels)}
