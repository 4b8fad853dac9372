"""`minutebook manage reset_second_step EMAIL`: for the administrator who lost the telephone."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from minutebook.firms.models import User
from minutebook.signin.notices import tell_of_reset
from minutebook.signin.two_step import reset_for


class Command(BaseCommand):
    help = "Take a person's second step of signing in away; they are signed out everywhere, and mailed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *_: Any, email: str, **__: Any) -> None:
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            raise CommandError(f"Nobody here signs in as {email}.")
        reset_for(user, by=None)
        tell_of_reset(user, by=None)
        self.stdout.write(f"{user.name} has no second step now, and is signed out everywhere.")
