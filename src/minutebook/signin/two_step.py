"""The second step of signing in: who needs one, who has one, and taking it away from somebody who lost theirs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import models, transaction

from minutebook.activity.models import record
from minutebook.firms.models import Firm, Membership, User
from minutebook.scope import firm_scope

STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes only stand in for these


class AlsoOfAnotherFirm(Exception):
    """The person works for another firm too: whoever runs the server must reset their second step."""


def has_second_step(user: User) -> bool:
    return _steps_of(user).exists()


def needs_second_step(user: User) -> bool:
    """Whether any firm of the person requires one."""
    return Membership.everywhere.filter(user=user, firm__two_step_required=True).exists()


def may_remove(authenticator: Authenticator) -> bool:
    user = cast("User", authenticator.user)
    return _steps_of(user).exclude(pk=authenticator.pk).exists() or not needs_second_step(user)


def require(firm: Firm, *, required: bool, by: User) -> None:
    """Say whether the firm's people must sign in with a second step. They are led to it at their next page."""
    if firm.two_step_required == required:
        return
    with transaction.atomic():
        firm.two_step_required = required
        firm.save(update_fields=["two_step_required"])
        sentence = (
            "Two-step sign-in is now required" if required else "Two-step sign-in is no longer required"
        )
        record("firm.two-step", _own_membership(firm, by), sentence=sentence, by=by)


def reset(membership: Membership, *, by: User) -> None:
    """Take a person's second step away and sign them out everywhere: they lost it, or somebody else has it.

    Raises AlsoOfAnotherFirm when `by` does not administer every firm of the person.
    """
    user = membership.user
    theirs = Membership.everywhere.filter(user=by, role=Membership.Role.ADMINISTRATOR).values("firm")
    if Membership.everywhere.filter(user=user).exclude(firm__in=theirs).exists():
        raise AlsoOfAnotherFirm(
            f"{user.name} also works for another firm on this server, which the reset would weaken. Ask "
            f"whoever runs the server to type: minutebook manage reset_second_step {user.email}"
        )
    reset_for(user, by=by)


def reset_for(user: User, *, by: User | None) -> None:
    """Reset a person's second step whatever firms they work for."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        sign_out_everywhere(user)
        for membership in Membership.everywhere.filter(user=user).order_by("pk"):
            with firm_scope(membership.firm_id):
                sentence = f"Second step of {user.name} was reset"
                record("person.second-step-reset", membership, sentence=sentence, by=by)


def sign_out_everywhere(user: User, *, but: str | None = "") -> None:
    """End every session of the person, except the one whose key is `but`."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=but or ""):
        session.end()


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonsStep:
    """A member of the firm, and how they prove themselves after the password."""

    membership: Membership
    has_app: bool
    passkeys: int

    @property
    def has_any(self) -> bool:
        return self.has_app or self.passkeys > 0

    @property
    def words(self) -> str:
        passkeys = f"{self.passkeys} passkey{'s' if self.passkeys > 1 else ''}" if self.passkeys else ""
        return " and ".join(
            filter(None, ["authenticator app" if self.has_app else "", passkeys])
        ).capitalize()


def steps_of_people(memberships: Iterable[Membership]) -> list[PersonsStep]:
    """Return each member with their second steps. Two queries however many they are."""
    members = list(memberships)
    kinds: dict[int, list[str]] = {}
    found = Authenticator.objects.filter(user__in=[each.user_id for each in members], type__in=STEPS)
    for user_id, kind in found.values_list("user_id", "type"):
        kinds.setdefault(user_id, []).append(kind)
    return [_persons_step(member, kinds.get(member.user_id, [])) for member in members]


def _persons_step(membership: Membership, kinds: list[str]) -> PersonsStep:
    return PersonsStep(
        membership=membership,
        has_app=Authenticator.Type.TOTP in kinds,
        passkeys=kinds.count(Authenticator.Type.WEBAUTHN),
    )


def _steps_of(user: User) -> models.QuerySet[Authenticator]:
    found: models.QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user.pk, type__in=STEPS)
    return found


def _own_membership(firm: Firm, user: User) -> Membership:
    return Membership.everywhere.get(firm=firm, user=user)
