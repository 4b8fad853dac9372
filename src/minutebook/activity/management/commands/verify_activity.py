"""`minutebook manage verify_activity`: is activity still as it was written?"""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from minutebook.activity.models import ActivityHead
from minutebook.activity.verify import Written, check_firm


class Command(BaseCommand):
    """Prints where each chain ends. Written down elsewhere and given back, that end must be found again."""

    help = "Verify the activity of every firm, and name the first entry that does not fit."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--written",
            action="append",
            default=[],
            metavar="FIRM:ENTRY:HASH",
            help="an end that this command printed earlier; may be given several times",
        )

    def handle(self, *_args: Any, written: list[str], **_options: Any) -> None:  # Any: Django's own signature
        ends = [_end(text) for text in written]
        firms = {*ActivityHead.objects.values_list("pk", flat=True), *(firm_id for firm_id, _ in ends)}
        broken = 0
        for firm_id in sorted(firms):
            mine = tuple(end for firm, end in ends if firm == firm_id)
            verdict = check_firm(firm_id, now=timezone.now(), written=mine)
            broken += not verdict.is_whole
            if verdict.is_whole:
                self.stdout.write(f"Firm {firm_id}: {verdict.number} entries, whole.")
                self.stdout.write(f"Write down: {firm_id}:{verdict.number}:{verdict.hash}")
            else:
                self.stdout.write(f"Firm {firm_id}: {verdict.problem}")
        if broken:
            raise CommandError(f"{broken} of {len(firms)} chains do not hold together.")


def _end(text: str) -> tuple[int, Written]:
    try:
        return int(text.partition(":")[0]), Written.of(text)
    except ValueError as problem:
        raise CommandError(f"“{text}” is not FIRM:ENTRY:HASH, as this command prints it.") from problem
