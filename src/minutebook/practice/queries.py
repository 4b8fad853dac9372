"""What the pages about the practice manager show. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from minutebook.activity.models import Activity, history_of
from minutebook.contacts.models import Contact
from minutebook.contacts.search import find_contacts, search_contacts
from minutebook.firms.models import Firm
from minutebook.practice.governor import Usage, usage
from minutebook.practice.links import LeftOut, Match, ambiguous_acns, exact_acn_matches
from minutebook.practice.models import Client, ClientLink, Connection, JobTemplate, Price, StaffMember

OPTIONS = 20  # shown in a list that opens while somebody types
COUNTED = 200  # more are not counted: a firm may have a million contacts, and nobody scrolls to them
SHOWN_PRICES = 200  # on the settings page; nobody looks for a price there


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientCounts:
    """How many clients the latest reading found."""

    active: int
    archived: int
    linked: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PracticeRead:
    """What was read from the connected practice, and what could be linked."""

    templates: Sequence[JobTemplate]
    staff: Sequence[StaffMember]
    prices: Sequence[Price]
    price_count: int
    clients: ClientCounts
    matches: Sequence[Match]
    left_out: Sequence[LeftOut]
    usage: Usage
    history: Sequence[Activity]

    @property
    def templates_words(self) -> str:
        return f"{len(self.templates)} template{'' if len(self.templates) == 1 else 's'}"

    @property
    def hidden_count(self) -> int:
        return sum(member.is_hidden for member in self.staff)


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactOption:
    """A contact to choose as the job's client, and the client it is linked to."""

    contact: Contact
    client: Client | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientOption:
    """A client of the practice to link with, and the contact that has it already."""

    client: Client
    contact: Contact | None


def find_connection(firm: Firm) -> Connection | None:
    """Return the firm's connection, in whatever state; None when there never was one."""
    return Connection.objects.filter(firm=firm).select_related("connected_by").first()


def practice_read(connection: Connection, *, now: datetime) -> PracticeRead:
    """Return what the settings page shows of a practice."""
    prices = Price.objects.of(connection).order_by("description", "pk")
    return PracticeRead(
        templates=list(JobTemplate.objects.of(connection).order_by("name", "pk")),
        staff=list(StaffMember.objects.of(connection).order_by("name", "email", "pk")),
        prices=list(prices[:SHOWN_PRICES]),
        price_count=prices.count(),
        clients=_client_counts(connection),
        matches=exact_acn_matches(connection),
        left_out=ambiguous_acns(connection),
        usage=usage(connection.tenant_id, now=now),
        history=list(history_of(connection).order_by("-happened_at", "-pk")[:8]),
    )


def contact_options(firm: Firm, typed: str) -> tuple[Sequence[ContactOption], int]:
    """Return the first contacts found by name, ACN, ABN or e-mail, and how many there are, up to COUNTED."""
    found = find_contacts(typed)
    shown = search_contacts(typed, limit=OPTIONS) or list(found.order_by("name", "pk")[:OPTIONS])
    clients = _linked_clients(find_connection(firm), shown)
    options = [ContactOption(contact=contact, client=clients.get(contact.pk)) for contact in shown]
    return options, found[:COUNTED].count()


def client_options(firm: Firm, typed: str) -> tuple[Sequence[ClientOption], int]:
    """Return the first active clients found by name, ACN or ABN, and how many there are."""
    connection = find_connection(firm)
    if connection is None:
        return [], 0
    digits = typed.replace(" ", "")
    named = Q(name__icontains=typed.strip())
    numbered = Q(acn__startswith=digits) | Q(abn__startswith=digits) if digits.isdigit() else Q()
    clients = Client.objects.of(connection).active().filter(named | numbered)
    shown = list(clients.order_by("name", "pk")[:OPTIONS])
    links = ClientLink.objects.filter(client__in=[client.pk for client in shown]).select_related("contact")
    holders = {link.client_id: link.contact for link in links}
    return [ClientOption(client=client, contact=holders.get(client.pk)) for client in shown], clients.count()


def _linked_clients(connection: Connection | None, contacts: Sequence[Contact]) -> Mapping[int, Client]:
    if connection is None:
        return {}
    links = ClientLink.objects.filter(
        tenant_id=connection.tenant_id, contact__in=[contact.pk for contact in contacts]
    ).select_related("client")
    return {link.contact_id: link.client for link in links}


def _client_counts(connection: Connection) -> ClientCounts:
    found = Client.objects.of(connection).aggregate(
        active=Count("pk", filter=Q(is_archived=False)), archived=Count("pk", filter=Q(is_archived=True))
    )
    linked = ClientLink.objects.filter(tenant_id=connection.tenant_id).count()
    return ClientCounts(active=found["active"], archived=found["archived"], linked=linked)
