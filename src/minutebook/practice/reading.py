"""Reading a practice: its templates, staff, price list and clients go into our cache, and nothing else.

Each reading marks what it no longer found as gone. One that fails leaves everything usable as it was, newer
in part; only a whole one counts as read.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.tasks import task
from django.utils import timezone

from minutebook.activity.models import record
from minutebook.firms.models import User
from minutebook.practice.cache import write_rows
from minutebook.practice.client_reading import Stopped, read_all_clients, read_changed_clients
from minutebook.practice.models import Client, Connection, JobTemplate, Price, RemoteRow, StaffMember
from minutebook.practice.provider import (
    ConnectionLost,
    Lane,
    PracticeManager,
    PracticeManagerError,
    Throttled,
)
from minutebook.practice.records import PriceItem, Staff, Template
from minutebook.practice.registry import manager_for
from minutebook.scope import firm_scope

LONGEST_WAIT = 300.0  # seconds that a reading waits for the allowance by itself


type WhenRead = Callable[[Connection], None]
_when_read: list[WhenRead] = []


def tell_when_read(do: WhenRead) -> None:
    """Register what a package above does once clients were read. Call once, when apps are ready."""
    _when_read.append(do)


def start_reading(
    connection: Connection, *, now: datetime, by: User | None = None, only_changes: bool = False
) -> None:
    """Have the practice read in the background; nothing happens while it is being read already.

    `by` is who asked for it, when somebody did. Changes alone can be read once everything was read.
    """
    with transaction.atomic():
        latest = Connection.objects.select_for_update().get(pk=connection.pk)
        if latest.is_reading(now=now):
            return
        goes_on = latest.read_at is None and latest.reading_page
        _note(
            connection,
            reading_since=now,
            reading_heard_at=now,
            reading_count=latest.reading_count if goes_on else 0,
            reading_problem="",
            reading_is_stopped=False,
        )
        if by:
            record("practice.reading_asked", connection, sentence=f"Asked to read {connection.label}", by=by)
        read_in_background.enqueue(
            connection.firm_id, connection.pk, only_changes and latest.read_at is not None
        )


def stop_reading(connection: Connection, *, by: User) -> None:
    """Ask the reading under way to stop. It can be gone on with."""
    with transaction.atomic():
        _note(connection, reading_is_stopped=True)
        record("practice.reading_stopped", connection, sentence=f"Stopped reading {connection.label}", by=by)


def note_gone[M: RemoteRow](rows: models.Manager[M], connection: Connection, remote_id: str) -> None:
    """Mark what the practice manager has just said it no longer has. The next reading knows better still."""
    rows.filter(tenant_id=connection.tenant_id, remote_id=remote_id).update(is_gone=True)


def note_archived(connection: Connection, client_id: str) -> None:
    """Mark a client that the practice manager has just called archived."""
    Client.objects.of(connection).filter(remote_id=client_id).update(is_archived=True)


@task(queue_name="default")
def read_in_background(firm_id: int, connection_id: int, only_changes: bool = False) -> None:  # noqa: FBT001, FBT002  # a task's arguments are kept by position
    """Read the practice; when its allowance is used up, come back when there is more."""
    with firm_scope(firm_id):
        connection = Connection.objects.get(pk=connection_id)
        now = timezone.now()
        try:
            if only_changes:
                read_changes(connection, now=now)
            else:
                read_practice(connection, now=now)
        except Throttled as wait:
            if wait.retry_after > LONGEST_WAIT:
                _end(connection, problem=f"{wait} Read again later.")
                return
            again_at = now + timedelta(seconds=wait.retry_after + 1)
            read_in_background.using(run_after=again_at).enqueue(firm_id, connection_id, only_changes)


def read_practice(connection: Connection, *, now: datetime) -> None:
    """Read everything, and say on the connection how it went. Talks to the network.

    Raises Throttled when the allowance for bulk reading is used up: begin again after that.
    """
    with _ending(connection) as manager:
        _read_lists(connection, manager)
        count = read_all_clients(connection, manager, now=now)
        _end(connection, read_at=now, changes_read_at=now, reading_page="")
        record("practice.read", connection, sentence=f"Read {connection.label}: {count:,} clients", by=None)
        _tell(connection)


def read_changes(connection: Connection, *, now: datetime) -> None:
    """Read the clients that have changed since the latest reading. Talks to the network.

    Raises Throttled when the allowance for bulk reading is used up: begin again after that.
    """
    with _ending(connection) as manager:
        count = read_changed_clients(connection, manager, now=now)
        _end(connection, changes_read_at=now, changes_found=count)
        if count:
            sentence = f"Read {connection.label}: {count:,} clients have changed"
            record("practice.changes_read", connection, sentence=sentence, by=None)
        _tell(connection)


@contextmanager
def _ending(connection: Connection) -> Iterator[PracticeManager]:
    """Say on the connection why a reading did not end whole."""
    try:
        yield manager_for(connection)
    except Throttled:
        raise
    except Stopped:
        _end(connection, problem="It was stopped. What was read so far serves; go on whenever you like.")
    except ConnectionLost as problem:
        _end(connection, problem=str(problem))
    except PracticeManagerError as problem:
        _end(connection, problem=f"Xero’s answer was not whole. {problem} What was read before still serves.")


def _tell(connection: Connection) -> None:
    for do in _when_read:
        do(connection)


def _read_lists(connection: Connection, manager: PracticeManager) -> None:
    with manager.permit(Lane.BULK):
        templates = manager.templates()
    with manager.permit(Lane.BULK):
        staff = manager.staff()
    with manager.permit(Lane.BULK):
        prices = manager.prices()
    _replace(JobTemplate.objects, connection, {each.id: _template_fields(each) for each in templates})
    _replace(StaffMember.objects, connection, {each.id: _staff_fields(each) for each in staff})
    _replace(Price.objects, connection, {each.id: _price_fields(each) for each in prices})


def _replace[M: RemoteRow](
    rows: models.Manager[M], connection: Connection, fields_by_id: Mapping[str, Mapping[str, Any]]
) -> None:
    """Write a short list, and mark what is no longer in it as gone."""
    with transaction.atomic():
        rows.filter(tenant_id=connection.tenant_id).update(is_gone=True)
        write_rows(rows, connection, fields_by_id)


def _template_fields(template: Template) -> Mapping[str, Any]:
    return {"name": template.name, "is_gone": False}


def _staff_fields(staff: Staff) -> Mapping[str, Any]:
    return {"name": staff.name, "email": staff.email, "is_gone": False}


def _price_fields(price: PriceItem) -> Mapping[str, Any]:
    return {
        "description": price.description,
        "code": price.code,
        "unit_cost": price.unit_cost,
        "unit_price": price.unit_price,
        "is_gone": False,
    }


def _end(connection: Connection, *, problem: str = "", **outcome: Any) -> None:
    _note(connection, reading_since=None, reading_problem=problem[:300], reading_is_stopped=False, **outcome)


def _note(connection: Connection, **fields: Any) -> None:
    Connection.objects.filter(pk=connection.pk).update(**fields)
    for name, value in fields.items():
        setattr(connection, name, value)
