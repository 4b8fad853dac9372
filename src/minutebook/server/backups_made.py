"""When the latest backup was made: a note in the data folder, by whatever made it."""

from datetime import datetime
from pathlib import Path

_NOTE = "latest-backup"


def note_backup(folder: Path, *, at: datetime) -> None:
    """Write down that a backup is complete. A backup script of the operator may do the same by hand."""
    draft = folder / f"{_NOTE}.new"
    draft.write_text(at.isoformat() + "\n", encoding="ascii")
    draft.replace(folder / _NOTE)


def latest_backup_at(folder: Path) -> datetime | None:
    """Return when the latest backup was noted, or None if there is no note that can be read."""
    try:
        moment = datetime.fromisoformat((folder / _NOTE).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None
    return moment if moment.tzinfo else None
