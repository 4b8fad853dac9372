"""`minutebook manage set_up_code`: the code that the set-up page of a new server asks for."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from minutebook.firstrun.code import set_up_code
from minutebook.firstrun.found import is_set_up


class Command(BaseCommand):
    help = "Print the code that the set-up page of a new server asks for."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # Django's signature
        if is_set_up():
            raise CommandError("Minutebook is set up already. Sign in.")
        self.stdout.write(set_up_code())
