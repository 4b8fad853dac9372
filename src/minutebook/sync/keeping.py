"""Keeping a client's value on a contact, and a contact's as it goes out to the practice manager."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from minutebook.contacts.identifiers import BadIdentifier, check_abn, check_acn
from minutebook.contacts.models import Address, Contact
from minutebook.sync.comparing import place_of
from minutebook.sync.fields import ADDRESSES, LABELS, address_parts, parts_to_write, values_of
from minutebook.text import UnprintableText, check_text


class CannotKeep(Exception):
    """A value from the practice manager cannot be kept here; the message says why and what to do."""


def take_value(contact: Contact, code: str, details: Mapping[str, Any]) -> None:
    """Write a client's value on a contact. Raises CannotKeep when it cannot be kept here."""
    value = values_of(details, kind=contact.kind)[code]
    if code in ADDRESSES:
        setattr(contact, code, _address_from(details.get(code) or {}) if value else None)
        return
    try:
        setattr(contact, code, _checked(code, value, contact))
    except (BadIdentifier, UnprintableText, ValidationError) as problem:
        words = getattr(problem, "message", None) or str(problem)
        raise CannotKeep(f"{LABELS[code]} “{value}” cannot be taken over. {words}") from problem
    name_person(contact)


def _checked(code: str, value: str, contact: Contact) -> Any:
    if code == "born_on":
        return _day(value) if value else None
    if code == "acn" and value:
        return check_acn(value)
    if code == "abn" and value:
        return check_abn(value)
    if code == "email" and value:
        validate_email(value)
    longest = getattr(contact._meta.get_field(code), "max_length", None)
    if longest and len(value) > longest:
        raise BadIdentifier(f"It has {len(value)} characters, and {longest} fit. Shorten it in XPM.")
    return check_text(value)


def _day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  # a day has no zone


def _address_from(details: Mapping[str, Any]) -> Address:
    parts = address_parts(details)
    if not parts["street"] or not parts["suburb"] or not parts["country"]:
        raise CannotKeep("The address in XPM lacks its street, suburb or country. Complete it there.")
    for name, value in parts.items():
        longest = getattr(Address._meta.get_field(name), "max_length", None) or 0
        if len(value) > longest:
            raise CannotKeep(f"The {name} in XPM is too long to keep here. Shorten it there.")
    return Address.objects.create(**parts)


def name_person(contact: Contact) -> None:
    if contact.is_person:
        contact.name = " ".join(filter(None, (contact.given_names, contact.family_name)))


def kept_of(contact: Contact, code: str) -> Any:
    """Return a contact's value as it can be kept, to be put back."""
    if code in ADDRESSES:
        return getattr(contact, f"{code}_id")
    value = getattr(contact, code)
    return value.isoformat() if isinstance(value, date) else value


def values_to_write(contact: Contact, codes: tuple[str, ...]) -> dict[str, Any]:
    """Return a contact's values as they go out."""
    written: dict[str, Any] = {}
    for code in codes:
        if code in ADDRESSES:
            address = getattr(contact, code) or (place_of(contact) if code == "address" else None)
            written[code] = parts_to_write(address)
        elif code == "born_on":
            written[code] = contact.born_on.isoformat() if contact.born_on else ""
        else:
            written[code] = getattr(contact, code)
    return written


def client_name(contact: Contact) -> str:
    """Return how a practice files somebody: "Ngata, Aroha"; organisations by their name."""
    if contact.is_person and contact.family_name:
        return ", ".join(filter(None, (contact.family_name, contact.given_names)))
    return contact.name
