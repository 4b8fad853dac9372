"""Who is what to whom: the registers here against the relationships of the practice, and what to offer.

A relationship counts as there whichever of the two clients lists it, and whether it says "Director" or
"Director Of": practices show both, and offering one twice is worse than offering one too few. Entries in
pencil are not offered before they are signed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from minutebook.companies.models import Company, CorporateEvent, Officeholder, RegisterEntry, Shareholding
from minutebook.contacts.models import Contact
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.scope import current_firm_id
from minutebook.sync.models import Outgoing, RelationshipOffer

Change = RelationshipOffer.Change
DIRECTOR, SECRETARY, SHAREHOLDER, TRUSTEE = "Director", "Secretary", "Shareholder", "Trustee"
_OF_OFFICE = {Officeholder.Office.DIRECTOR: DIRECTOR, Officeholder.Office.SECRETARY: SECRETARY}
_KEPT_HERE = (
    DIRECTOR,
    SECRETARY,
    SHAREHOLDER,
)  # there is no register of trustees to tell who is none any more
_AT_ONCE = 500

type Key = tuple[str, frozenset[int]]  # kind, and the two clients


@dataclass(frozen=True, kw_only=True, slots=True)
class Stands:
    """A relationship as one side has it."""

    kind: str
    holder: int  # keys of clients
    of: int
    since: date | None = None
    shares: int | None = None
    remote_id: str = ""

    @property
    def key(self) -> Key:
        return self.kind, frozenset((self.holder, self.of))


def kind_of(word: str) -> str:
    """Return one of our kinds for the practice's word, such as "Director" for "director of"; "" for others."""
    plain = word.strip().casefold().removesuffix(" of")
    return next((kind for kind in (*_KEPT_HERE, TRUSTEE) if kind.casefold() == plain), "")


def has_ended(told: Mapping[str, Any], *, today: date) -> bool:
    """Tell whether a relationship, as a client's row keeps it, is over."""
    end = str(told.get("end_on") or "")
    return bool(end) and date.fromisoformat(end) <= today


def offer_relationships(connection: Connection, *, today: date) -> int:
    """Make the offers anew; return how many are open. What a person let stand stays so until it changes."""
    clients = _linked_clients(connection)
    here = {each.key: each for each in _in_registers(clients, today=today)}
    there = _in_practice(connection, today=today)
    pending = _on_their_way(connection)
    wanted = [
        each
        for each in (*_missing(here, there), *_gone(here, there, clients, today=today))
        if (each.kind, each.holder_id, each.of_id) not in pending
    ]
    with transaction.atomic():
        return _replace(connection, wanted)


def _missing(here: Mapping[Key, Stands], there: Mapping[Key, Stands]) -> Iterator[RelationshipOffer]:
    """Yield what the registers say and the practice does not, or with other shares."""
    for key, ours in here.items():
        theirs = there.get(key)
        if theirs is None:
            yield _offer(Change.ADD, ours, reason="It stands in the registers, and not in XPM.")
        elif ours.shares is not None and ours.shares != theirs.shares:
            yield _offer(Change.REVISE, ours, theirs=theirs, reason="XPM has another number of shares.")


def _gone(
    here: Mapping[Key, Stands],
    there: Mapping[Key, Stands],
    clients: Mapping[int, int],
    *,
    today: date,
) -> Iterator[RelationshipOffer]:
    """Yield what the practice says of companies whose registers are here, and the registers do not."""
    linked = {client: contact for contact, client in clients.items()}
    kept = set(Company.objects.filter(contact__in=clients).values_list("contact_id", flat=True))
    ended = _ended(clients, today=today)
    for key, theirs in there.items():
        both = [linked.get(theirs.holder), linked.get(theirs.of)]
        if key in here or key[0] not in _KEPT_HERE or None in both:
            continue
        holder, of = (theirs.holder, theirs.of) if linked[theirs.of] in kept else (theirs.of, theirs.holder)
        if linked[of] not in kept:
            continue
        on = ended.get(key)
        reason = f"Ended on {on:%d/%m/%Y} in the registers." if on else "The registers do not say so."
        stands = Stands(
            kind=theirs.kind,
            holder=holder,
            of=of,
            since=theirs.since,
            shares=theirs.shares,
            remote_id=theirs.remote_id,
        )
        yield _offer(Change.REMOVE, stands, theirs=stands, reason=reason)


def _offer(change: Change, stands: Stands, *, theirs: Stands | None = None, reason: str) -> RelationshipOffer:
    return RelationshipOffer(
        change=change,
        kind=stands.kind,
        holder_id=stands.holder,
        of_id=stands.of,
        remote_id=theirs.remote_id if theirs else "",
        since=stands.since,
        shares=None if change == Change.REMOVE else stands.shares,
        shares_there=theirs.shares if theirs else None,
        reason=reason,
    )


def _replace(connection: Connection, wanted: Iterable[RelationshipOffer]) -> int:
    rows = {
        _identity(each): each for each in RelationshipOffer.objects.filter(tenant_id=connection.tenant_id)
    }
    fresh, stay, count = [], set(), 0
    for offer in wanted:
        known = rows.get(_identity(offer))
        if known and _says(known) == _says(offer):
            stay.add(known.pk)
            count += not known.is_left
        else:
            offer.firm_id, offer.tenant_id = current_firm_id(), connection.tenant_id
            fresh.append(offer)
    RelationshipOffer.objects.filter(tenant_id=connection.tenant_id).exclude(pk__in=stay).delete()
    RelationshipOffer.objects.bulk_create(fresh, batch_size=_AT_ONCE)
    return count + len(fresh)


def _identity(offer: RelationshipOffer) -> tuple[str, str, int, int]:
    return offer.change, offer.kind, offer.holder_id, offer.of_id


def _says(offer: RelationshipOffer) -> tuple[Any, ...]:
    return offer.remote_id, offer.since, offer.shares, offer.shares_there, offer.reason


def _linked_clients(connection: Connection) -> dict[int, int]:
    """Return, by contact, its client; of clients that are neither archived nor gone."""
    links = ClientLink.objects.filter(
        tenant_id=connection.tenant_id, client__is_gone=False, client__is_archived=False
    )
    return dict(links.values_list("contact_id", "client_id"))


def _in_registers(clients: Mapping[int, int], *, today: date) -> Iterator[Stands]:
    """Yield what the registers say of linked contacts and linked companies."""
    offices = Officeholder.objects.filter(_standing(today), office__in=_OF_OFFICE)
    for contact, company, office, since in offices.order_by("-since").values_list(
        "contact_id", "company__contact_id", "office", "since"
    ):
        if contact in clients and company in clients:
            kind = _OF_OFFICE[Officeholder.Office(office)]
            yield Stands(kind=kind, holder=clients[contact], of=clients[company], since=since)
    yield from _holdings(clients, today=today)


def _holdings(clients: Mapping[int, int], *, today: date) -> Iterator[Stands]:
    trusts = dict(
        Contact.objects.filter(kind__in=(Contact.Kind.TRUST, Contact.Kind.SMSF)).values_list("name", "pk")
    )
    parcels = Shareholding.objects.filter(_standing(today))
    summed: dict[tuple[int, int], tuple[int, date]] = {}
    for member, company, quantity, since, held_for in parcels.values_list(
        "member_id", "company__contact_id", "quantity", "since", "held_for"
    ):
        if member in clients and company in clients:
            before, first = summed.get((member, company), (0, since))
            summed[member, company] = before + quantity, min(first, since)
        trust = clients.get(trusts.get(held_for, 0))
        if trust and member in clients:
            yield Stands(kind=TRUSTEE, holder=clients[member], of=trust)
    for (member, company), (quantity, since) in summed.items():
        yield Stands(
            kind=SHAREHOLDER, holder=clients[member], of=clients[company], since=since, shares=quantity
        )


def _standing(today: date) -> Q:
    """Select final entries in force; one that only a pack in pencil has ended still is."""
    pencil = CorporateEvent.Status.PENDING
    begun = Q(since__lte=today) & (Q(entered_by=None) | ~Q(entered_by__status=pencil))
    return begun & (Q(until=None) | Q(until__gt=today) | Q(ended_by__status=pencil))


def _ended(clients: Mapping[int, int], *, today: date) -> dict[Key, date]:
    """Return when what the registers once said has ended."""
    found: dict[Key, date] = {}
    models: tuple[tuple[type[RegisterEntry], str], ...] = (
        (Officeholder, "contact_id"),
        (Shareholding, "member_id"),
    )
    for model, holder in models:
        office = "office" if model is Officeholder else "pk"
        rows = model.objects.filter(until__lte=today).values_list(  # type: ignore[attr-defined]
            holder, "company__contact_id", "until", office
        )
        for who, company, until, what in rows:
            kind = _OF_OFFICE.get(what, "") if model is Officeholder else SHAREHOLDER
            if kind and who in clients and company in clients:
                key = kind, frozenset((clients[who], clients[company]))
                found[key] = max(until, found.get(key, until))
    return found


def _in_practice(connection: Connection, *, today: date) -> dict[Key, Stands]:
    rows = Client.objects.of(connection).exclude(relationships=[])
    told = list(rows.values_list("pk", "relationships"))
    wanted = {each["related"].lower() for _, relationships in told for each in relationships}
    keys = dict(
        Client.objects.of(connection).filter(remote_id__in=wanted).values_list("remote_id", "pk")
        if len(wanted) < _AT_ONCE
        else Client.objects.of(connection).values_list("remote_id", "pk")
    )
    found: dict[Key, Stands] = {}
    for client, relationships in told:
        for each in relationships:
            kind, related = kind_of(each["kind"]), keys.get(each["related"].lower())
            if not kind or related is None or has_ended(each, today=today):
                continue
            stands = Stands(
                kind=kind,
                holder=client,
                of=related,
                since=_day(each.get("start_on")),
                shares=each.get("shares") or 0,
                remote_id=each["id"],
            )
            found.setdefault(stands.key, stands)
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _on_their_way(connection: Connection) -> set[tuple[str, int, int]]:
    rows = Outgoing.objects.filter(
        tenant_id=connection.tenant_id, kind__in=Outgoing.OF_RELATIONSHIPS, state__in=Outgoing.PENDING
    )
    return {
        (fields["kind"], fields["holder"], fields["of"]) for fields in rows.values_list("fields", flat=True)
    }
