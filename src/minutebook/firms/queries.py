"""The firm's people as its page shows them."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator

from minutebook.firms.models import Invitation, Membership

_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes only stand in for these


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A member of the firm, and whether they prove themselves by more than a password."""

    membership: Membership
    has_second_step: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Invited:
    """Somebody who was invited and has not answered."""

    invitation: Invitation
    is_over: bool


def people() -> list[Person]:
    """Return who works in the firm, by name. Two queries however many they are."""
    members = list(Membership.objects.select_related("user").order_by("user__name", "pk"))
    found = Authenticator.objects.filter(user__in=[each.user_id for each in members], type__in=_STEPS)
    proved = set(found.values_list("user_id", flat=True))
    return [Person(membership=each, has_second_step=each.user_id in proved) for each in members]


def former_people() -> list[Membership]:
    """Return who has left, the latest first."""
    return list(Membership.ever.filter(ended_at__isnull=False).select_related("user").order_by("-ended_at"))


def invited(*, now: datetime) -> list[Invited]:
    """Return who was invited and has not answered, by name."""
    waiting = Invitation.objects.filter(accepted_at=None, withdrawn_at=None).select_related("invited_by")
    return [
        Invited(invitation=each, is_over=each.expires_at <= now) for each in waiting.order_by("name", "pk")
    ]
