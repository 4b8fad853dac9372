"""Which of our contacts is which client of the practice.

A person says so: one by one, or once for all that match exactly. Nothing is linked otherwise.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from minutebook.activity.models import record
from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.practice.models import Client, ClientLink, Connection


class CannotLink(Exception):
    """The contact and the client were not linked; the message says why and what to do."""


type KeepsLink = Callable[[ClientLink, User, datetime], None]
_when_linked: list[KeepsLink] = []
_before_unlinked: list[KeepsLink] = []


def tell_links(*, when_linked: KeepsLink, before_unlinked: KeepsLink) -> None:
    """Register how a package above keeps what people link and unlink by hand, so that it can be taken back.

    Each may raise CannotLink; then nothing is linked or unlinked. Call once, when apps are ready.
    """
    _when_linked.append(when_linked)
    _before_unlinked.append(before_unlinked)


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A contact and the one client with the same ACN."""

    contact: Contact
    client: Client


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """An ACN that does not say who is who, and why."""

    acn: str
    reason: str


def exact_acn_matches(connection: Connection) -> list[Match]:
    """Return the contacts whose ACN one active client has and nobody else, neither yet linked; by name."""
    matches = [
        Match(contact=same.contacts[0], client=same.clients[0])
        for same in _same_acns(connection).values()
        if not same.is_ambiguous and not same.is_linked
    ]
    return sorted(matches, key=lambda match: (match.contact.name.casefold(), match.contact.pk))


def ambiguous_acns(connection: Connection) -> list[LeftOut]:
    """Return the ACNs on both sides that are not offered, because several have them and none is linked."""
    return [
        LeftOut(acn=acn, reason=same.why_ambiguous)
        for acn, same in sorted(_same_acns(connection).items())
        if same.is_ambiguous and not same.is_linked
    ]


def link_matches(matches: Iterable[Match], *, by: User, now: datetime) -> int:
    """Link them all, leaving out what somebody has linked meanwhile; return how many were linked."""
    linked = 0
    with transaction.atomic():
        for match in matches:
            try:
                _link_and_tell(match.contact, match.client, reason=ClientLink.Reason.ACN, by=by, now=now)
            except CannotLink:
                continue
            linked += 1
    return linked


def link_client(
    contact: Contact,
    client: Client,
    *,
    reason: ClientLink.Reason = ClientLink.Reason.HAND,
    by: User,
    now: datetime,
) -> ClientLink:
    """Link as a person said. Raises CannotLink when either is linked to another, or the client not active."""
    _check_active(client)
    return _link(contact, client, reason=reason, by=by, now=now)


def link_by_hand(contact: Contact, client: Client, *, by: User, now: datetime) -> ClientLink:
    """Link as a person said outside the review; it stands among the decisions too. Raises CannotLink."""
    _check_active(client)
    return _link_and_tell(contact, client, reason=ClientLink.Reason.HAND, by=by, now=now)


def unlink_by_hand(link: ClientLink, *, by: User, now: datetime) -> None:
    """Unlink as a person said outside the review. Raises CannotLink while a change is on its way."""
    with transaction.atomic():
        for keep in _before_unlinked:
            keep(link, by, now)
        unlink(link, by=by)


def unlink(link: ClientLink, *, by: User) -> None:
    """Take a link back. Jobs made for it stay."""
    with transaction.atomic():
        record(
            "client.unlinked",
            link.contact,
            sentence=f"Unlinked from XPM client {link.client.name}",
            by=by,
            before={"XPM client": link.client.name},
        )
        link.delete()


def link_of(contact: Contact, connection: Connection) -> ClientLink | None:
    """Return the contact's link in the connected practice."""
    return (
        ClientLink.objects.filter(contact=contact, tenant_id=connection.tenant_id)
        .select_related("client")
        .first()
    )


def _check_active(client: Client) -> None:
    if client.is_gone or client.is_archived:
        raise CannotLink(f"{client.name} is archived or deleted in XPM. Choose an active client.")


def _link_and_tell(
    contact: Contact, client: Client, *, reason: ClientLink.Reason, by: User, now: datetime
) -> ClientLink:
    with transaction.atomic():
        link = _link(contact, client, reason=reason, by=by, now=now)
        for keep in _when_linked:
            keep(link, by, now)
    return link


def _link(
    contact: Contact, client: Client, *, reason: ClientLink.Reason, by: User, now: datetime
) -> ClientLink:
    try:
        with transaction.atomic():
            link = ClientLink.objects.create(
                tenant_id=client.tenant_id,
                contact=contact,
                client=client,
                reason=reason,
                linked_by=by,
                linked_at=now,
            )
            record(
                "client.linked",
                contact,
                sentence=f"Linked to XPM client {client.name} {reason.label}",
                by=by,
                client=client.remote_id,
                after={"XPM client": client.name},
            )
    except IntegrityError as problem:
        raise CannotLink(_why_taken(contact, client)) from problem
    return link


def why_not_one(kept: Contact, absorbed: Contact) -> list[str]:
    """Return what the links say against making two contacts one: each is another client of one practice."""
    tenants = ClientLink.objects.filter(contact=kept).values("tenant_id")
    both = ClientLink.objects.filter(contact=absorbed, tenant_id__in=tenants).select_related("client").first()
    if both is None:
        return []
    sentence = f"Both are linked to a client in XPM. Unlink {absorbed.name} from {both.client.name} first."
    return [sentence]


def _why_taken(contact: Contact, client: Client) -> str:
    taken = ClientLink.objects.filter(tenant_id=client.tenant_id).select_related("contact", "client")
    of_contact = taken.filter(contact=contact).first()
    if of_contact:
        return f"{contact.name} is linked to XPM client {of_contact.client.name} already. Unlink it first."
    of_client = taken.filter(client=client).first()
    holder = of_client.contact.name if of_client else "another contact"
    return (
        f"XPM client {client.name} is linked to {holder} already. Unlink it there first, or choose another."
    )


@dataclass(kw_only=True, slots=True)
class _SameAcn:
    """Who has one ACN, here and there."""

    contacts: list[Contact] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    is_linked: bool = False  # one of them is

    @property
    def is_ambiguous(self) -> bool:
        return len(self.contacts) > 1 or len(self.clients) > 1

    @property
    def why_ambiguous(self) -> str:
        reasons = []
        if len(self.contacts) > 1:
            reasons.append(f"{len(self.contacts)} contacts here have this ACN: merge them")
        if len(self.clients) > 1:
            names = ", ".join(sorted(client.name for client in self.clients))
            reasons.append(
                f"{len(self.clients)} clients in XPM have it ({names}): link the right one by hand"
            )
        return "; ".join(reasons) + "."


def _same_acns(connection: Connection) -> dict[str, _SameAcn]:
    """Return, by ACN, who has it here and who there; only where both sides have somebody."""
    clients = Client.objects.of(connection).active().exclude(acn="")
    contacts = Contact.objects.exclude(acn="").filter(acn__in=clients.values("acn"))
    links = ClientLink.objects.filter(tenant_id=connection.tenant_id)
    linked_contacts = set(links.values_list("contact_id", flat=True))
    linked_clients = set(links.values_list("client_id", flat=True))
    found: dict[str, _SameAcn] = defaultdict(_SameAcn)
    for contact in contacts:
        found[contact.acn].contacts.append(contact)
        found[contact.acn].is_linked |= contact.pk in linked_contacts
    for client in clients.filter(acn__in=contacts.values("acn")):
        found[client.acn].clients.append(client)
        found[client.acn].is_linked |= client.pk in linked_clients
    return found
