"""The first synchronisation: begun, its certain matches linked together, finished."""

from datetime import datetime

from django.db import transaction

from minutebook.activity.models import record
from minutebook.firms.models import User
from minutebook.practice.models import Client, Connection
from minutebook.practice.reading import start_reading
from minutebook.sync.deciding import CannotDecide, link_suggestion
from minutebook.sync.models import FirstSync, Suggestion
from minutebook.sync.tasks import clients_were_read

Stage = FirstSync.Stage


def begin(connection: Connection, *, notify: str, by: User, now: datetime) -> FirstSync:
    """Begin: read what has not been read with all that is compared, then match. Once for each practice."""
    with transaction.atomic():
        first, is_new = FirstSync.objects.exclude(stage=Stage.UNDONE).get_or_create(
            tenant_id=connection.tenant_id,
            defaults={"begun_by": by, "begun_at": now, "notify": notify},
        )
        if not is_new:
            return first
        sentence = f"First synchronisation with {connection.label} begun"
        record("sync.first_begun", first, sentence=sentence, by=by)
        if connection.read_at is None or Client.objects.of(connection).filter(details={}).exists():
            start_reading(connection, now=now)
        else:
            clients_were_read(connection)
    return first


def link_certain(connection: Connection, *, by: User, now: datetime, most: int) -> tuple[int, int]:
    """Link what is certain, up to `most`; return how many were linked, and how many somebody had decided."""
    certain = Suggestion.objects.filter(
        tenant_id=connection.tenant_id, state=Suggestion.State.OPEN, certainty="CERTAIN"
    )
    linked = left = 0
    for suggestion in certain.order_by("pk")[:most]:
        try:
            link_suggestion(suggestion, by=by, now=now)
        except CannotDecide:
            left += 1
        else:
            linked += 1
    return linked, left


def finish(first: FirstSync, *, by: User, now: datetime) -> None:
    """End the first synchronisation: what is still open stays to be decided."""
    with transaction.atomic():
        first.stage, first.done_at = Stage.DONE, now
        first.save(update_fields=["stage", "done_at"])
        record("sync.first_done", first, sentence="First synchronisation with XPM finished", by=by)
