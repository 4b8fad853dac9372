"""From company events to a pack of documents in preparation."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from minutebook.activity.models import record
from minutebook.companies.events import kind_of
from minutebook.companies.models import Company, CorporateEvent
from minutebook.documents.models import Document, DocumentPack
from minutebook.documents.produce import documents_needed
from minutebook.firms.models import User
from minutebook.production.drawing import draw
from minutebook.production.events import ChosenEvent
from minutebook.production.foresee import reminders_of
from minutebook.production.lodging import lodge_by_of
from minutebook.production.order import merged
from minutebook.production.stages import Follows, follow
from minutebook.production.trace import new_trace_number
from minutebook.wordings.packs import pin_wordings


class EventsChanged(Exception):
    """Somebody else changed the events meanwhile: compare, then keep one's own or take theirs."""


@transaction.atomic
def prepare_documents(
    company: Company, chosen: Sequence[ChosenEvent], *, by: User, now: datetime
) -> DocumentPack:
    """Make a pack for the company's events, with the documents they need switched on.

    Every event's form has been checked. Nothing enters the registers before release.
    """
    pack = DocumentPack.objects.create(
        company=company,
        trace_number=new_trace_number(company.firm.take_pack_number()),
        made_by=by,
        made_at=now,
        saved_at=now,
        saved_by=by,
    )
    _keep_events(pack, chosen)
    pin_wordings(pack)
    record(
        "pack.made",
        pack,
        sentence="Events checked",
        by=by,
        company=company.pk,
        reminders=reminders_of(chosen),
    )
    follow(pack, Follows.MADE, by=by, now=now)
    return pack


@transaction.atomic
def change_events(
    pack: DocumentPack, chosen: Sequence[ChosenEvent], *, by: User, now: datetime, revision: int | None = None
) -> DocumentPack:
    """Replace the events of a pack in preparation; documents that are still needed keep their choices.

    `revision` is that of the events the user saw; without it nothing is compared. Raises EventsChanged.
    """
    held = DocumentPack.objects.select_for_update().get(pk=pack.pk)
    if revision is not None and revision != held.revision:
        raise EventsChanged
    pack.events.all().delete()
    pack.saved_at, pack.saved_by = now, by
    _keep_events(pack, chosen)
    record("pack.events_changed", pack, sentence="Events changed", by=by, reminders=reminders_of(chosen))
    return pack


def _keep_events(pack: DocumentPack, chosen: Sequence[ChosenEvent]) -> None:
    events = [
        CorporateEvent.objects.create(
            company=pack.company,
            kind=choice.kind.code,
            fields=choice.kind.fields_of(choice.form),
            position=position,
        )
        for position, choice in enumerate(chosen, start=1)
    ]
    for event in events:
        event.effective_on = kind_of(event.kind).effective_on(event)
        event.save(update_fields=["effective_on"])
    pack.events.set(events)
    keep_facts(pack, events)
    pack.revision += 1
    pack.save()
    _keep_documents(pack, events)
    draw(pack, now=pack.saved_at)


def keep_facts(pack: DocumentPack, events: Sequence[CorporateEvent]) -> None:
    """Keep on the pack what its events say, so that its pages need not work it out again."""
    deadlines = sorted(
        (deadline for event in events for deadline in kind_of(event.kind).deadlines(event)),
        key=lambda deadline: deadline.due_on,
    )
    pack.title = _title_of(events)
    pack.event_kinds = [event.kind for event in events]
    pack.headlines = [kind_of(event.kind).headline(event) for event in events]
    pack.summary = "\n".join(kind_of(event.kind).summary(event) for event in events)
    pack.deadlines = [asdict(deadline) | {"due_on": deadline.due_on.isoformat()} for deadline in deadlines]
    pack.due_on = deadlines[0].due_on if deadlines else None
    pack.lodge_by = lodge_by_of(pack)


def _title_of(events: Sequence[CorporateEvent]) -> str:
    labels = list(dict.fromkeys(kind_of(event.kind).label for event in events))
    first, *others = labels
    return ", ".join([first, *(label[0].lower() + label[1:] for label in others)])[:200]


def _keep_documents(pack: DocumentPack, events: Sequence[CorporateEvent]) -> None:
    """List the documents the events need; those listed before keep their place and what was chosen for them."""
    listed = {(document.code, document.subject): document for document in pack.documents.order_by("position")}
    needs = {(need.code, need.subject): need for need in documents_needed(events)}
    for key, document in list(listed.items()):
        if key not in needs and not document.is_own_file:
            listed.pop(key).delete()
    for position, key in enumerate(merged(list(listed), list(needs)), start=1):
        need = needs.get(key)
        document = listed.get(key) or Document(pack=pack, code=key[0], subject=key[1], is_on=needs[key].is_on)
        if need is not None:
            document.title, document.note = need.title, need.note
        document.position = position
        document.save()
