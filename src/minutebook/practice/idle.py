"""Authorisations that nobody uses: Xero ends one whose refresh token lies for 60 days."""

from datetime import datetime, timedelta

from django.tasks import task

from minutebook.firms.models import Firm
from minutebook.practice.models import Connection
from minutebook.practice.provider import PracticeManagerError
from minutebook.practice.registry import manager_for
from minutebook.scope import firm_scope

IDLE = timedelta(days=7)


def renew_idle(now: datetime) -> int:
    """Have each connection renewed whose tokens are a week old, in the background; return how many."""
    found = 0
    for firm in Firm.objects.order_by("pk"):
        with firm_scope(firm.pk):
            if _idle(now) is not None:
                renew_in_background.enqueue(firm.pk, now.isoformat())
                found += 1
    return found


@task(queue_name="default")
def renew_in_background(firm_id: int, asked_at: str) -> None:
    """Renew one firm's tokens. A failure is tried again by the next look; a refusal loses the connection."""
    with firm_scope(firm_id):
        connection = _idle(datetime.fromisoformat(asked_at))
        if connection is None:
            return
        try:
            manager_for(connection).renew()
        except PracticeManagerError:
            return


def _idle(now: datetime) -> Connection | None:
    return Connection.objects.filter(
        status=Connection.Status.CONNECTED, access_expires_at__lt=now - IDLE
    ).first()
