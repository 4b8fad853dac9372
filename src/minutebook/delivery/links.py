"""Secure links: made when a message leaves, opened by a code that goes to the same address.

Mail scanners open links, so opening one proves nothing and uses nothing up; the code does. A link that was guessed,
has expired, or was withdrawn with its pack gets one and the same answer.
"""

import hashlib
import logging
import secrets
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from minutebook.activity.models import record
from minutebook.delivery.models import SecureLink
from minutebook.firms.models import User
from minutebook.production.models import PackMail

logger = logging.getLogger(__name__)


class NoSuchLink(Exception):
    """The link leads nowhere, or no longer: ask whoever sent it for a new one."""


class WrongCode(Exception):
    """The code is not the one that was mailed, or no longer good. The message says what to do."""


class CodeNotMailed(Exception):
    """The mail server did not take the code: try again a little later."""


def hash_of(token: str) -> str:
    """Return what is kept of a link: the token has 256 bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(mail: PackMail, address: str, *, expires_at: datetime, now: datetime) -> str:
    """Return a new address for one recipient; the database keeps its hash alone."""
    token = secrets.token_urlsafe(32)
    SecureLink.objects.create(
        mail=mail, address=address, token_hash=hash_of(token), made_at=now, expires_at=expires_at
    )
    return f"{settings.PUBLIC_URL}{reverse('delivery:link', args=[token])}"


def find_link(token_hash: str, *, now: datetime) -> SecureLink:
    """Return the link, whichever firm it is of. Raises NoSuchLink."""
    found = SecureLink.everywhere.select_related("firm", "mail__pack__company__contact", "mail__queued_by")
    link = found.filter(token_hash=token_hash).first()
    if link is None or not link.is_open(now=now):
        raise NoSuchLink
    return link


def mail_code(link: SecureLink, *, now: datetime) -> None:
    """Mail a new code to the address the link was sent to; the one before is no longer good. Raises CodeNotMailed."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    text = render_to_string("delivery/mail/code.txt", {"code": code, "link": link, "firm": link.firm})
    message = EmailMessage(f"Your code: {code}", text, to=[link.address])
    try:
        message.send()
    except (SMTPException, OSError) as error:
        logger.warning("The code of link %s was not sent: %s", link.pk, error)
        raise CodeNotMailed from error
    link.code_hash, link.code_tries = _hash_of_code(link, code), 0
    link.code_expires_at = now + SecureLink.CODE_GOOD_FOR
    with transaction.atomic():
        link.save(update_fields=["code_hash", "code_tries", "code_expires_at"])
        sentence = f"Code for the secure link mailed to {link.address}"
        record("link.code-mailed", link.mail.pack, sentence=sentence, by=None, mail=link.mail_id)


def try_code(link: SecureLink, code: str, *, now: datetime) -> None:
    """Count one opening when the code is right. Raises WrongCode."""
    tried = SecureLink.objects.filter(pk=link.pk, code_tries__lt=SecureLink.MOST_TRIES)
    if not tried.update(code_tries=F("code_tries") + 1):
        raise WrongCode("That code was tried too often. Have a new one mailed to you.")
    if link.code_expires_at is None or now >= link.code_expires_at:
        raise WrongCode("That code is no longer good. Have a new one mailed to you.")
    if not constant_time_compare(link.code_hash, _hash_of_code(link, code)):
        raise WrongCode("That is not the code we mailed. Look at the latest mail, and type its six digits.")
    _count_opening(link, now=now)


@transaction.atomic
def close_links(mail: PackMail, *, by: User, now: datetime) -> None:
    """Let no link of a message lead anywhere any longer."""
    if mail.links.filter(closed_at=None).update(closed_at=now):
        sentence = f"Secure link of {', '.join(mail.recipients)} closed"
        record("link.closed", mail.pack, sentence=sentence, by=by, mail=mail.pk)


@transaction.atomic
def _count_opening(link: SecureLink, *, now: datetime) -> None:
    SecureLink.objects.filter(pk=link.pk).update(
        opened=F("opened") + 1, latest_opened_at=now, code_hash="", code_expires_at=None
    )
    sentence = f"{link.address} opened the secure link"
    record("link.opened", link.mail.pack, sentence=sentence, by=None, who=link.address, mail=link.mail_id)


def _hash_of_code(link: SecureLink, code: str) -> str:
    """Return what is kept of a code: six digits need the server's key beside them."""
    return salted_hmac("minutebook.delivery.code", f"{link.pk} {code}", algorithm="sha256").hexdigest()
