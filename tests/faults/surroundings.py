"""What a process of the kit is started with: a folder and a database of its own, and how fast time runs."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import postgresql
from tests.faults import server


@contextmanager
def surroundings(database: str, scale: float) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield a folder and the environment of a process that works in it; both are gone at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="minutebook-faults-") as folder,
        _database(database, Path(folder)) as its_environment,
    ):
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
def _database(name: str, folder: Path) -> Iterator[dict[str, str]]:
    """Yield what tells a process of a database of our own, removed afterwards; SQLite is in the data folder."""
    if name == "sqlite":
        yield {}
    elif server.binaries():
        with server.own_server(folder) as own:
            yield {"DATABASE_URL": own.address(), **own.environment}
    else:
        with postgresql.empty_database() as address:
            yield {"DATABASE_URL": address}
