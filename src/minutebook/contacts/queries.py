"""Reads for the contacts pages. What other packages know of a contact's use, they register here."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from minutebook.contacts.models import Contact
from minutebook.contacts.search import find_contacts, find_meant


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """One place where a contact is used, such as "Director of Southern Star Pty Ltd since 14/03/2017"."""

    sentence: str
    url: str


type UsesOf = Callable[[Contact], list[Use]]
_uses_of: list[UsesOf] = []


def tell_uses(uses_of: UsesOf) -> None:
    """Register how a package above knows where a contact is used. Call once, when apps are ready."""
    _uses_of.append(uses_of)


def uses_of(contact: Contact) -> list[Use]:
    """Return where the contact is used, in every package that told."""
    return [use for tell in _uses_of for use in tell(contact)]


def company_of(contact: Contact) -> int | None:
    """Return the id of the company whose names and numbers the contact holds, if there is one."""
    company = getattr(contact, "company", None)  # of a package above, whose row points here
    return company.pk if company else None


def contact_rows(*, text: str, kind: str) -> QuerySet[Contact]:
    """Return contacts that match, in name order."""
    found = find_contacts(text)
    if text.strip() and not found.exists():
        found = find_meant(text)
    if kind in Contact.Kind:
        found = found.filter(kind=kind)
    return found.select_related("address").order_by("name", "pk")


def kind_counts() -> list[tuple[str, str, int]]:
    """Return code, label and number of contacts of each kind that occurs."""
    counted = dict(Contact.objects.values_list("kind").annotate(Count("pk")).order_by())
    return [(code, label, counted[code]) for code, label in Contact.Kind.choices if code in counted]
