"""`minutebook manage audit_jobs`: compare XPM's jobs with the ledger now, as every night does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from minutebook.jobs.audit import audit
from minutebook.practice.provider import PracticeManagerError


class Command(BaseCommand):
    """Talks to the network, and changes nothing in XPM."""

    help = "Compare the jobs in XPM with those asked for here, and report what is too much."

    def handle(self, *_args: Any, **_options: Any) -> None:  # Any: Django's own signature
        try:
            audits = audit(timezone.now())
        except PracticeManagerError as problem:
            raise CommandError(f"XPM could not be asked: {problem} Run it again later.") from problem
        for row in audits:
            self.stdout.write(
                f"{row.firm.name}: {row.jobs} jobs, {row.surplus} with too much, {len(row.strays)} unknown here"
            )
        if not audits:
            self.stdout.write("No firm is connected.")
