"""Reading the clients: the first time page by page, then whole in one stream, later only what has changed.

Pages can be stopped and gone on with; they leave relationships out, and whoever is archived. The stream holds
everybody with everything, and is begun again when it breaks off. Only a whole stream says who has gone.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.db import transaction
from django.utils import timezone

from minutebook.practice.cache import BATCH, write_rows
from minutebook.practice.models import Client, Connection
from minutebook.practice.provider import InDoubt, Lane, NotSent, PracticeManager, Refused, Throttled
from minutebook.practice.records import Client as ClientRecord
from minutebook.practice.records import ClientRelationship

OVERLAP = timedelta(minutes=15)  # read twice, because clocks differ and XPM shows changes late
_MOST_STREAMS = 2  # times that a list which breaks off is begun


ARCHIVED, BACK = (
    "archived",
    "back",
)  # in `Client.seen`, beside the fields: when it left and when it came again


class Stopped(Exception):
    """Somebody has asked that the reading stop. What was read so far serves."""


def read_all_clients(connection: Connection, manager: PracticeManager, *, now: datetime) -> int:
    """Read everybody, and mark who is no longer there as gone. Returns how many there are.

    The first reading takes pages before: they arrive in seconds, and an interrupted one goes on where it was.
    Raises Stopped; Throttled and the other errors of a practice manager.
    """
    if connection.read_at is None:
        _read_pages(connection, manager, now=now)
    count = _stream_again(connection, manager, now=now)
    missing = Client.objects.filter(tenant_id=connection.tenant_id, read_at__lt=now, is_gone=False)
    missing.update(is_gone=True, changed_at=timezone.now())
    return count


def read_changed_clients(connection: Connection, manager: PracticeManager, *, now: datetime) -> int:
    """Read who has changed since the latest reading began; return how many came differently.

    Raises Stopped; Throttled and the other errors of a practice manager.
    """
    latest = connection.changes_read_at or connection.read_at
    since = (latest or now) - OVERLAP
    changed = 0
    with manager.permit(Lane.BULK):
        for batch in batched(manager.clients(changed_since=since), BATCH, strict=False):
            changed += _keep(connection, batch, now=now, whole=True)
    return changed


def keep_client(connection: Connection, record: ClientRecord, *, now: datetime) -> Client:
    """Keep one client as the practice manager has just told it."""
    _keep(connection, [record], now=now, whole=True)
    return Client.objects.get(tenant_id=connection.tenant_id, remote_id=record.id.lower())


def _read_pages(connection: Connection, manager: PracticeManager, *, now: datetime) -> None:
    count, token = connection.reading_count, connection.reading_page or None
    while True:
        try:
            with manager.permit(Lane.BULK):
                page = manager.client_page(token=token)
        except Refused:
            if token is None:
                raise
            count, token = 0, None  # it keeps its tokens for some time only
            continue
        _keep(connection, page.clients, now=now, whole=False)
        count, token = count + len(page.clients), page.next_token
        _sign(connection, reading_count=count, reading_page=token or "")
        if token is None:
            return


def _stream_again(connection: Connection, manager: PracticeManager, *, now: datetime) -> int:
    for left in reversed(range(_MOST_STREAMS)):
        try:
            return _stream(connection, manager, now=now)
        except Throttled:
            raise
        except (InDoubt, NotSent):
            if not left:
                raise
    raise AssertionError


def _stream(connection: Connection, manager: PracticeManager, *, now: datetime) -> int:
    count = 0
    with manager.permit(Lane.BULK):
        for batch in batched(manager.clients(), BATCH, strict=False):
            _keep(connection, batch, now=now, whole=True)
            count += len(batch)
            _sign(connection, reading_count=count)
    return count


def _keep(connection: Connection, records: Sequence[ClientRecord], *, now: datetime, whole: bool) -> int:
    """Write clients, and note which values are new. Returns how many came differently than before."""
    by_id = {each.id.lower(): each for each in records}
    with transaction.atomic():
        before = {
            row.remote_id: row
            for row in Client.objects.filter(tenant_id=connection.tenant_id, remote_id__in=by_id)
        }
        fields = {
            remote_id: _fields(record, before.get(remote_id), now=now, whole=whole)
            for remote_id, record in by_id.items()
        }
        write_rows(Client.objects, connection, fields)
    return sum(
        remote_id not in before or before[remote_id].changed_at != each["changed_at"]
        for remote_id, each in fields.items()
    )


def _fields(record: ClientRecord, before: Client | None, *, now: datetime, whole: bool) -> dict[str, Any]:
    details = details_of(record)
    fields: dict[str, Any] = {
        "name": record.name,
        "acn": record.acn,
        "abn": record.abn,
        "email": record.email,
        "structure": record.structure,
        "is_archived": record.is_archived,
        "is_gone": record.is_deleted,
        "read_at": now,
        "details": details,
        "seen": _seen(details, before, now=now) | _came_and_went(record, before, now=now),
    }
    relationships = [_told(each) for each in record.relationships] if whole else None
    fields["relationships"] = (
        before.relationships if relationships is None and before else relationships or []
    )
    is_new = before is None or any(getattr(before, name) != fields[name] for name in _TELLING)
    fields["changed_at"] = timezone.now() if is_new or before is None else before.changed_at
    return fields


_TELLING = ("details", "relationships", "is_archived", "is_gone")


def details_of(record: ClientRecord) -> dict[str, Any]:
    """Return what is compared of a client, as it can be kept."""
    return {
        "name": record.name,
        "structure": record.structure,
        "title": record.title,
        "gender": record.gender,
        "given_names": record.given_names,
        "family_name": record.family_name,
        "born_on": record.born_on.isoformat() if record.born_on else "",
        "acn": record.acn,
        "abn": record.abn,
        "email": record.email,
        "phone": record.phone,
        "address": asdict(record.address),
        "postal_address": asdict(record.postal_address),
    }


def _told(relationship: ClientRelationship) -> dict[str, Any]:
    """Return a relationship as it can be kept."""
    days = {"start_on": relationship.start_on, "end_on": relationship.end_on}
    return asdict(relationship) | {name: day.isoformat() if day else "" for name, day in days.items()}


def _seen(details: dict[str, Any], before: Client | None, *, now: datetime) -> dict[str, str]:
    """Return when each value was first seen here."""
    if before is None:
        return dict.fromkeys(details, now.isoformat())
    return {
        name: before.seen.get(name, now.isoformat()) if before.details.get(name) == value else now.isoformat()
        for name, value in details.items()
    }


def _came_and_went(record: ClientRecord, before: Client | None, *, now: datetime) -> dict[str, str]:
    """Return when a client was archived, and when one that had gone was there again."""
    if before is None:
        return {}
    moments = {name: before.seen[name] for name in (ARCHIVED, BACK) if name in before.seen}
    if record.is_archived and not before.is_archived:
        moments[ARCHIVED] = now.isoformat()
    was_away = before.is_gone or before.is_archived
    if was_away and not record.is_deleted and not record.is_archived:
        moments[BACK] = now.isoformat()
    return moments


def _sign(connection: Connection, **fields: Any) -> None:
    """Say how far the reading has come. Raises Stopped when somebody does not want it any more."""
    rows = Connection.objects.filter(pk=connection.pk)
    rows.update(reading_heard_at=timezone.now(), **fields)
    for name, value in fields.items():
        setattr(connection, name, value)
    if rows.filter(reading_is_stopped=True).exists():
        raise Stopped
