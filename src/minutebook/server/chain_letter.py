"""Once a week each firm's administrators get the end of its activity by mail.

Kept in their mailboxes it is out of reach of whoever could change the database: an end that was mailed must be
found again.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from minutebook.activity.models import ActivityHead, ChainCheck
from minutebook.firms.models import Firm, Membership

logger = logging.getLogger(__name__)

_EVERY = timedelta(days=7)


def write_ends_down(now: datetime) -> int:
    """Have the end of every chain mailed that was not within a week; return how many.

    The first letter of a firm comes a week after its first entry.
    """
    told = 0
    for firm_id in ActivityHead.objects.filter(number__gt=0).order_by("pk").values_list("pk", flat=True):
        check, _ = ChainCheck.objects.get_or_create(pk=firm_id)
        mine = ChainCheck.objects.filter(pk=firm_id, mailed_at=check.mailed_at)
        if check.mailed_at is None:
            mine.update(mailed_at=now)
        elif check.mailed_at <= now - _EVERY:
            with transaction.atomic():
                if mine.update(mailed_at=now):
                    mail_end.enqueue(firm_id)
                    told += 1
    return told


@task(queue_name="default")
def mail_end(firm_id: int) -> None:
    """Write the end of one firm's chain to its administrators."""
    firm, head = Firm.objects.get(pk=firm_id), ActivityHead.objects.get(pk=firm_id)
    for address in _administrators(firm):
        try:
            send_mail(
                f"The activity of {firm.name}: entry {head.number:,}", _letter(firm, head), None, [address]
            )
        except (SMTPException, OSError):
            logger.exception("The end of the activity of firm %s was not mailed", firm_id)


def _administrators(firm: Firm) -> list[str]:
    found = Membership.everywhere.filter(firm=firm, role=Membership.Role.ADMINISTRATOR, user__is_active=True)
    return sorted(found.values_list("user__email", flat=True))


def _letter(firm: Firm, head: ActivityHead) -> str:
    on = firm.day_of(timezone.now())
    return (
        f"On {on:%d/%m/%Y} the activity of {firm.name} ended with\n\n{head}\n\n"
        "Keep this mail; there is nothing to do. Should you ever doubt that the activity is as it was written, "
        "give the line above to whoever runs Minutebook for you. They run\n\n"
        f"minutebook manage verify_activity --written {head}\n\n"
        "and it names the first entry that was changed, removed or put in since."
    )
