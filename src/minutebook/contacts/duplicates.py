"""Which of the firm's own contacts may be one: the finder behind the Duplicates page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

from minutebook.contacts.identifiers import BadIdentifier, check_abn, check_acn
from minutebook.contacts.matching import Match, Particulars, find_duplicates
from minutebook.contacts.models import Contact, KeptApart


@dataclass(frozen=True, kw_only=True, slots=True)
class Duplicate:
    """Two contacts that may be one, and why."""

    first: Contact
    second: Contact
    match: Match


def possible_duplicates(*, limit: int) -> tuple[list[Duplicate], int]:
    """Return the likeliest pairs that nobody has decided on, and how many there are in all."""
    apart = set(KeptApart.objects.values_list("first_id", "second_id"))
    pairs = [
        (pair, match)
        for match in find_duplicates(map(particulars_of, _all_contacts()))
        if (pair := _in_order(match)) not in apart
    ]
    shown = pairs[:limit]
    contacts = Contact.objects.select_related("address").in_bulk({pk for pair, _ in shown for pk in pair})
    return [
        Duplicate(first=contacts[first], second=contacts[second], match=match)
        for (first, second), match in shown
    ], len(pairs)


def particulars_of(contact: Contact) -> Particulars:
    """Return what matching asks of a contact. Numbers that cannot be right are left out."""
    return Particulars(
        key=contact.pk,
        kind=contact.kind,
        name=contact.name,
        former_names=tuple(name.strip() for name in contact.former_names.split(";") if name.strip()),
        born_on=contact.born_on,
        acn=_checked(check_acn, contact.acn),
        abn=_checked(check_abn, contact.abn),
        director_id=contact.director_id,
        street=contact.address.street if contact.address else "",
        postcode=contact.address.postcode if contact.address else "",
        email=contact.email.casefold(),
        phone=contact.phone,
    )


def _all_contacts() -> Iterator[Contact]:
    return Contact.objects.select_related("address").order_by("pk").iterator(chunk_size=2000)


def _in_order(match: Match) -> tuple[int, int]:
    first, second = cast("int", match.ours.key), cast("int", match.theirs.key)
    return min(first, second), max(first, second)


def _checked(check: Callable[[str], str], number: str) -> str:
    try:
        return check(number) if number else ""
    except BadIdentifier:
        return ""
