"""Reading a practice: its templates, staff, price list and clients go into our cache, and nothing else.

Each reading marks what it no longer found as gone. One that fails leaves everything usable as it was, newer
in part; only a whole one counts as read.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.db import models, transaction
from django.tasks import task
from django.utils import timezone

from minutebook.activity.models import record
from minutebook.firms.models import User
from minutebook.practice.models import Client, Connection, JobTemplate, Price, RemoteRow, StaffMember
from minutebook.practice.provider import (
    ConnectionLost,
    Lane,
    PracticeManager,
    PracticeManagerError,
    Throttled,
)
from minutebook.practice.records import Client as ClientRecord
from minutebook.practice.records import PriceItem, Staff, Template
from minutebook.practice.registry import manager_for
from minutebook.scope import firm_scope

BATCH = 500  # clients written in one transaction
LONGEST_WAIT = 300.0  # seconds that a reading waits for the allowance by itself


def start_reading(connection: Connection, *, now: datetime, by: User | None = None) -> None:
    """Have the practice read in the background; nothing happens while it is being read already.

    `by` is who asked for it, when somebody did.
    """
    with transaction.atomic():
        latest = Connection.objects.select_for_update().get(pk=connection.pk)
        if latest.is_reading(now=now):
            return
        _note(connection, reading_since=now, reading_heard_at=now, reading_count=0, reading_problem="")
        if by:
            record("practice.reading_asked", connection, sentence=f"Asked to read {connection.label}", by=by)
        read_in_background.enqueue(connection.firm_id, connection.pk)


def note_gone[M: RemoteRow](rows: models.Manager[M], connection: Connection, remote_id: str) -> None:
    """Mark what the practice manager has just said it no longer has. The next reading knows better still."""
    rows.filter(tenant_id=connection.tenant_id, remote_id=remote_id).update(is_gone=True)


def note_archived(connection: Connection, client_id: str) -> None:
    """Mark a client that the practice manager has just called archived."""
    Client.objects.of(connection).filter(remote_id=client_id).update(is_archived=True)


@task(queue_name="default")
def read_in_background(firm_id: int, connection_id: int) -> None:
    """Read the practice; when its allowance is used up, come back when there is more."""
    with firm_scope(firm_id):
        connection = Connection.objects.get(pk=connection_id)
        now = timezone.now()
        try:
            read_practice(connection, now=now)
        except Throttled as wait:
            if wait.retry_after > LONGEST_WAIT:
                _end(connection, problem=f"{wait} Read again later.")
                return
            again_at = now + timedelta(seconds=wait.retry_after + 1)
            read_in_background.using(run_after=again_at).enqueue(firm_id, connection_id)


def read_practice(connection: Connection, *, now: datetime) -> None:
    """Read everything, and say on the connection how it went. Talks to the network.

    Raises Throttled when the allowance for bulk reading is used up: begin again after that.
    """
    manager = manager_for(connection)
    try:
        _read_lists(connection, manager)
        count = _read_clients(connection, manager, now=now)
    except Throttled:
        raise
    except ConnectionLost as problem:
        _end(connection, problem=str(problem))
    except PracticeManagerError as problem:
        _end(connection, problem=f"Xero’s answer was not whole. {problem} What was read before still serves.")
    else:
        _end(connection, read_at=now)
        record("practice.read", connection, sentence=f"Read {connection.label}: {count:,} clients", by=None)


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


def _read_clients(connection: Connection, manager: PracticeManager, *, now: datetime) -> int:
    count = 0
    with manager.permit(Lane.BULK):
        for batch in batched(manager.clients(), BATCH, strict=False):
            _write(Client.objects, connection, {each.id: _client_fields(each, read_at=now) for each in batch})
            count += len(batch)
            _note(connection, reading_count=count, reading_heard_at=timezone.now())
    Client.objects.filter(tenant_id=connection.tenant_id, read_at__lt=now).update(is_gone=True)
    return count


def _replace[M: RemoteRow](
    rows: models.Manager[M], connection: Connection, fields_by_id: Mapping[str, Mapping[str, Any]]
) -> None:
    """Write a short list, and mark what is no longer in it as gone."""
    with transaction.atomic():
        rows.filter(tenant_id=connection.tenant_id).update(is_gone=True)
        _write(rows, connection, fields_by_id)


def _write[M: RemoteRow](
    rows: models.Manager[M], connection: Connection, fields_by_id: Mapping[str, Mapping[str, Any]]
) -> None:
    """Insert or update rows by their remote id. What the firm itself has set on them stays."""
    if not fields_by_id:
        return
    rows.bulk_create(
        [
            rows.model(
                firm_id=connection.firm_id,
                tenant_id=connection.tenant_id,
                remote_id=remote_id.lower(),
                **_fitting(rows.model, fields),
            )
            for remote_id, fields in fields_by_id.items()
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["firm", "tenant_id", "remote_id"],
        update_fields=list(next(iter(fields_by_id.values()))),
    )


def _fitting(model: type[RemoteRow], fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Cut words that are longer than our columns: a cache serves to find and choose."""
    lengths = {name: getattr(model._meta.get_field(name), "max_length", None) for name in fields}
    return {
        name: value[: lengths[name]] if isinstance(value, str) and lengths[name] else value
        for name, value in fields.items()
    }


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


def _client_fields(client: ClientRecord, *, read_at: datetime) -> Mapping[str, Any]:
    return {
        "name": client.name,
        "acn": client.acn,
        "abn": client.abn,
        "email": client.email,
        "structure": client.structure,
        "is_archived": client.is_archived,
        "is_gone": client.is_deleted,
        "read_at": read_at,
    }


def _end(connection: Connection, *, read_at: datetime | None = None, problem: str = "") -> None:
    outcome: dict[str, Any] = {"reading_since": None, "reading_problem": problem[:300]}
    if read_at:
        outcome["read_at"] = read_at
    _note(connection, **outcome)


def _note(connection: Connection, **fields: Any) -> None:
    Connection.objects.filter(pk=connection.pk).update(**fields)
    for name, value in fields.items():
        setattr(connection, name, value)
