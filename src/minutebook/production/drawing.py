"""What a pack's documents are made from, and what has changed in the registers since.

A pack in preparation keeps the snapshot it was made with, so that nobody's documents change under their hands.
What changed meanwhile is told, and taken or left as the user says; a release asks for that first.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from minutebook.activity.models import record
from minutebook.documents.models import DocumentPack
from minutebook.documents.snapshot import take_snapshot
from minutebook.firms.models import User
from minutebook.production.correcting import registers_before
from minutebook.production.differences import differences, fingerprint
from minutebook.production.saving import touch
from minutebook.wordings.letterhead import kept_letterhead
from minutebook.wordings.packs import texts_of


class RegistersChanged(Exception):
    """What the events speak of is no longer in the registers: change the events, then release."""

    def __init__(self) -> None:
        super().__init__(
            "The registers have changed since these events were filled in. Change the events, check them, and try "
            "again."
        )


class NotDecided(Exception):
    """Something changed since the documents were made: take it or keep them as they are, then release."""

    def __init__(self) -> None:
        super().__init__(
            "Particulars have changed since these documents were made. Take the changes, or keep the documents as "
            "they are, then go on."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Meanwhile:
    """What is otherwise now than when the documents were made."""

    sentences: list[str]
    is_kept: bool  # somebody looked at this, and kept the documents as they were made
    is_broken: bool = False  # the events no longer fit the registers


def snapshot_of(pack: DocumentPack, *, now: datetime) -> dict[str, Any]:
    """Return what the pack's documents are made from; in preparation dated today. Raises RegistersChanged."""
    kept: dict[str, Any] | None = pack.snapshot
    if not kept:
        return snapshot_now(pack, now=now)
    if not pack.is_draft:
        return kept
    return kept | {"prepared_on": pack.firm.day_of(now).isoformat()} | _the_firms_own(pack)


def snapshot_now(pack: DocumentPack, *, now: datetime) -> dict[str, Any]:
    """Return what the documents would be made from by the registers of now. Raises RegistersChanged."""
    try:
        with registers_before(pack):
            taken: dict[str, Any] = json.loads(json.dumps(take_snapshot(pack, now=now)))
            taken |= _the_firms_own(pack)
    except ObjectDoesNotExist as gone:
        raise RegistersChanged from gone
    return taken


def _the_firms_own(pack: DocumentPack) -> dict[str, Any]:
    """Return the wording and the letterhead: a pack in preparation is always printed with those chosen last."""
    return {"wordings": texts_of(pack)} | kept_letterhead()


def draw(pack: DocumentPack, *, now: datetime) -> None:
    """Keep what the documents of a pack in preparation are made from. Nothing, if the events fit no longer."""
    try:
        pack.snapshot = snapshot_now(pack, now=now)
    except RegistersChanged:
        pack.snapshot = None
    pack.kept_against = ""
    pack.save(update_fields=["snapshot", "kept_against"])


def meanwhile(pack: DocumentPack, *, now: datetime) -> Meanwhile | None:
    """Return what changed since the documents of a pack in preparation were made, or None."""
    try:
        current = snapshot_now(pack, now=now)
    except RegistersChanged as problem:
        return Meanwhile(sentences=[str(problem)], is_kept=False, is_broken=True)
    if not pack.snapshot:
        return None
    sentences = differences(pack.snapshot, current)
    return Meanwhile(sentences=sentences, is_kept=_is_kept(pack, current)) if sentences else None


def snapshot_to_release(pack: DocumentPack, *, now: datetime) -> dict[str, Any]:
    """Return what the documents are released from. Raises RegistersChanged; NotDecided."""
    current = snapshot_now(pack, now=now)
    if not pack.snapshot:
        return current
    if differences(pack.snapshot, current) and not _is_kept(pack, current):
        raise NotDecided
    return snapshot_of(pack, now=now)


@transaction.atomic
def take_changes(pack: DocumentPack, *, by: User, now: datetime) -> None:
    """Make the documents of a pack in preparation from the registers as they are now. Raises RegistersChanged."""
    held = DocumentPack.objects.select_for_update().get(pk=pack.pk)
    if not held.is_draft:
        return
    current = snapshot_now(held, now=now)
    sentences = differences(held.snapshot, current) if held.snapshot else []
    held.snapshot, held.kept_against = current, ""
    held.save(update_fields=["snapshot", "kept_against"])
    record("pack.changes_taken", held, sentence="Changed particulars taken", by=by, changes=sentences)
    touch(held.pk, by=by, now=now)


@transaction.atomic
def keep_as_made(pack: DocumentPack, *, by: User, now: datetime) -> None:
    """Keep the documents as they were made, although the registers say otherwise now. Raises RegistersChanged."""
    held = DocumentPack.objects.select_for_update().get(pk=pack.pk)
    if not held.is_draft or not held.snapshot:
        return
    current = snapshot_now(held, now=now)
    held.kept_against = fingerprint(current)
    held.save(update_fields=["kept_against"])
    sentences = differences(held.snapshot, current)
    record("pack.kept_as_made", held, sentence="Documents kept as they were made", by=by, changes=sentences)
    touch(held.pk, by=by, now=now)


def _is_kept(pack: DocumentPack, current: dict[str, Any]) -> bool:
    return bool(pack.kept_against) and pack.kept_against == fingerprint(current)
