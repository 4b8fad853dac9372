"""What every approved change has in common on its way out: one sender at a time, the intent before the first byte.

What may have arrived is looked for before it is sent again, and "not there" is believed only late, and twice.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from minutebook.activity.models import record
from minutebook.practice.models import ClientLink, Connection
from minutebook.practice.provider import (
    ConnectionLost,
    InDoubt,
    Lane,
    NotSent,
    PracticeManager,
    Refused,
    Throttled,
)
from minutebook.sync.comparing import compare, full_link
from minutebook.sync.models import Outgoing

State = Outgoing.State
type Clock = Callable[[], datetime]

SETTLE = timedelta(seconds=30 / settings.TIME_SCALE)  # how long what was sent can still arrive and show
BETWEEN_LOOKS = timedelta(seconds=60 / settings.TIME_SCALE)
SEND_WINDOW = timedelta(seconds=1)  # from a committed intent to its call
NEGATIVES_NEEDED = 2
MOST_SENDS = 4
RETRY = timedelta(seconds=30 / settings.TIME_SCALE)


class LostLease(Exception):
    """Somebody else sends it now, or has decided about it: write nothing."""


class Sender(ABC):
    """One worker's hold of one approved change."""

    def __init__(
        self, outgoing: Outgoing, connection: Connection, manager: PracticeManager, clock: Clock
    ) -> None:
        self.outgoing, self.connection, self.manager, self.clock = outgoing, connection, manager, clock

    @abstractmethod
    def work(self) -> None:
        """Do all that can be done now."""

    def run(self) -> None:
        """Do all that can be done now, and say what came in between. Raises LostLease."""
        try:
            if self.outgoing.state == State.SENDING:  # its sender died: it may have left
                move(self.outgoing, State.SENDING, state=State.IN_DOUBT)
            self.work()
        except Throttled as wait:
            self._wait(timedelta(seconds=wait.retry_after + 1), str(wait))
        except (NotSent, ConnectionLost) as problem:
            self._wait(RETRY, str(problem))
        except InDoubt as problem:
            self._doubt(problem)
        except Refused as refusal:
            stop(self.outgoing, f"XPM answered: {refusal}")

    def send_call[T](self, call: Callable[[], T]) -> T:
        """Commit the intent, make the call, and return its answer."""
        try:
            with self.manager.permit(Lane.INTERACTIVE):  # before the intent: no wait comes between them
                move(
                    self.outgoing,
                    State.READY,
                    state=State.SENDING,
                    sent_at=self.clock(),
                    attempt=F("attempt") + 1,
                    negatives=0,
                )
                assert self.outgoing.sent_at is not None  # noqa: S101
                self._check_in_time(self.outgoing.sent_at)
                return call()
        except (NotSent, ConnectionLost):
            if self.outgoing.state == State.SENDING:
                move(self.outgoing, State.SENDING, state=State.READY)
            raise

    def not_found(self, *, asked_at: datetime, again: Callable[[], None], problem: str) -> None:
        """What was sent is not there: wait, look once more, send it again, or at last ask a person."""
        outgoing = self.outgoing
        assert outgoing.sent_at is not None  # noqa: S101  # it was sent, or it would not be in doubt
        if asked_at - outgoing.sent_at < SETTLE:
            let_go(outgoing, next_at=outgoing.sent_at + SETTLE)
            return
        move(outgoing, State.IN_DOUBT, negatives=F("negatives") + 1)
        if outgoing.negatives < NEGATIVES_NEEDED:
            let_go(outgoing, next_at=self.clock() + BETWEEN_LOOKS)
        elif outgoing.attempt >= MOST_SENDS:
            stop(outgoing, problem)
        else:
            move(outgoing, State.IN_DOUBT, state=State.READY)
            again()

    def _check_in_time(self, sent_at: datetime) -> None:
        """A process that was frozen after its intent sends nothing: somebody may have looked already."""
        if self.clock() > sent_at + SEND_WINDOW:
            raise NotSent("The moment to send has passed.")

    def _doubt(self, problem: InDoubt) -> None:
        if self.outgoing.state == State.SENDING:
            move(self.outgoing, State.SENDING, state=State.IN_DOUBT)
        let_go(self.outgoing, next_at=self.clock() + SETTLE, problem=str(problem))

    def _wait(self, pause: timedelta, problem: str) -> None:
        let_go(self.outgoing, next_at=self.clock() + pause, problem=problem)


def claim(outgoing_id: int, *, now: datetime) -> Outgoing | None:
    """Take hold of a change that is due; None when it is not, or somebody else has it."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    due = Outgoing.objects.filter(free, pk=outgoing_id, next_at__lte=now, state__in=Outgoing.PENDING)
    with transaction.atomic():
        if not due.update(epoch=F("epoch") + 1, lease_until=now + Outgoing.LEASE):
            return None
        return Outgoing.objects.select_related(
            "contact__address", "contact__postal_address", "client", "approved_by"
        ).get(pk=outgoing_id)


def move(outgoing: Outgoing, before: str, **changes: Any) -> None:
    """Compare and set: it must still be ours, and as we last saw it. Raises LostLease when it is not."""
    ours = Outgoing.objects.filter(pk=outgoing.pk, epoch=outgoing.epoch, state=before)
    if not ours.update(**changes):
        raise LostLease
    for name in ("state", "sent_at", "attempt", "negatives"):
        setattr(outgoing, name, ours.model.objects.values_list(name, flat=True).get(pk=outgoing.pk))


def let_go(outgoing: Outgoing, *, next_at: datetime, problem: str = "") -> None:
    """Put it down until then."""
    move(outgoing, outgoing.state, next_at=next_at, lease_until=None, problem=problem[:500])


def stop(outgoing: Outgoing, problem: str) -> None:
    """Hand it to a person: its differences are open again."""
    with transaction.atomic():
        move(outgoing, outgoing.state, state=State.STOPPED, lease_until=None, problem=problem[:500])
        record("sync.stopped", outgoing.contact, sentence=f"Not sent to XPM. {problem}"[:300], by=None)
        link = ClientLink.objects.filter(contact=outgoing.contact, client=outgoing.client_id).first()
        if link:
            compare(full_link(link.pk))
