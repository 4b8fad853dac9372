"""`minutebook backup`: the database and the documents in one file, while people work.

The database is copied first, then the documents. A document's file is on the disk before the row that names it, and
is never changed: so every document that the copy names is there to be taken along. The other way round, a pack
released in between would be a row without its file. What was released after the copy may leave a file that no row
names; that does no harm.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.db import connection

from minutebook.server.backup.archive import FILES, Archive, Manifest, written
from minutebook.server.backup.database import MEMBER, copied
from minutebook.server.backups_made import note_backup
from minutebook.server.ports import CannotStart
from minutebook.server.serve import say

_NAME = "minutebook-{at:%Y%m%d-%H%M%S}.tar.gz"


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A backup that is on the disk."""

    path: Path
    size: int  # bytes
    files: int
    rows: int
    missing: int

    @property
    def sentence(self) -> str:
        gone = f" {self.missing} files were deleted meanwhile and are not in it." if self.missing else ""
        size = f"{self.size / 1e6:,.1f} MB"
        return f"Backed up {self.rows:,} rows and {self.files:,} files to {self.path} ({size}).{gone}"


def backup(file: Path | None) -> None:
    """Back up on somebody's word. Raises CannotStart."""
    folder = file or settings.BACKUP_FOLDER or settings.DATA / "backups"
    if file is None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    taken = take_backup(folder, now=datetime.now(UTC), passphrase=settings.BACKUP_PASSPHRASE)
    say(taken.sentence)
    say(
        f"The keys are not in it: keep a copy of {settings.DATA / 'keys'} in another place. Without them everything "
        "is there again, but each firm connects to Xero anew and everybody sets up the second step of signing in."
    )


def take_backup(target: Path, *, now: datetime, passphrase: str = "") -> Taken:
    """Write a backup to the path, or under a name of its own if it is a folder.

    Raises CannotStart when something is there already, when the disk is full or the database does not let itself
    be copied. Then nothing is left behind, and earlier backups are as they were.
    """
    path = target / name_at(now, passphrase=passphrase) if target.is_dir() else target
    if path.exists():
        raise CannotStart(f"{path} is there already, and a backup is never overwritten. Choose another name.")
    try:
        with copied(path.parent) as copy, written(path, passphrase=passphrase) as archive:
            archive.add(MEMBER[connection.vendor], copy.path)
            missing = _add_files(archive)
            archive.finish(
                Manifest(
                    version=version("minutebook"),
                    made_at=now.isoformat(timespec="seconds"),
                    database=connection.vendor,
                    migrations=copy.migrations,
                    counts=copy.counts,
                    activity=copy.activity,
                    token_keys=fingerprints(settings.TOKEN_KEYS),
                    missing=missing,
                )
            )
    except (OSError, sqlite3.Error) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise CannotStart(
            f"The backup could not be written to {path.parent}: {why}. Nothing was left there, and earlier backups "
            "are as they were."
        ) from problem
    note_backup(settings.DATA, at=now)  # `minutebook check --deploy` says when it is long ago
    rows, files = sum(copy.counts.values()), len(archive.members) - 1
    return Taken(path=path, size=path.stat().st_size, files=files, rows=rows, missing=len(missing))


def name_at(now: datetime, *, passphrase: str) -> str:
    """Return the name of a backup of that moment."""
    return _NAME.format(at=now) + (".encrypted" if passphrase else "")


def fingerprints(keys: list[str]) -> list[str]:
    """Return what tells one key from another and nothing else about it: keys are long and random."""
    return [hashlib.sha256(b"minutebook token key " + key.encode()).hexdigest()[:16] for key in keys]


def _add_files(archive: Archive) -> list[str]:
    """Add every document; return the names of those that were deleted while we came to them."""
    missing = []
    root = Path(settings.MEDIA_ROOT)
    for path in _files_under(root):
        name = FILES + path.relative_to(root).as_posix()
        try:
            archive.add(name, path)
        except FileNotFoundError:
            missing.append(name)
    return missing


def _files_under(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
