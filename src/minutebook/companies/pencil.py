"""Entries in pencil: what a released, unsigned event has entered, seen away, moved to another day, or built upon."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from django.db import transaction
from django.db.models import Q

from minutebook.companies.events import kind_of
from minutebook.companies.models import (
    CompanyAddress,
    CorporateEvent,
    Officeholder,
    RegisterEntry,
    Shareholding,
)

REGISTERS: tuple[type[RegisterEntry], ...] = (Officeholder, CompanyAddress, Shareholding)
_STANDING = (CorporateEvent.Status.PENDING, CorporateEvent.Status.SIGNED)


class CannotMove(Exception):
    """The change cannot take effect on that day; the message says why, `event` which."""

    def __init__(self, message: str, event: CorporateEvent) -> None:
        super().__init__(message)
        self.event = event


@contextmanager
def as_if_not_entered(events: Sequence[CorporateEvent]) -> Iterator[None]:
    """See the registers without these events while the block runs. Whatever is written inside is undone too."""
    with transaction.atomic():
        take_out(events)
        yield
        transaction.set_rollback(True)


def take_out(events: Sequence[CorporateEvent]) -> None:
    """Take the entries of these events out of the registers, the latest event first."""
    for event in sorted(events, key=lambda event: event.position, reverse=True):
        kind_of(event.kind).withdraw(event)


def built_upon(events: Sequence[CorporateEvent]) -> list[CorporateEvent]:
    """Return the later events that ended what these events entered."""
    ours = {event.pk for event in events}
    later: dict[int, CorporateEvent] = {}
    for register in REGISTERS:
        entries = register._base_manager.filter(
            entered_by__in=ours, ended_by__isnull=False, ended_by__status__in=_STANDING
        ).exclude(ended_by__in=ours)
        for entry in entries.select_related("ended_by"):
            if entry.ended_by is not None:
                later[entry.ended_by.pk] = entry.ended_by
    return list(later.values())


def move_to(event: CorporateEvent, day: date) -> None:
    """Let a change take effect on another day: in the event, and in the entries it made and ended.

    Raises CannotMove when an entry would end before it begins.
    """
    kind = kind_of(event.kind)
    if not kind.date_field or event.effective_on == day:
        return
    _refuse_what_cannot_be(event, day)
    event.fields[kind.date_field] = day.isoformat()
    event.effective_on = kind.effective_on(event)
    event.save(update_fields=["fields", "effective_on"])
    for register in REGISTERS:
        register._base_manager.filter(entered_by=event).update(since=day)
        register._base_manager.filter(ended_by=event).update(until=day)


def _refuse_what_cannot_be(event: CorporateEvent, day: date) -> None:
    if day < event.company.registered_on:
        raise CannotMove(
            f"The company came into being only on {event.company.registered_on:%d/%m/%Y}. Check the date.",
            event,
        )
    for register in REGISTERS:
        entries = register._base_manager.filter(Q(entered_by=event) | Q(ended_by=event))
        if entries.filter(entered_by=event, until__lt=day).exists():
            raise CannotMove("A later pack ends this again before that day. Check both dates.", event)
        if entries.filter(ended_by=event, since__gt=day).exists():
            raise CannotMove("What this ends began only after that day. Check the date.", event)
