"""What differs between two snapshots of a pack, in sentences. No database, no clock: JSON in, words out."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

type Snapshot = Mapping[str, Any]

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_IGNORED = ("version", "prepared_on", "trace_number", "wordings", "letterhead")
_PERSON = {
    "name": "name",
    "former_names": "former names",
    "born_on": "date of birth",
    "birth_place": "place of birth",
    "director_id": "director ID",
    "acn": "ACN",
    "address": "address",
}
_COMPANY = {
    "name": "Company’s name",
    "acn": "ACN",
    "abn": "ABN",
    "subclass": "Kind of company",
    "registered_on": "Day of registration",
    "registered_in": "State of registration",
    "review_on": "Review date",
    "former_names": "Former names",
    "has_constitution": "Constitution",
}
_FIRM = {
    "name": "Your firm’s name",
    "address": "Your firm’s address",
    "phone": "Your phone",
    "email": "Your e-mail",
}
_REGISTERS = {
    "officeholders": "The register of officeholders has other entries.",
    "addresses": "The register of addresses has other entries.",
    "parcels": "The register of members has other entries.",
}


def fingerprint(snapshot: Snapshot) -> str:
    """Return what tells one state of the registers from another, whenever it is looked at."""
    told = json.dumps(_compared(snapshot), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def differences(made: Snapshot, now: Snapshot) -> list[str]:
    """Return what is otherwise now than when the documents were made. Empty if nothing is."""
    if fingerprint(made) == fingerprint(now):
        return []
    found = [
        *_in_facts(made["company"], now["company"], _COMPANY),
        *_in_facts(made["firm"], now["firm"], _FIRM),
        *_in_people(made, now),
        *_in_addressee(made, now),
        *_in_registers(made, now),
        *_in_electors(made, now),
    ]
    return found or ["Particulars that the documents print have changed."]


def _compared(snapshot: Snapshot) -> dict[str, Any]:
    return {name: part for name, part in snapshot.items() if name not in _IGNORED}


def _in_facts(made: Snapshot, now: Snapshot, labels: Mapping[str, str]) -> Iterator[str]:
    for name, label in labels.items():
        if made.get(name) != now.get(name):
            yield f"{label}: was {_shown(made.get(name))}, is {_shown(now.get(name))}."


def _in_people(made: Snapshot, now: Snapshot) -> Iterator[str]:
    people_now = _people(now)
    for number, before in _people(made).items():
        after = people_now.get(number)
        if after is None:
            continue
        for name, label in _PERSON.items():
            if before.get(name) != after.get(name):
                yield f"{before['name']}’s {label}: was {_shown(before.get(name))}, is {_shown(after.get(name))}."


def _people(part: Any) -> dict[int, Mapping[str, Any]]:
    """Return everybody whose particulars a snapshot holds, by their number."""
    if isinstance(part, Mapping):
        found = {part["id"]: part} if "id" in part and "short_name" in part else {}
        return {number: one for inner in part.values() for number, one in _people(inner).items()} | found
    if isinstance(part, list | tuple):
        return {number: one for inner in part for number, one in _people(inner).items()}
    return {}


def _in_addressee(made: Snapshot, now: Snapshot) -> Iterator[str]:
    before, after = (part["addressee"] or {} for part in (made, now))
    if before.get("id") != after.get("id"):
        yield f"Signing contact: was {_shown(before.get('name'))}, is {_shown(after.get('name'))}."


def _in_registers(made: Snapshot, now: Snapshot) -> Iterator[str]:
    for name, sentence in _REGISTERS.items():
        if _without_people(made[name]) != _without_people(now[name]):
            yield sentence


def _without_people(part: Any) -> Any:
    """Return the entries with the number of each person in place of the particulars, which are told apart."""
    if isinstance(part, Mapping):
        if "id" in part and "short_name" in part:
            return part["id"]
        return {name: _without_people(inner) for name, inner in part.items()}
    return [_without_people(inner) for inner in part] if isinstance(part, list | tuple) else part


def _in_electors(made: Snapshot, now: Snapshot) -> Iterator[str]:
    before, after = (_names(part) for part in (made, now))
    if before != after:
        yield f"Directors who resolve: were {before}, are {after}."


def _names(snapshot: Snapshot) -> str:
    return ", ".join(one["name"] for one in snapshot["electors"]["signing"]) or "nobody"


def _shown(value: object) -> str:
    if value is None or value == "":
        return "not recorded"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{date.fromisoformat(str(value)):%d/%m/%Y}" if _DAY.fullmatch(str(value)) else f"“{value}”"
