"""The fields that a contact and a client have in common: what each side says, and whether it is the same.

Values are texts as a page shows them; an address is one line. The same means the same to a person: case,
spaces, "St" for "Street" and +61 for 0 tell nobody apart.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from minutebook.contacts.addresses import AUSTRALIA, country_code, country_name
from minutebook.contacts.models import Address, Contact
from minutebook.practice.models import Client

type Values = dict[str, str]  # by field
Kind = Contact.Kind
_PEOPLE, _COMPANIES = frozenset({Kind.PERSON}), frozenset({Kind.COMPANY})
_ORGANISATIONS = frozenset(Kind.values) - {Kind.PERSON, Kind.JOINT}
_ALL = frozenset(Kind.values)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that both sides know. `asic` is whether ASIC's registers hold it of a company or officeholder."""

    code: str
    label: str
    kinds: frozenset[str]
    asic: bool = False


FIELDS = (
    Field("name", "Name", _ORGANISATIONS, asic=True),
    Field("given_names", "Given names", _PEOPLE, asic=True),
    Field("family_name", "Family name", _PEOPLE, asic=True),
    Field("title", "Title", _PEOPLE),
    Field("gender", "Gender", _PEOPLE),
    Field("born_on", "Date of birth", _PEOPLE),
    Field("acn", "ACN", _COMPANIES),
    Field("abn", "ABN", _ORGANISATIONS),
    Field("email", "Email", _ALL),
    Field("phone", "Phone", _ALL),
    Field("address", "Address", _ALL, asic=True),
    Field("postal_address", "Postal address", _ALL),
)
LABELS = {field.code: field.label for field in FIELDS}
ADDRESSES = ("address", "postal_address")
_PARTS = ("street", "suburb", "state", "postcode", "country")


def fields_of(kind: str) -> tuple[Field, ...]:
    """Return the fields compared of a contact of this kind."""
    return tuple(field for field in FIELDS if kind in field.kinds)


def ours(contact: Contact, *, place: Address | None = None) -> Values:
    """Return what the contact says. Its addresses must be at hand.

    `place` is where a company's registers say it is: its address, unless the contact has one of its own.
    """
    values = {field.code: _text_of(getattr(contact, field.code)) for field in fields_of(contact.kind)}
    values["address"] = values["address"] or _text_of(place)
    return values


def theirs(client: Client, *, kind: str) -> Values:
    """Return what the client says, in the fields of a contact of this kind."""
    return values_of(client.details, kind=kind)


def values_of(details: Mapping[str, Any], *, kind: str) -> Values:
    """Return the values of a client's details."""
    found = dict(details)
    if kind == Kind.PERSON and not (found.get("given_names") or found.get("family_name")):
        found["given_names"], found["family_name"] = names_in(str(found.get("name", "")))
    values = {field.code: _text_of(found.get(field.code) or "") for field in fields_of(kind)}
    if values.get("born_on"):
        values["born_on"] = _text_of(date.fromisoformat(values["born_on"]))
    if is_same("postal_address", values["postal_address"], values["address"]):
        values["postal_address"] = ""  # practices copy the street address there
    return values


def texts_of(written: Mapping[str, Any], *, client: Client, kind: str) -> Values:
    """Return what a client says in some fields once these were written."""
    values = values_of(client.details | dict(written), kind=kind)
    return {code: values[code] for code in written if code in values}


def is_same(code: str, one: str, other: str) -> bool:
    """Tell whether two values of a field say the same to a person."""
    return one == other or _folded(code, one) == _folded(code, other)


def differing(mine: Values, yours: Values) -> dict[str, list[str]]:
    """Return both values of each field that differs."""
    return {code: [mine[code], yours[code]] for code in mine if not is_same(code, mine[code], yours[code])}


def names_in(name: str) -> tuple[str, str]:
    """Return given names and family name of "Ngata, Aroha Mereana" or "Aroha Mereana Ngata"."""
    family, comma, given = name.partition(",")
    if comma:
        return " ".join(given.split()), " ".join(family.split())
    given, _, family = " ".join(name.split()).rpartition(" ")
    return given, family


def address_parts(details: Mapping[str, Any]) -> dict[str, str]:
    """Return a client's address in the columns of an Address, as far as it can be told."""
    country = str(details.get("country", "")).strip()
    state = str(details.get("state", "")).strip()
    return {
        "street": str(details.get("street", "")).strip(),
        "suburb": str(details.get("suburb", "")).strip(),
        "state": _STATES.get(state.casefold(), state.upper()),
        "postcode": str(details.get("postcode", "")).strip(),
        "country": (country_code(country) if country else AUSTRALIA) or "",
    }


def parts_to_write(address: Address | None) -> dict[str, str]:
    """Return one of our addresses as the practice manager keeps it."""
    if address is None:
        return dict.fromkeys(_PARTS, "")
    care_of = f"c/- {address.care_of}, " if address.care_of else ""
    return {
        "street": f"{care_of}{address.street}",
        "suburb": address.suburb,
        "state": address.state,
        "postcode": address.postcode,
        "country": country_name(address.country),
    }


_STATES = {
    "australian capital territory": "ACT", "new south wales": "NSW", "northern territory": "NT",
    "queensland": "QLD", "south australia": "SA", "tasmania": "TAS", "victoria": "VIC",
    "western australia": "WA",
}  # fmt: skip
_ABBREVIATED = {
    "street": "st", "road": "rd", "avenue": "ave", "drive": "dr", "court": "ct", "crescent": "cres",
    "place": "pl", "highway": "hwy", "lane": "ln", "parade": "pde", "terrace": "tce", "level": "lvl",
    "boulevard": "blvd", "unit": "u", "suite": "ste",
}  # fmt: skip
_LINE = 9  # digits of a telephone number that tell one from another


def _text_of(value: Any) -> str:
    match value:
        case None:
            return ""
        case date():
            return f"{value:%d/%m/%Y}"
        case Address():
            return value.one_line
        case dict():
            return _one_line(value)
        case _:
            return " ".join(str(value).split())


def _one_line(details: Mapping[str, Any]) -> str:
    """Return an address as `Address.one_line` would write it."""
    parts = address_parts(details)
    place = " ".join(filter(None, (parts["suburb"], parts["state"], parts["postcode"])))
    if not parts["street"] and not place:
        return ""
    country = "" if parts["country"] == AUSTRALIA else str(details.get("country", ""))
    return " ".join(", ".join(filter(None, (parts["street"], place, country))).split())


def _folded(code: str, text: str) -> str:
    if code == "phone":
        digits = "".join(filter(str.isdigit, text))
        return digits[-_LINE:] if len(digits) >= _LINE else digits or text.casefold()
    if code in ADDRESSES:
        words = re.sub(r"[^\w/&-]+", " ", text.casefold()).split()
        return " ".join(_ABBREVIATED.get(word, word) for word in words)
    return " ".join(text.casefold().split())
