"""Before `serve` works on a database: a newer one is refused, an older one is copied and brought up to date."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from minutebook.server.backup.database import from_sqlite
from minutebook.server.versions import applied_migrations, check_not_newer, migrate, pending_migrations

_KEPT = 3  # copies; each is as large as the database


def bring_up_to_date(*, say: Callable[[str], None]) -> None:
    """Migrate the database to this version, and say what is done. A new one is made without a word.

    Raises CannotStart when the database is of a newer version: nothing has changed then.
    """
    applied, pending = applied_migrations(), pending_migrations()
    check_not_newer(applied, of="The database")
    if applied and pending:
        steps = f"{len(pending)} step{'s' if len(pending) > 1 else ''}"
        if connection.vendor == "sqlite":
            copy = _copy_aside(now=timezone.now())
            say(
                f"The database is of an older version. A copy is in {copy}; bringing it up to date in {steps} …"
            )
        else:
            say(f"The database is of an older version. Bringing it up to date in {steps} …")
    migrate()


def _copy_aside(*, now: datetime) -> Path:
    """Copy the SQLite database as it was; its files need none, because no migration touches them."""
    folder = Path(settings.DATA) / "before-upgrade"
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = from_sqlite(folder / f"minutebook-{now:%Y%m%d-%H%M%S}.sqlite3").path
    for old in sorted(folder.glob("minutebook-*.sqlite3"))[:-_KEPT]:
        old.unlink()
    return copy
