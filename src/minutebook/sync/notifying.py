"""Telling those who asked for it that XPM says something else than we do. Names stay out of the mail."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from minutebook.sync.models import FirstSync

logger = logging.getLogger(__name__)


def tell_of_differences(first: FirstSync, *, count: int) -> None:
    """Send one message about so many records that differ newly; nobody is told of none."""
    recipients = first.notify.splitlines()
    if not count or not recipients:
        return
    records = "1 contact differs" if count == 1 else f"{count:,} contacts differ"
    message = EmailMessage(
        f"{records} from Xero Practice Manager",
        f"{records} newly from their clients in Xero Practice Manager. Nothing has been changed on either "
        f"side. Decide whose words stand:\n\n{settings.PUBLIC_URL}{reverse('sync:review')}\n",
        to=recipients,
    )
    try:
        message.send()
    except (SMTPException, OSError) as problem:
        logger.warning("Nobody was told of %d differences: %s", count, problem)
