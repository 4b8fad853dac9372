"""From a pack's snapshot to the fields of its wording. No database, no clock: plain values in and out.

Every wording of a pack may use the same fields, so that a firm can move a sentence from one to another:
what `pack_fields` lists. A document about one event also has `event`, the fields of that event.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from minutebook.documents.holdings import Fields, members_before, priced, share_fields

type Snapshot = Mapping[str, Any]  # JSON, as `snapshot.take_snapshot` wrote it

_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_STATES = {
    "ACT": "the Australian Capital Territory",
    "NSW": "New South Wales",
    "NT": "the Northern Territory",
    "QLD": "Queensland",
    "SA": "South Australia",
    "TAS": "Tasmania",
    "VIC": "Victoria",
    "WA": "Western Australia",
}
_DAY_NAMES = ("_on", "_by")
_DECIMAL_NAMES = ("_per_share", "_amount")


def pack_fields(snapshot: Snapshot, *, options: Mapping[str, Any], dated_on: date | None) -> Fields:
    """Return the fields that every document of the pack may use."""
    told: Fields = revived(snapshot)
    events = [_event(event) for event in told["events"]]
    directors = _directors(told["electors"]["signing"])
    resolving = _chosen(directors, options.get("signing"))
    deadlines = sorted(
        (line for event in told["events"] for line in event["deadlines"]), key=lambda line: line["due_on"]
    )
    company = told["company"] | _addresses_after(told["addresses"], events)
    company["registered_office_before"] = _addresses_after(told["addresses"], [])["registered_office"]
    company["state"] = _STATES.get(company["registered_in"], company["registered_in"])
    return {
        "company": company,
        "firm": told["firm"],
        **_letter_fields(_addressee(told, options), dated_on or told["prepared_on"]),
        "trace_number": told["trace_number"],
        "prepared_on": told["prepared_on"],
        "dated_on": dated_on,
        "form": _form(directors, options),
        "directors": resolving,
        **_meeting_fields(directors, resolving, options),
        "excluded": told["electors"]["excluded"],
        "executing": _chosen(
            executants(directors, told["officeholders"], events),
            options.get("executing"),
            otherwise=_executing(directors, told["officeholders"], events),
        ),
        "officeholders": _officeholders(told["officeholders"], events),
        "addresses": _address_register(told["addresses"], events),
        **(shares := share_fields(told["parcels"], events)),
        "members_form": _members_form(shares, options),
        "is_sole_director_and_member": _is_sole(directors, told["parcels"]),
        "form_484_sections": sorted({section for event in events for section in event["form_484"]}),
        "notices": sorted({section for event in events for section in event["notice_sections"]}),
        "deadlines": deadlines,
        "letter_deadlines": _joined_deadlines(deadlines),
        "has_appointment": any("consent_section" in event for event in events),
        "lodge_by": next((line["due_on"] for line in deadlines if line["form"] == "484"), None),
        "events": events,
        "review": next((event for event in events if event["kind"] == "annual_review"), None),
    }


def event_fields(fields: Fields, snapshot: Snapshot, *, subject: str) -> Fields:
    """Return the pack's fields with those of the event that a document or an item is about."""
    position = next(n for n, event in enumerate(snapshot["events"]) if str(event["position"]) == subject)
    return fields | {"event": fields["events"][position]}


def _event(told: Fields) -> Fields:
    event: Fields = told["fields"] | {"headline": told["headline"], "kind": told["kind"]}
    return priced(event) if "paid_per_share" in event else event


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


def _joined_deadlines(deadlines: Sequence[Fields]) -> list[Fields]:
    """Return what is done on one day in one form once, with all its sections."""
    joined: dict[tuple[str, date], Fields] = {}
    for line in deadlines:
        known = joined.setdefault((line["title"], line["due_on"]), line)
        if line["section"] not in known["section"].split(", "):
            joined[line["title"], line["due_on"]] = known | {
                "section": f"{known['section']}, {line['section']}"
            }
    return list(joined.values())


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


def _members_form(shares: Fields, options: Mapping[str, Any]) -> str:
    """Return "sole" (s 249B), "minutes" or "circulating" (s 249A)."""
    if shares["has_sole_member"]:
        return "sole"
    return "minutes" if options.get("form") == "minutes" else "circulating"


def _addressee(told: Fields, options: Mapping[str, Any]) -> Fields | None:
    """Return whom letters go to: the person chosen, if the pack still knows them, else the signing contact."""
    chosen = next((one for one in addressees(told) if one["id"] == options.get("addressee")), None)
    contact: Fields | None = chosen or told["addressee"]
    return contact


def addressees(told: Snapshot) -> list[Fields]:
    """Return whom a letter of the pack may go to: the signing contact, officeholders, and who is to become one."""
    people = [told["addressee"]] if told["addressee"] else []
    people += [entry["person"] for entry in told["officeholders"] if entry["until_on"] is None]
    people += [
        entry["person"] for event in told["events"] for entry in _changes(event).get("officeholders_in", [])
    ]
    return list({one["id"]: one for one in reversed(people)}.values())[::-1]


def _changes(event: Snapshot) -> Fields:
    told: Fields = event.get("fields", event)
    changes: Fields = told.get("changes", {})
    return changes


def _chosen(
    people: Sequence[Fields], ids: Sequence[int] | None, *, otherwise: Sequence[Fields] | None = None
) -> list[Fields]:
    """Return those of the people who were chosen; all of them, or `otherwise`, when none of the chosen is left."""
    chosen = [one for one in people if one["id"] in (ids or ())]
    return chosen or list(people if otherwise is None else otherwise)


def _meeting_fields(
    directors: Sequence[Fields], present: Sequence[Fields], options: Mapping[str, Any]
) -> Fields:
    """Return what minutes say of the meeting. None is left blank for the pen."""
    away = [one["name"] for one in directors if one not in present]
    chair = next((one["name"] for one in present if one["id"] == options.get("chair")), None)
    return {
        "apologies": (away or ["None"]) if options.get("signing") else None,
        "chair": chair,
        "held_at": options.get("place") or None,
        "held_time": options.get("time") or None,
    }


def _form(directors: Sequence[Fields], options: Mapping[str, Any]) -> str:
    """Return "sole", "minutes" or "circulating". A sole director cannot meet, s 248B."""
    if len(directors) == 1:
        return "sole"
    return "minutes" if options.get("form") == "minutes" else "circulating"


def _directors(signing: Sequence[Fields]) -> list[Fields]:
    if not signing:  # every director has died: the personal representative writes the name, s 201F(2)
        return [{"id": 0, "name": "", "capacity": "Director"}]
    capacity = "Sole director" if len(signing) == 1 else "Director"
    return [one | {"capacity": capacity} for one in signing]


def _executing(
    directors: Sequence[Fields], officeholders: Sequence[Fields], events: Sequence[Fields]
) -> list[Fields]:
    """Return who signs for the company under s 127(1): two directors, or the only one with the secretary."""
    if len(directors) > 1:
        return list(directors[:2])
    found = executants(directors, officeholders, events)
    secretaries = [one for one in found if one["capacity"] == "Secretary"]
    sole = {one["id"] for one in directors}
    if any(one["id"] in sole for one in secretaries) or not secretaries:
        return list(directors)
    return [*directors, secretaries[0]]


def executants(
    directors: Sequence[Fields], officeholders: Sequence[Fields], events: Sequence[Fields]
) -> list[Fields]:
    """Return who may sign for the company under s 127(1): its directors, and its secretaries in office."""
    gone = {one["id"] for event in events for one in event["changes"].get("officeholders_out", [])}
    secretaries = [
        {"id": entry["person"]["id"], "name": entry["person"]["name"], "capacity": "Secretary"}
        for entry in officeholders
        if entry["code"] == "SECRETARY" and entry["until_on"] is None and entry["person"]["id"] not in gone
    ]
    return [*directors, *secretaries]


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


def _is_sole(directors: Sequence[Fields], parcels: Sequence[Fields]) -> bool:
    """Return whether one person is the only director and the only member, ss 135(1), 201F."""
    members = {member["id"] for member in members_before(parcels)}
    return len(directors) == 1 and members == {directors[0]["id"]}
