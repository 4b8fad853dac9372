"""What happens in the background: matching, comparing after each reading, sending, and the schedule."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.tasks import task
from django.utils import timezone

from minutebook.activity.models import record
from minutebook.firms.models import Firm
from minutebook.practice.models import Connection
from minutebook.practice.reading import start_reading
from minutebook.scope import firm_scope
from minutebook.sync.comparing import compare_changed
from minutebook.sync.models import Decision, FirstSync, Outgoing
from minutebook.sync.notifying import tell_of_differences
from minutebook.sync.outgoing import send
from minutebook.sync.relationships import offer_relationships
from minutebook.sync.suggesting import suggest_matches
from minutebook.sync.undoing import undo_first_sync

Stage = FirstSync.Stage
WHOLE_EVERY = timedelta(days=7)
CHANGES_EVERY = timedelta(hours=1)
_SILENCE = timedelta(minutes=2)  # after which undoing has died with its worker
_LATE = timedelta(seconds=10)
_AT_ONCE = 200


def clients_were_read(connection: Connection) -> None:
    """Compare and match once the practice has been read: the practice package calls this."""
    after_reading.enqueue(connection.firm_id, connection.pk)


@task(queue_name="default")
def after_reading(firm_id: int, connection_id: int) -> None:
    """Compare what has changed; in a first synchronisation, match."""
    with firm_scope(firm_id):
        connection = Connection.objects.get(pk=connection_id)
        newly = compare_changed(connection)
        offer_relationships(connection, today=connection.firm.day_of(timezone.now()))
        first = FirstSync.objects.filter(tenant_id=connection.tenant_id).exclude(stage=Stage.UNDONE).first()
        if first is None:
            return
        if first.stage == Stage.DONE:
            tell_of_differences(first, count=newly)
        if first.stage == Stage.READING:
            match_all(first, connection)
        elif first.stage != Stage.MATCHING:
            suggest_matches(connection)


def match_all(first: FirstSync, connection: Connection) -> None:
    """Find what may be one, and let people decide."""
    FirstSync.objects.filter(pk=first.pk).update(stage=Stage.MATCHING, heard_at=timezone.now())
    count = suggest_matches(connection)
    with transaction.atomic():
        moved = FirstSync.objects.filter(pk=first.pk, stage=Stage.MATCHING)
        if moved.update(stage=Stage.REVIEWING, matched_at=timezone.now()):
            record("sync.matched", first, sentence=f"{count:,} possible matches with XPM found", by=None)


@task(queue_name="interactive")
def send_in_background(firm_id: int, outgoing_id: int) -> None:
    """Send one approved change; when it must wait, the sweep brings it back."""
    with firm_scope(firm_id):
        send(outgoing_id, clock=timezone.now)


def send_approved(decision: Decision) -> None:
    """Have what a decision approved sent now rather than at the next sweep."""
    outgoing_id = decision.undoing.get("outgoing")
    if outgoing_id and decision.undone_at is None:
        send_in_background.enqueue(decision.firm_id, outgoing_id)


@task(queue_name="default")
def undo_first_in_background(firm_id: int, first_id: int) -> None:
    """Undo a whole first synchronisation; when the worker dies, the sweep brings it back."""
    with firm_scope(firm_id):
        undo_first_sync(first_id, clock=timezone.now)


def sweep_first_syncs(now: datetime) -> int:
    """Go on with reading, matching and undoing that fell silent with their worker; return how many were woken.

    Works for all firms. Somebody who stopped a reading goes on with it themselves.
    """
    silent = Q(heard_at__lt=now - _SILENCE) | Q(heard_at=None)
    begun = FirstSync.everywhere.filter(silent, stage__in=(Stage.READING, Stage.MATCHING, Stage.UNDOING))
    return sum(_wake(firm_id, pk, now=now) for firm_id, pk in list(begun.values_list("firm_id", "pk")))


def _wake(firm_id: int, first_id: int, *, now: datetime) -> bool:
    with firm_scope(firm_id):
        first = FirstSync.objects.get(pk=first_id)
        if first.stage == Stage.UNDOING:
            undo_first_in_background.enqueue(firm_id, first_id)
            return True
        connection = Connection.objects.filter(
            tenant_id=first.tenant_id, status=Connection.Status.CONNECTED
        ).first()
        if connection is None:
            return False
        if first.stage == Stage.MATCHING:
            FirstSync.objects.filter(pk=first_id).update(stage=Stage.READING, heard_at=now)
            clients_were_read(connection)
            return True
        has_died = connection.reading_since is not None and not connection.is_reading(now=now)
        if has_died:
            start_reading(connection, now=now)
        return has_died


def sweep_outgoing(now: datetime) -> int:
    """Wake what is due and nobody sends; return how many. Works for all firms. Waking twice does no harm."""
    due = Outgoing.everywhere.filter(state__in=Outgoing.PENDING, next_at__lte=now - _LATE).exclude(
        lease_until__gt=now
    )
    rows = list(due.order_by("next_at").values_list("firm_id", "pk")[:_AT_ONCE])
    for firm_id, pk in rows:
        send_in_background.enqueue(firm_id, pk)
    return len(rows)


def read_due(now: datetime) -> int:
    """Have each practice read that is due: changes every hour, everything every week. Returns how many."""
    found = 0
    for firm in Firm.objects.order_by("pk"):
        with firm_scope(firm.pk):
            connection = Connection.objects.filter(
                status=Connection.Status.CONNECTED, read_at__isnull=False
            ).first()
            if connection is None or connection.read_at is None:
                continue
            is_whole = connection.read_at < now - WHOLE_EVERY
            latest = connection.changes_read_at or connection.read_at
            if is_whole or latest < now - CHANGES_EVERY:
                start_reading(connection, now=now, only_changes=not is_whole)
                found += 1
    return found
