"""`minutebook manage add_firm NAME EMAIL PERSON`: a further firm on this server, with its first administrator."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from minutebook.firms.models import check_time_zone
from minutebook.firstrun.found import FirmIsThere, add_firm


class Command(BaseCommand):
    help = "Add a further firm with its first administrator, who invites the others from within."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("firm_name", help="such as “Harbour Advisory”")
        parser.add_argument("email", help="of its first administrator")
        parser.add_argument("name", help="of its first administrator, such as “Priya Raman”")
        parser.add_argument("--time-zone", default="Australia/Melbourne")

    def handle(self, *_: Any, firm_name: str, email: str, name: str, time_zone: str, **__: Any) -> None:
        try:
            check_time_zone(time_zone)
            validate_email(email)
            add_firm(firm_name=firm_name, time_zone=time_zone, email=email.lower(), name=name)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        except FirmIsThere as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            f"{firm_name} is there, and {email.lower()} administers it. Whoever has no password yet chooses one at "
            f"{settings.PUBLIC_URL}/accounts/password/reset/."
        )
