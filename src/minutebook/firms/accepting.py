"""Saying yes to an invitation: by somebody new here, or by somebody who signs in already."""

from datetime import datetime

from django.db import transaction

from minutebook.activity.models import record
from minutebook.firms.models import Firm, Invitation, Membership, User
from minutebook.scope import firm_scope


class CannotAccept(Exception):
    """The link leads nowhere, or no longer. The message says why and whom to ask."""


def open_invitation(token_hash: str, *, now: datetime) -> Invitation:
    """Return the invitation of a link that can still be accepted. Raises CannotAccept."""
    found = Invitation.everywhere.select_related("firm", "invited_by").filter(token_hash=token_hash).first()
    if found is None:
        raise CannotAccept(
            "This link is not known here. If you were sent more than one mail, use the link in the latest; "
            "otherwise ask whoever invited you to send it again."
        )
    if problem := _why_closed(found, now):
        raise CannotAccept(problem)
    return found


def has_account(invitation: Invitation) -> bool:
    """Tell whether whoever was invited signs in here already."""
    return User.objects.filter(email=invitation.email).exists()


@transaction.atomic
def accept_as_new(invitation: Invitation, *, name: str, password: str, now: datetime) -> User:
    """Make the person and their place in the firm. Raises CannotAccept when somebody was faster."""
    invitation = _locked(invitation, now)
    if has_account(invitation):
        raise CannotAccept(f"{invitation.email} has an account here already. Sign in with it, then accept.")
    user = User.objects.create_user(invitation.email, password, name=name)
    _join(invitation, user, now)
    return user


@transaction.atomic
def accept_as(user: User, invitation: Invitation, *, now: datetime) -> None:
    """Give a person who signs in already a place in the firm. Raises CannotAccept."""
    invitation = _locked(invitation, now)
    if user.email.lower() != invitation.email:
        raise CannotAccept(
            f"This invitation is for {invitation.email}, and you are signed in as {user.email}. Sign out and "
            f"sign in as {invitation.email}, or ask {_whom(invitation)} to invite {user.email}."
        )
    with firm_scope(invitation.firm_id):
        if Membership.objects.filter(user=user).exists():
            raise CannotAccept(f"You are in {invitation.firm.name} already. There is nothing to accept.")
    _join(invitation, user, now)


def _locked(invitation: Invitation, now: datetime) -> Invitation:
    """Return the invitation as it is now, held until the transaction ends."""
    Firm.objects.select_for_update().get(pk=invitation.firm_id)
    return open_invitation(
        Invitation.everywhere.values_list("token_hash", flat=True).get(pk=invitation.pk), now=now
    )


def _join(invitation: Invitation, user: User, now: datetime) -> None:
    with firm_scope(invitation.firm_id):
        membership, _ = Membership.ever.update_or_create(
            user=user, defaults={"role": invitation.role, "ended_at": None, "firm_id": invitation.firm_id}
        )
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        sentence = f"{user.name} joined as {membership.get_role_display().lower()}"
        record("person.joined", membership, sentence=sentence, by=user, invitation=invitation.pk)


def _why_closed(invitation: Invitation, now: datetime) -> str:
    whom = _whom(invitation)
    if invitation.accepted_at:
        return (
            f"This invitation was accepted already, and a link works once. Sign in as {invitation.email}; if "
            f"that was not you, tell {whom} at once."
        )
    if invitation.withdrawn_at:
        return f"This invitation to {invitation.firm.name} was withdrawn. Ask {whom} if you think it should stand."
    if invitation.expires_at <= now:
        return (
            f"This invitation ended on {invitation.firm.local(invitation.expires_at):%d/%m/%Y}: a link is good "
            f"for seven days. Ask {whom} to send it again."
        )
    return ""


def _whom(invitation: Invitation) -> str:
    return f"{invitation.invited_by.name} ({invitation.invited_by.email})"
