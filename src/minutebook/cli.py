"""The `minutebook` command: demo, serve, web, worker, move-to-postgresql, manage."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from minutebook.server.demo import demo
from minutebook.server.move import move_to_postgresql
from minutebook.server.ports import CannotStart
from minutebook.server.processes import ChildFailed
from minutebook.server.serve import run_web, serve


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command named on the command line; end with a sentence when it cannot start."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minutebook.settings")
    if words[:1] == ["manage"]:
        return _manage(words[1:])
    command = _parser().parse_args(words).run
    try:
        command()
    except (CannotStart, ChildFailed) as problem:
        sys.exit(f"minutebook: {problem}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minutebook", description="Company documents, and the jobs that go with them."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, run, description in _COMMANDS:
        commands.add_parser(name, help=description).set_defaults(run=run)
    commands.add_parser("manage", help="run a Django management command")
    return parser


def _worker() -> None:
    import django  # noqa: PLC0415  # the worker's models need settings, which other commands set up first

    django.setup()
    from minutebook.server.worker import run_worker  # noqa: PLC0415

    run_worker()


def _manage(words: Sequence[str]) -> None:
    from django.core.management import execute_from_command_line  # noqa: PLC0415  # settings load here

    execute_from_command_line(["minutebook manage", *words])


_COMMANDS: tuple[tuple[str, Callable[[], None], str], ...] = (
    ("demo", lambda: demo(os.environ), "try Minutebook with a practice manager of its own"),
    ("serve", lambda: serve(os.environ), "run web and worker on this machine"),
    ("web", run_web, "run the web process alone"),
    ("worker", _worker, "run a worker alone"),
    ("move-to-postgresql", lambda: move_to_postgresql(os.environ), "move the data from SQLite to PostgreSQL"),
)
