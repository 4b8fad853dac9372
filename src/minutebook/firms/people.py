"""What administrators do with the firm's people: another role, and taking somebody out."""

from datetime import datetime

from django.db import transaction

from minutebook.activity.changes import seen
from minutebook.activity.models import record
from minutebook.firms.abilities import Role
from minutebook.firms.models import Firm, Membership, User


class LastAdministrator(Exception):
    """Without this person nobody could look after the firm: make somebody else an administrator first."""


class NoLongerThere(Exception):
    """Somebody has taken the person out meanwhile, or has taken away the right to do this."""


@transaction.atomic
def change_role(membership: Membership, role: Role, *, by: User) -> Membership:
    """Give a person another role. Raises LastAdministrator, NoLongerThere."""
    member = _held(membership, by=by)
    if role == member.role:
        return member
    if role != Role.ADMINISTRATOR:
        _refuse_last(member, "cannot get another role")
    before = seen(member, "role")
    member.role = role
    member.save(update_fields=["role"])
    sentence = f"{member.user.name} is {role.label.lower()} now"
    record("person.role", member, sentence=sentence, by=by, before=before, after=seen(member, "role"))
    return member


@transaction.atomic
def take_out(membership: Membership, *, by: User, now: datetime) -> Membership:
    """End a person's place in the firm; their name stays on what they did.

    Raises LastAdministrator, NoLongerThere.
    """
    member = _held(membership, by=by)
    _refuse_last(member, "cannot be taken out" if member.user_id != by.pk else "cannot leave")
    member.ended_at = now
    member.save(update_fields=["ended_at"])
    name = member.user.name
    sentence = f"{name} left the firm" if member.user_id == by.pk else f"{name} taken out of the firm"
    record("person.left", member, sentence=sentence, by=by)
    return member


def _held(membership: Membership, *, by: User) -> Membership:
    """Return the membership as it is now. Whoever changes people waits here for whoever else does.

    Of two administrators who take the role from one another at once, the second is no administrator any more.
    """
    Firm.objects.select_for_update().get(pk=membership.firm_id)
    own = Membership.objects.filter(user=by).first()
    if own is None or (own.pk != membership.pk and not own.may_administer):
        raise NoLongerThere("You are no longer an administrator of this firm, so nothing was changed.")
    member = Membership.objects.select_related("user").filter(pk=membership.pk).first()
    if member is None:
        raise NoLongerThere("That person is no longer in the firm.")
    return member


def _refuse_last(member: Membership, what: str) -> None:
    if member.role != Role.ADMINISTRATOR:
        return
    others = Membership.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True).exclude(pk=member.pk)
    if not others.exists():
        raise LastAdministrator(
            f"{member.user.name} is the firm’s only administrator and {what}. Make somebody else an "
            "administrator first."
        )
