"""Mark signed: the dates on the paper make the registers final and move the deadlines."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from minutebook.activity.models import record
from minutebook.companies.models import CorporateEvent
from minutebook.companies.pencil import move_to
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.production.lodging import settle_lodging
from minutebook.production.models import ToDo
from minutebook.production.prepare import keep_facts
from minutebook.production.queries import deadlines_of
from minutebook.production.stages import Follows, follow
from minutebook.production.todo import move_deadlines


class CannotSign(Exception):
    """The pack cannot be marked signed; the message says why and what to do instead."""


@transaction.atomic
def mark_signed(
    pack: DocumentPack,
    *,
    signed_on: date,
    effective: Mapping[int, date],
    documents: Mapping[int, date],
    by: User,
    now: datetime,
) -> DocumentPack:
    """Make a released pack's entries final, from the days on the paper.

    `effective` gives events, and `documents` documents, by their numbers, their own days. `signed_on` is that of
    all other documents. Raises CannotSign, and CannotMove for a day that a register cannot take.
    """
    held = DocumentPack.objects.select_for_update().get(pk=pack.pk)
    if why_not := why_not_sign(held):
        raise CannotSign(why_not)
    events = list(held.events.select_related("company__contact").order_by("position"))
    for event in events:
        if event.pk in effective:
            move_to(event, effective[event.pk])
    held.events.update(status=CorporateEvent.Status.SIGNED)
    keep_facts(held, events)
    held.status = DocumentPack.Status.SIGNED
    held.signed_on = max([signed_on, *documents.values()])
    held.save()
    move_deadlines(held, deadlines_of(held))
    settle_lodging(held)
    record(
        "pack.signed",
        held,
        sentence=f"Marked signed by {by.short_name}, dated {held.signed_on:%d/%m/%Y}",
        by=by,
        documents={str(pk): day.isoformat() for pk, day in documents.items()},
        effective={str(event.pk): str(event.effective_on) for event in events},
    )
    # The record above says it: ticking it off as well would tell the signing twice.
    held.to_dos.filter(kind=ToDo.Kind.SIGN, done_on=None).update(done_on=held.signed_on, done_by=by)
    follow(held, Follows.SIGNED, by=by, now=now)
    return held


def why_not_sign(pack: DocumentPack) -> str:
    """Return why a pack cannot be marked signed, or "" when it can."""
    if pack.status == DocumentPack.Status.SIGNED:
        return "This pack is marked signed already."
    if not pack.awaits_signature:
        return "Only a released pack can be marked signed. Download or send it first."
    if pack.corrections.exists():
        return "A correction of this pack is being prepared. Release or discard it first."
    return ""
