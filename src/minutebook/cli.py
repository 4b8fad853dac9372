"""The `minutebook` command: demo, serve, worker, manage."""

import os
import sys


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minutebook.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  # settings load here

    if sys.argv[1:2] != ["manage"]:
        sys.exit("usage: minutebook manage …")
    execute_from_command_line(["minutebook manage", *sys.argv[2:]])
