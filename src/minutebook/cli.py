"""The `minutebook` command: demo, serve, web, worker, backup, restore, check, delete-firm, keys and more."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from minutebook.keys import new_fernet_key
from minutebook.server.backup.restore import restore
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
    given = vars(_parser().parse_args(words))
    command = given.pop("run")
    try:
        command(**given)
    except (CannotStart, ChildFailed) as problem:
        sys.exit(f"minutebook: {problem}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minutebook", description="Company documents, and the jobs that go with them."
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, run, description in _COMMANDS:
        commands.add_parser(name, help=description).set_defaults(run=run)
    looking = commands.add_parser("check", help="say what is wrong with this server, and what is unsafe")
    looking.add_argument("--deploy", action="store_true", help="look at what matters once others reach it")
    looking.set_defaults(run=_check)
    backing_up = commands.add_parser("backup", help="put database and documents into one file, while it runs")
    backing_up.add_argument("file", nargs="?", type=Path, help="a file or folder; else the folder of backups")
    backing_up.set_defaults(run=_backup)
    restoring = commands.add_parser("restore", help="put a backup in the place of what is there")
    restoring.add_argument("file", type=Path)
    restoring.set_defaults(run=lambda file: restore(os.environ, file))
    deleting = commands.add_parser(
        "delete-firm", help="delete a firm with every row and file of it, for good"
    )
    deleting.add_argument("firm", help="its number or its name; a wrong one lists those there are")
    deleting.add_argument("--export", type=Path, metavar="ZIP", help="first put what it owns into this file")
    deleting.add_argument("--without-export", action="store_true", help="nothing of it is wanted")
    deleting.add_argument("--name", default="", help="its name once more, instead of being asked")
    deleting.set_defaults(run=_delete_firm)
    commands.add_parser("manage", help="run a Django management command")
    return parser


def _worker() -> None:
    import django  # noqa: PLC0415  # the worker's models need settings, which other commands set up first

    django.setup()
    from minutebook.server.worker import run_worker  # noqa: PLC0415

    run_worker()


def _backup(file: Path | None) -> None:
    import django  # noqa: PLC0415  # as above

    django.setup()
    from minutebook.server.backup.take import backup  # noqa: PLC0415

    backup(file)


def _delete_firm(**options: Any) -> None:
    import django  # noqa: PLC0415  # as above

    django.setup()
    from minutebook.server.farewell import say_farewell  # noqa: PLC0415

    say_farewell(**options, ask=input, say=print)


def _check(*, deploy: bool) -> None:
    import django  # noqa: PLC0415  # as above

    django.setup()
    from minutebook.server.checking import check  # noqa: PLC0415

    sys.exit(check(deploy=deploy, say=print))


def _rotate_keys() -> None:
    import django  # noqa: PLC0415  # as above

    django.setup()
    from minutebook.server.rotation import rotate_keys  # noqa: PLC0415

    rotate_keys(print)


def _manage(words: Sequence[str]) -> None:
    from django.core.management import execute_from_command_line  # noqa: PLC0415  # settings load here

    execute_from_command_line(["minutebook manage", *words])


_COMMANDS: tuple[tuple[str, Callable[[], None], str], ...] = (
    ("demo", lambda: demo(os.environ), "try Minutebook with a practice manager of its own"),
    ("serve", lambda: serve(os.environ), "run web and worker on this machine"),
    ("web", run_web, "run the web process alone"),
    ("worker", _worker, "run a worker alone"),
    ("rotate-keys", _rotate_keys, "encrypt every stored secret with the first of MINUTEBOOK_TOKEN_KEYS"),
    ("new-key", lambda: print(new_fernet_key()), "make a key for MINUTEBOOK_TOKEN_KEYS"),
    ("move-to-postgresql", lambda: move_to_postgresql(os.environ), "move the data from SQLite to PostgreSQL"),
)
