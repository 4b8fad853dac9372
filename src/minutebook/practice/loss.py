"""A connection that Xero no longer accepts: said once, told once, and kept from lying unused so long."""

import logging
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.tasks import task
from django.urls import reverse

from minutebook.activity.models import record
from minutebook.firms.models import Membership
from minutebook.practice.models import Connection
from minutebook.scope import firm_scope

logger = logging.getLogger(__name__)

_TEXT = """The connection of {firm} to Xero Practice Manager was lost on {when}.

{because}

Documents, registers and deadlines work as before. Jobs that are asked for meanwhile wait, and are created by
themselves once one of you has reconnected; none is lost and none is made twice.

Reconnect: {address}
"""


def lose_connection(connection: Connection, *, because: str, now: datetime) -> None:
    """Say once that the practice manager no longer accepts this authorisation, and why; tell who can mend it."""
    with transaction.atomic():
        lost = Connection.objects.filter(pk=connection.pk, status=Connection.Status.CONNECTED).update(
            status=Connection.Status.LOST, lost_at=now, lost_because=because[:300]
        )
        if lost:
            record("connection.lost", connection, sentence=f"Connection lost: {because}", by=None)
            tell_of_loss.enqueue(connection.firm_id)
    connection.refresh_from_db(fields=["status", "lost_at", "lost_because"])


def who_can_reconnect() -> list[Membership]:
    """Return the firm's administrators and partners who are still with it."""
    members = Membership.objects.select_related("user").filter(user__is_active=True).order_by("user__name")
    return [member for member in members if member.may_connect]


@task(queue_name="default")
def tell_of_loss(firm_id: int) -> None:
    """Mail those who can reconnect, once for each loss."""
    with firm_scope(firm_id):
        connection = Connection.objects.select_related("firm").filter(status=Connection.Status.LOST).first()
        if connection is None or connection.lost_at is None:
            return  # somebody has reconnected meanwhile
        when = connection.firm.local(connection.lost_at)
        message = EmailMessage(
            "The connection to Xero Practice Manager was lost",
            _TEXT.format(
                firm=connection.firm.name,
                when=f"{when:%d/%m/%Y} at {when:%H:%M}",
                because=connection.lost_because,
                address=f"{settings.PUBLIC_URL}{reverse('practice:settings')}",
            ),
            to=[member.user.email for member in who_can_reconnect()],
        )
        try:
            message.send()
        except (SMTPException, OSError) as problem:  # every page of theirs says it as well
            logger.warning("The mail about a lost connection was not sent: %s", problem)
