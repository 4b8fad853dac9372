"""Inviting somebody by mail, sending the mail again, and taking the invitation back.

The link is good once, for a week, and only for whoever signs in with the address it was sent to. The database
keeps its hash alone, so the mail is sent here and now, and the page says at once when it did not leave.
"""

import hashlib
import logging
import secrets
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from minutebook.activity.models import record
from minutebook.firms.abilities import Role
from minutebook.firms.models import Firm, Invitation, Membership, User

logger = logging.getLogger(__name__)

GOOD_FOR = timedelta(days=7)


class CannotInvite(Exception):
    """The person is in the firm, or was invited already. The message stands beside the address."""


def hash_of(token: str) -> str:
    """Return what is kept of a link: the token has 256 bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(
    firm: Firm, *, email: str, name: str, role: Role, note: str, by: User, now: datetime
) -> Invitation:
    """Invite somebody, and mail them. Raises CannotInvite. A mail that fails is noted on the invitation."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Firm.objects.select_for_update().get(pk=firm.pk)  # two who invite the same person: the second is told
        _refuse_known(email)
        invitation = Invitation.objects.create(
            email=email.lower(),
            name=name,
            role=role,
            note=note,
            token_hash=hash_of(token),
            invited_by=by,
            invited_at=now,
            expires_at=now + GOOD_FOR,
        )
        sentence = f"{name} ({invitation.email}) invited as {role.label.lower()}"
        record("person.invited", invitation, sentence=sentence, by=by)
    _mail(invitation, token, firm=firm, by=by, now=now)
    return invitation


def invite_again(invitation: Invitation, *, firm: Firm, by: User, now: datetime) -> Invitation:
    """Mail a new link, good for another week. The one before no longer works. Raises CannotInvite."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        _refuse_closed(invitation)
        invitation.token_hash, invitation.expires_at = hash_of(token), now + GOOD_FOR
        invitation.mailed_at, invitation.problem = None, ""
        invitation.save(update_fields=["token_hash", "expires_at", "mailed_at", "problem"])
        record("person.invited-again", invitation, sentence=f"{invitation.name} invited again", by=by)
    _mail(invitation, token, firm=firm, by=by, now=now)
    return invitation


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User, now: datetime) -> None:
    """Take an invitation back: its link says so. Raises CannotInvite when it is no longer open."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _refuse_closed(invitation)
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    sentence = f"Invitation of {invitation.name} withdrawn"
    record("person.invitation-withdrawn", invitation, sentence=sentence, by=by)


def _refuse_known(email: str) -> None:
    if member := Membership.objects.filter(user__email__iexact=email).select_related("user").first():
        raise CannotInvite(f"{member.user.name} is in your firm already, with this address.")
    open_ones = Invitation.objects.filter(email__iexact=email, accepted_at=None, withdrawn_at=None)
    if open_ones.exists():
        raise CannotInvite("This address was invited already. Send that invitation again, or withdraw it.")


def _refuse_closed(invitation: Invitation) -> None:
    if not invitation.is_open:
        how = "accepted" if invitation.accepted_at else "withdrawn"
        raise CannotInvite(f"The invitation of {invitation.name} was {how} meanwhile.")


def _mail(invitation: Invitation, token: str, *, firm: Firm, by: User, now: datetime) -> None:
    """Send the link, and note how that went."""
    message = EmailMessage(
        f"{by.name} invites you to {firm.name}’s company documents",
        render_to_string(
            "firms/mail/invitation.txt",
            {
                "invitation": invitation,
                "firm": firm,
                "by": by,
                "until": firm.local(invitation.expires_at),
                "link": f"{settings.PUBLIC_URL}{reverse('firms:invitation-link', args=[token])}",
            },
        ),
        to=[invitation.email],
        reply_to=[by.email],
    )
    try:
        message.send()
    except (SMTPException, OSError) as error:
        logger.warning("The mail of invitation %s was not sent: %s", invitation.pk, error)
        _note(invitation, problem=f"The mail server did not take it: {error}"[:300])
    else:
        _note(invitation, mailed_at=now)


@transaction.atomic
def _note(invitation: Invitation, *, mailed_at: datetime | None = None, problem: str = "") -> None:
    invitation.mailed_at, invitation.problem = mailed_at, problem
    invitation.save(update_fields=["mailed_at", "problem"])
    if problem:
        sentence = f"Invitation to {invitation.email} was not sent: {problem}"
        record("person.invitation-failed", invitation, sentence=sentence, by=None)
