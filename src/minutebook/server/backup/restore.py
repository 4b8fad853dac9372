"""`minutebook restore FILE`: what a backup holds takes the place of what is there, which is moved aside.

Everything is unpacked, checked, loaded, brought up to this version and told of the restore before anything present is
touched; then folders and databases are renamed. Should that break off half-way, a note stays in the data folder, and
nothing starts until the restore was done again.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from minutebook.server.backup.archive import FILES, Manifest, unpack
from minutebook.server.ports import RESTORE_NOTE, CannotStart, only_server_of
from minutebook.server.serve import data_folder, say

_DATABASE = "minutebook.sqlite3"


def restore(environment: Mapping[str, str], file: Path) -> None:
    """Put a backup in the place of what is there.

    Raises CannotStart when Minutebook runs, the backup is damaged, of a newer version, or of the other kind of
    database, and when there is no room. Then nothing has changed.
    """
    folder, now = data_folder(environment), datetime.now(UTC)
    if not file.is_file():
        raise CannotStart(f"There is no backup at {file}.")
    with only_server_of(folder):
        stage, aside = (
            folder / f"restoring-{now:%Y%m%d-%H%M%S}",
            folder / f"before-restore-{now:%Y%m%d-%H%M%S}",
        )
        stage.mkdir(mode=0o700)
        try:
            manifest = unpack(file, stage, passphrase=environment.get("MINUTEBOOK_BACKUP_PASSPHRASE", ""))
            _put_in_place(manifest, folder=folder, stage=stage, aside=aside, now=now)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    say(f"What was there before is in {aside}. Delete it once you have looked at what was restored.")


def _put_in_place(manifest: Manifest, *, folder: Path, stage: Path, aside: Path, now: datetime) -> None:
    import django  # noqa: PLC0415  # settings are read only once it is known that there is a backup

    django.setup()
    from minutebook.server.versions import check_not_newer  # noqa: PLC0415

    _check_kind(manifest)
    check_not_newer([(app, name) for app, name in manifest.migrations], of="The backup")
    with _database_at(stage, now=now) as put_database:
        _check_counts(manifest)
        doubted = _bring_up_to_date(now)
        _say_of_activity(manifest)
        _say_of_keys(manifest)
        os.sync()  # what is renamed is on the disk
        _swap(folder, stage=stage, aside=aside, put_database=put_database)
    say(
        f"Restored {sum(manifest.counts.values()):,} rows and {len(manifest.members) - 1:,} files as they were at "
        f"{manifest.made_at} (Minutebook {manifest.version}). Everybody signs in again."
    )
    if doubted:
        say(
            f"{doubted} job{'s were' if doubted > 1 else ' was'} unfinished then: Xero Practice Manager is asked for "
            f"{'them' if doubted > 1 else 'it'} before anything is sent."
        )


def _check_kind(manifest: Manifest) -> None:
    from django.db import connection  # noqa: PLC0415

    if manifest.database != connection.vendor:
        other = (
            "with DATABASE_URL naming one" if manifest.database == "postgresql" else "without DATABASE_URL"
        )
        raise CannotStart(
            f"The backup is of a {_NAMES[manifest.database]} database, and this is {_NAMES[connection.vendor]}. "
            f"Restore it {other}; `minutebook move-to-postgresql` moves a SQLite database afterwards."
        )


def _check_counts(manifest: Manifest) -> None:
    from minutebook.server.backup.database import count_rows  # noqa: PLC0415

    counted = count_rows()
    for table, count in manifest.counts.items():
        if counted.get(table) != count:
            raise CannotStart(
                f"{table} had {count} rows, but {counted.get(table, 0)} arrived. Nothing was restored."
            )


def _bring_up_to_date(now: datetime) -> int:
    """Migrate what was restored and settle what the backup cannot know; return how many jobs are in doubt."""
    from django.db import connection  # noqa: PLC0415

    from minutebook.jobs.restored import doubt_unfinished  # noqa: PLC0415
    from minutebook.server.backup.afterwards import settle  # noqa: PLC0415
    from minutebook.server.versions import migrate  # noqa: PLC0415

    migrate()
    settle()
    doubted = doubt_unfinished(now=now)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return doubted


def _say_of_activity(manifest: Manifest) -> None:
    from django.db import connection  # noqa: PLC0415

    from minutebook.server.backup.afterwards import firms_whose_activity_ends_otherwise  # noqa: PLC0415

    for firm_id in firms_whose_activity_ends_otherwise(manifest.activity):
        say(
            f"The activity of firm {firm_id} does not end as the backup noted when it was made: somebody changed one "
            "of the two. Compare with the ends that were mailed: minutebook manage verify_activity --written"
        )
    connection.close()


def _say_of_keys(manifest: Manifest) -> None:
    from django.conf import settings  # noqa: PLC0415

    from minutebook.server.backup.take import fingerprints  # noqa: PLC0415

    if not set(manifest.token_keys) <= set(fingerprints(settings.TOKEN_KEYS)):
        say(
            "The keys of this data folder are not those the backup was made with, so connections to Xero Practice "
            "Manager cannot be used: put the folder `keys` of that time back, or connect again in Settings."
        )


type _Put = Callable[[Path], None]


@contextmanager
def _database_at(stage: Path, *, now: datetime) -> Iterator[_Put]:
    """Have Django work on what was unpacked; yield what puts it in place of the present database."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor == "postgresql":
        from minutebook.server.backup.swap import postgresql_beside  # noqa: PLC0415

        with postgresql_beside(stage, now=now) as put:
            yield put
        return
    connection.close()
    connection.settings_dict["NAME"] = str(stage / _DATABASE)
    yield lambda aside: _put_sqlite(stage, aside)


def _put_sqlite(stage: Path, aside: Path) -> None:
    """Move the present database aside, with what SQLite keeps beside it, and the restored one into its place."""
    folder = stage.parent
    for name in (_DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm"):
        with suppress(FileNotFoundError):
            (folder / name).rename(aside / name)
    (stage / _DATABASE).rename(folder / _DATABASE)


def _swap(folder: Path, *, stage: Path, aside: Path, put_database: _Put) -> None:
    """Rename everything. The note tells of a swap that broke off; it is on the disk before the first rename."""
    files = FILES.rstrip("/")
    aside.mkdir(mode=0o700)
    (folder / RESTORE_NOTE).write_text(f"what was there before is in {aside}.\n", encoding="utf-8")
    os.sync()
    put_database(aside)
    with suppress(FileNotFoundError):
        (folder / files).rename(aside / files)
    (stage / files).mkdir(exist_ok=True)
    (stage / files).rename(folder / files)
    os.sync()
    (folder / RESTORE_NOTE).unlink()


_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
