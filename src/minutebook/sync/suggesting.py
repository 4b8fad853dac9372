"""Finding which contacts and clients may be one, for people to decide. Nothing is linked here."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import cast

from django.db import models, transaction

from minutebook.contacts.duplicates import particulars_of
from minutebook.contacts.identifiers import BadIdentifier, check_abn, check_acn
from minutebook.contacts.matching import Match, Particulars, find_matches
from minutebook.contacts.models import Contact
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.sync.fields import address_parts
from minutebook.sync.models import Ignored, Suggestion
from minutebook.sync.structures import KindsOfStructures

State = Suggestion.State
_AT_ONCE = 2000  # rows fetched or written at a time


def suggest_matches(connection: Connection) -> int:
    """Replace the suggestions that nobody has decided on; return how many there are. Takes seconds."""
    matches = find_matches(_unlinked_contacts(connection), unlinked_clients(connection))
    apart = set(
        Suggestion.objects.filter(tenant_id=connection.tenant_id)
        .exclude(state=State.OPEN)
        .values_list("contact_id", "client_id")
    )
    with transaction.atomic():
        Suggestion.objects.filter(tenant_id=connection.tenant_id, state=State.OPEN).delete()
        rows = [_row(connection, match) for match in matches if _pair(match) not in apart]
        Suggestion.objects.bulk_create(rows, batch_size=_AT_ONCE)
    return len(rows)


def unlinked_clients(connection: Connection) -> Iterator[Particulars]:
    """Yield the active clients that take part and are not linked, as matching asks for them."""
    kinds = KindsOfStructures()
    clients = (
        Client.objects.of(connection)
        .active()
        .exclude(pk__in=_links(connection).values("client_id"))
        .exclude(pk__in=Ignored.objects.values("client_id"))
    )
    for client in clients.order_by("pk").iterator(chunk_size=_AT_ONCE):
        kind = kinds.kind_of(client.structure)
        if kind:
            yield _particulars_of_client(client, kind)


def _unlinked_contacts(connection: Connection) -> Iterator[Particulars]:
    standing = _links(connection).filter(client__is_gone=False)  # a new client may be one that was deleted
    contacts = Contact.objects.exclude(pk__in=standing.values("contact_id"))
    for contact in contacts.select_related("address").order_by("pk").iterator(chunk_size=_AT_ONCE):
        yield particulars_of(contact)


def _links(connection: Connection) -> models.QuerySet[ClientLink]:
    return ClientLink.objects.filter(tenant_id=connection.tenant_id)


def _particulars_of_client(client: Client, kind: str) -> Particulars:
    details = client.details
    address = address_parts(details.get("address") or {})
    person = f"{details.get('given_names', '')} {details.get('family_name', '')}".strip()
    return Particulars(
        key=client.pk,
        kind=kind,
        name=person if kind == Contact.Kind.PERSON and person else client.name,
        born_on=date.fromisoformat(details["born_on"]) if details.get("born_on") else None,
        acn=_checked(check_acn, client.acn),
        abn=_checked(check_abn, client.abn),
        street=address["street"],
        postcode=address["postcode"],
        email=client.email.casefold(),
        phone=details.get("phone", ""),
    )


def _checked(check: Callable[[str], str], number: str) -> str:
    try:
        return check(number) if number else ""
    except BadIdentifier:
        return ""


def _pair(match: Match) -> tuple[int, int]:
    return cast("int", match.ours.key), cast("int", match.theirs.key)


def _row(connection: Connection, match: Match) -> Suggestion:
    contact_id, client_id = _pair(match)
    return Suggestion(
        firm_id=connection.firm_id,
        tenant_id=connection.tenant_id,
        contact_id=contact_id,
        client_id=client_id,
        score=match.score,
        certainty=match.certainty.value,
        reasons=list(match.reasons),
        cautions=list(match.cautions),
    )
