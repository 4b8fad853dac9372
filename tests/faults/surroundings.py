"""What a process of the kit is started with: a folder and a database of its own, and how fast time runs."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import postgresql
from tests.faults import server
from tests.tracked import ROOT
from xpm_sandbox.app import create_app
from xpm_sandbox.sandbox import sandbox_of
from xpm_sandbox.settings import Settings

PRACTICE = "practice"  # the sandbox's folder


@contextmanager
def brought_up(database: str, *, clients: int) -> Iterator[Path]:
    """Yield a folder for surroundings to copy, because making it takes a while.

    It holds an empty database of this version, and practices that have so many clients together.
    """
    with tempfile.TemporaryDirectory(prefix="minutebook-faults-") as name:
        folder = Path(name)
        (folder / PRACTICE).mkdir()
        sandbox_of(create_app(Settings(data=folder / PRACTICE), clients=clients)).database.close()
        with _database(database, folder) as its_environment:
            command = [sys.executable, "-m", "minutebook", "manage", "migrate", "--verbosity", "0"]
            subprocess.run(command, cwd=ROOT, env=_environment(name, 1.0) | its_environment, check=True)
        yield folder


@contextmanager
def surroundings(
    database: str, scale: float, *, like: Path | None = None
) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield a folder and the environment of a process that works in it; both are gone at the end.

    Database and practices are copies of those in the folder `like`, where there is one.
    """
    with (
        tempfile.TemporaryDirectory(prefix="minutebook-faults-") as folder,
        _database(database, Path(folder), like) as its_environment,
    ):
        if like:
            shutil.copytree(like / PRACTICE, Path(folder, PRACTICE))
        yield Path(folder), _environment(folder, scale) | its_environment


def _environment(folder: str, scale: float) -> dict[str, str]:
    Path(folder, "static").mkdir()  # whitenoise warns when it is not there
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("MINUTEBOOK_", "XPM_"))}
    ours.pop("DATABASE_URL", None)
    return ours | {
        "DJANGO_SETTINGS_MODULE": "minutebook.settings",
        "MINUTEBOOK_DATA": folder,
        "MINUTEBOOK_LOG_LEVEL": "WARNING",
        "MINUTEBOOK_STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "MINUTEBOOK_TIME_SCALE": str(scale),
        "XPM_CLIENT_ID": "minutebook-demo",
        "XPM_CLIENT_SECRET": "minutebook-demo-secret",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }


@contextmanager
def _database(name: str, folder: Path, like: Path | None = None) -> Iterator[dict[str, str]]:
    """Yield what tells a process of a database of our own, removed afterwards; SQLite is in the data folder."""
    if name == "sqlite":
        if like:
            shutil.copy(like / "minutebook.sqlite3", folder)
        yield {}
    elif server.binaries():
        with server.own_server(folder, like=like) as own:
            yield {"DATABASE_URL": own.address(), **own.environment}
    else:
        with postgresql.empty_database() as address:
            yield {"DATABASE_URL": address}
