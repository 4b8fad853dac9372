"""What a person decides: who is one, who is made here or there, whose words stand. Each can be taken back.

Every decision is one transaction: what it changes here, its own row, and the line in the firm's activity.
What is to change in the practice manager is only approved here; `outgoing` sends it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from minutebook.activity.models import record
from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.practice.links import CannotLink, link_client, unlink
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.sync.asic import as_asic_has_it, raise_notices
from minutebook.sync.comparing import compare, full_link
from minutebook.sync.fields import LABELS, values_of
from minutebook.sync.keeping import CannotKeep, client_name, kept_of, name_person, take_value, values_to_write
from minutebook.sync.models import Comparison, Decision, FirstSync, Ignored, Outgoing, Suggestion
from minutebook.sync.structures import KindsOfStructures

Kind = Decision.Kind
OURS, THEIRS, LEAVE = "ours", "theirs", "leave"


class CannotDecide(CannotKeep):
    """The decision was not carried out; the message says why and what to do."""


class DecidedMeanwhile(CannotDecide):
    """What was to be decided is no longer as the person saw it."""


def link_suggestion(suggestion: Suggestion, *, by: User, now: datetime) -> Decision:
    """Link the two. Raises CannotDecide; DecidedMeanwhile when somebody was faster."""
    with transaction.atomic():
        suggestion = _still_open(suggestion)
        decision = link_pair(suggestion.contact, suggestion.client, by=by, now=now)
        decision.undoing |= {"suggestion": suggestion.pk}
        decision.save(update_fields=["undoing"])
        suggestion.state = Suggestion.State.LINKED
        suggestion.save(update_fields=["state"])
    return decision


def link_pair(contact: Contact, client: Client, *, by: User, now: datetime) -> Decision:
    """Link a contact with a client. Raises CannotDecide."""
    with transaction.atomic():
        deleted = ClientLink.objects.filter(contact=contact, tenant_id=client.tenant_id, client__is_gone=True)
        for link in deleted.select_related("contact", "client"):
            unlink(link, by=by)  # its client was deleted in XPM: nothing is lost
        try:
            link = link_client(contact, client, reason=ClientLink.Reason.MATCH, by=by, now=now)
        except CannotLink as problem:
            raise CannotDecide(str(problem)) from problem
        return keep_link(link, by=by, now=now)


def keep_link(link: ClientLink, *, by: User, now: datetime) -> Decision:
    """Keep that a person has just linked two, from whichever page, and compare them."""
    contact, client = link.contact, link.client
    with transaction.atomic():
        Suggestion.objects.filter(
            Q(contact=contact) | Q(client=client), tenant_id=client.tenant_id, state=Suggestion.State.OPEN
        ).exclude(contact=contact, client=client).delete()
        if client.details:  # read before details were kept: there is nothing to compare yet
            compare(full_link(link.pk))
        return decide(
            Kind.LINK,
            f"{contact.name} linked to XPM client {client.name}",
            contact=contact,
            client=client,
            undoing={"link": link.pk},
            by=by,
            now=now,
        )


def say_they_are_two(suggestion: Suggestion, *, by: User, now: datetime) -> Decision:
    """Keep the two apart: they are not suggested again. Raises DecidedMeanwhile."""
    with transaction.atomic():
        suggestion = _still_open(suggestion)
        suggestion.state = Suggestion.State.TWO
        suggestion.save(update_fields=["state"])
        contact, client = suggestion.contact, suggestion.client
        sentence = f"{contact.name} and XPM client {client.name} are two"
        decision = decide(
            Kind.TWO,
            sentence,
            contact=contact,
            client=client,
            undoing={"suggestion": suggestion.pk},
            by=by,
            now=now,
        )
        record("sync.kept_apart", contact, sentence=sentence, by=by)
    return decision


def ignore_client(client: Client, *, by: User, now: datetime) -> Decision:
    """Ask no more about a client. Raises DecidedMeanwhile when it is linked or ignored."""
    with transaction.atomic():
        if (
            ClientLink.objects.filter(client=client).exists()
            or Ignored.objects.filter(client=client).exists()
        ):
            raise DecidedMeanwhile(f"{client.name} was linked or ignored by somebody meanwhile.")
        Ignored.objects.create(client=client)
        Suggestion.objects.filter(client=client, state=Suggestion.State.OPEN).delete()
        sentence = f"XPM client {client.name} ignored"
        record("sync.ignored", client, sentence=sentence, by=by)
        return decide(Kind.IGNORE, sentence, client=client, undoing={}, by=by, now=now)


def create_here(client: Client, *, by: User, now: datetime) -> Decision:
    """Make a contact of a client, and link the two. Raises CannotDecide."""
    kind = KindsOfStructures().kind_of(client.structure)
    if not kind:
        raise CannotDecide(
            f"{client.name} cannot become a contact before its business structure has a kind. Say which below."
        )
    with transaction.atomic():
        contact = Contact(kind=kind, firm_id=client.firm_id)
        for code, value in values_of(client.details, kind=kind).items():
            if value:
                take_value(contact, code, client.details)
        if not contact.name:
            raise CannotDecide("This client has no name in XPM. Give it one there, and read again.")
        contact.save()
        record("contact.added", contact, sentence=f"{contact.name} added from XPM", by=by)
        try:
            link = link_client(contact, client, reason=ClientLink.Reason.MATCH, by=by, now=now)
        except CannotLink as problem:
            raise DecidedMeanwhile(str(problem)) from problem
        Suggestion.objects.filter(client=client, state=Suggestion.State.OPEN).delete()
        compare(full_link(link.pk))
        return decide(
            Kind.CREATE_HERE,
            f"{contact.name} created here from XPM",
            contact=contact,
            client=client,
            undoing={"link": link.pk, "contact": contact.pk},
            by=by,
            now=now,
        )


def create_there(
    contact: Contact, connection: Connection, *, structure: str, by: User, now: datetime
) -> Decision:
    """Approve that a contact is added to the practice's clients. Raises CannotDecide."""
    with transaction.atomic():
        linked = ClientLink.objects.filter(contact=contact, tenant_id=connection.tenant_id).exists()
        waiting = Outgoing.objects.filter(contact=contact, kind=Outgoing.Kind.ADD, state__in=Outgoing.PENDING)
        if linked or waiting.exists():
            raise DecidedMeanwhile(f"{contact.name} was linked or approved by somebody meanwhile.")
        outgoing = Outgoing.objects.create(
            tenant_id=connection.tenant_id,
            kind=Outgoing.Kind.ADD,
            contact=contact,
            fields=values_to_write(contact, tuple(LABELS))
            | {"name": client_name(contact), "structure": structure},
            next_at=now,
            approved_by=by,
            approved_at=now,
        )
        sentence = f"{contact.name} to be created in XPM"
        record("sync.approved", contact, sentence=sentence, by=by)
        return decide(
            Kind.CREATE_THERE, sentence, contact=contact, undoing={"outgoing": outgoing.pk}, by=by, now=now
        )


def decide_fields(
    comparison: Comparison,
    choices: Mapping[str, str],
    *,
    seen: Mapping[str, list[str]],
    by: User,
    now: datetime,
) -> Decision:
    """Carry out whose words stand: for each field "ours", "theirs" or "leave".

    `seen` are the differences as the person saw them. Raises DecidedMeanwhile when a chosen one is no longer
    so, CannotDecide when a value cannot be kept here.
    """
    with transaction.atomic():
        held = Comparison.objects.select_for_update().get(pk=comparison.pk)
        link = full_link(held.link_id)
        held = compare(link)
        chosen = {code: choice for code, choice in choices.items() if choice in (OURS, THEIRS, LEAVE)}
        _check_unchanged(held, chosen, seen)
        was = as_asic_has_it(link.contact)
        undoing: dict[str, Any] = {"link": link.pk, "theirs": {}, "left": {}, "outgoing": None}
        before = dict(held.differences)
        _take_theirs(link, chosen, before, undoing, by=by)
        _approve_ours(link, chosen, before, undoing, by=by, now=now)
        left = [code for code, choice in chosen.items() if choice == LEAVE]
        undoing["left"] = {code: before[code] for code in left}
        held.left |= undoing["left"]
        held.save(update_fields=["left"])
        sentence = _sentence(link, chosen)
        if not undoing["theirs"]:
            record("sync.decided", link.contact, sentence=sentence, by=by)
        decision = decide(
            Kind.FIELDS, sentence, contact=link.contact, client=link.client, undoing=undoing, by=by, now=now
        )
        raise_notices(link.contact, decision, was=was, now=now)
        compare(full_link(link.pk))
    return decision


def snooze(comparison: Comparison, *, days: int, by: User, now: datetime) -> Decision:
    """Put a record off; it comes back then, or when something new differs."""
    with transaction.atomic():
        link = full_link(comparison.link_id)
        undoing = {"link": link.pk}
        comparison.snoozed_until = now + timedelta(days=days)
        comparison.save(update_fields=["snoozed_until"])
        sentence = f"{link.contact.name} put off for {days} day{'' if days == 1 else 's'}"
        record("sync.put_off", link.contact, sentence=sentence, by=by)
        return decide(
            Kind.SNOOZE, sentence, contact=link.contact, client=link.client, undoing=undoing, by=by, now=now
        )


def _take_theirs(
    link: ClientLink,
    chosen: Mapping[str, str],
    before: Mapping[str, list[str]],
    undoing: dict[str, Any],
    *,
    by: User,
) -> None:
    taken = [code for code, choice in chosen.items() if choice == THEIRS]
    if not taken:
        return
    contact = link.contact
    for code in taken:
        undoing["theirs"][code] = [kept_of(contact, code), None]
        take_value(contact, code, link.client.details)
        undoing["theirs"][code][1] = kept_of(contact, code)
    name_person(contact)
    contact.save()
    record(
        "contact.corrected",
        contact,
        sentence=f"{contact.name} corrected from XPM",
        by=by,
        before={LABELS[code]: before[code][0] for code in taken},
        after={LABELS[code]: before[code][1] for code in taken},
    )


def _approve_ours(
    link: ClientLink,
    chosen: Mapping[str, str],
    before: Mapping[str, list[str]],
    undoing: dict[str, Any],
    *,
    by: User,
    now: datetime,
) -> None:
    sent = tuple(code for code, choice in chosen.items() if choice == OURS)
    if not sent:
        return
    if "born_on" in sent and not link.contact.born_on:
        raise CannotDecide("XPM cannot be told to empty a date of birth. Clear it there.")
    outgoing = Outgoing.objects.create(
        tenant_id=link.tenant_id,
        kind=Outgoing.Kind.UPDATE,
        contact=link.contact,
        client=link.client,
        fields=values_to_write(link.contact, sent),
        expects={code: before[code][1] for code in sent},
        next_at=now,
        approved_by=by,
        approved_at=now,
    )
    undoing["outgoing"] = outgoing.pk
    undoing["was_there"] = {code: link.client.details.get(code, "") for code in sent}


def _check_unchanged(held: Comparison, chosen: Mapping[str, str], seen: Mapping[str, list[str]]) -> None:
    if not chosen:
        raise CannotDecide("Choose for at least one field whose words stand.")
    if any(held.differences.get(code) != seen.get(code) for code in chosen):
        latest = (
            Decision.objects.filter(contact_id=held.link.contact_id, undone_at=None).order_by("-pk").first()
        )
        who = f" {latest.decided_by.name} decided: {latest.sentence}." if latest else ""
        raise DecidedMeanwhile(f"This record has changed since you opened it.{who} Look again below.")


def _still_open(suggestion: Suggestion) -> Suggestion:
    held = (
        Suggestion.objects.select_for_update(of=("self",))
        .select_related("contact__address", "client")
        .filter(pk=suggestion.pk)
        .first()
    )
    if held is None or held.state != Suggestion.State.OPEN:
        raise DecidedMeanwhile("Somebody has decided this one meanwhile.")
    return held


def _sentence(link: ClientLink, chosen: Mapping[str, str]) -> str:
    words = {OURS: "ours to XPM", THEIRS: "taken from XPM", LEAVE: "left as they are"}
    parts = [
        f"{', '.join(LABELS[code] for code, each in chosen.items() if each == choice)} {words[choice]}"
        for choice in (OURS, THEIRS, LEAVE)
        if choice in chosen.values()
    ]
    return f"{link.contact.name}: {'; '.join(parts)}"[:600]


def decide(  # a row has these
    kind: Decision.Kind,
    sentence: str,
    *,
    contact: Contact | None = None,
    client: Client | None = None,
    undoing: dict[str, Any],
    by: User,
    now: datetime,
) -> Decision:
    """Keep what was decided, and all that undoing it needs."""
    tenant_id = client.tenant_id if client else Connection.objects.get().tenant_id
    first = FirstSync.objects.filter(tenant_id=tenant_id, stage=FirstSync.Stage.REVIEWING).first()
    return Decision.objects.create(
        tenant_id=tenant_id,
        kind=kind,
        contact_id=contact.pk if contact else None,
        client_id=client.pk if client else None,
        sentence=sentence[:600],
        undoing=undoing,
        first_sync=first,
        decided_by=by,
        decided_at=now,
    )
