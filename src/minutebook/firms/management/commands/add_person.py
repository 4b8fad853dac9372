"""`minutebook manage add_person EMAIL NAME --role ROLE`: how people join a firm, by whoever runs the server."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from minutebook.activity.models import record
from minutebook.firms.abilities import Role
from minutebook.firms.models import Firm, Membership, User
from minutebook.scope import firm_scope


class Command(BaseCommand):
    help = "Add a person to a firm. They choose their password themselves, by the mail for a forgotten one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name", help="such as “Priya Raman”")
        parser.add_argument(
            "--role", default="preparer", choices=[role.lower() for role in Membership.Role.values]
        )
        parser.add_argument("--firm", default="", help="its name, where the server has several")

    def handle(self, *_: Any, email: str, name: str, role: str, firm: str, **__: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as problem:
            raise CommandError(f"“{email}” is not an e-mail address.") from problem
        joined = _firm_called(firm)
        _add(joined, email=email.lower(), name=name, role=Role(role.upper()))
        self.stdout.write(
            f"{name} belongs to {joined.name} as {role}. They choose a password at "
            f"{settings.PUBLIC_URL}/accounts/password/reset/ and sign in with {email.lower()}."
        )


def _firm_called(name: str) -> Firm:
    found = Firm.objects.filter(name=name) if name else Firm.objects.all()
    firms = list(found.order_by("pk")[:2])
    if not firms:
        raise CommandError(
            f"No firm is called “{name}”." if name else "There is no firm yet. Set it up first."
        )
    if len(firms) > 1:
        raise CommandError("There are several firms. Name one of them with --firm.")
    return firms[0]


@transaction.atomic
def _add(firm: Firm, *, email: str, name: str, role: Role) -> None:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, None, name=name)
    with firm_scope(firm.pk):
        if Membership.objects.filter(user=user).exists():
            raise CommandError(f"{email} belongs to {firm.name} already.")
        membership, _ = Membership.ever.update_or_create(
            user=user, defaults={"firm": firm, "role": role, "ended_at": None}
        )
        record("member.added", membership, sentence=f"{user.name} added as {role.label.lower()}", by=None)
