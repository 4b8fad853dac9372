"""How long a backup of the whole server takes, and restoring it, as whoever runs the server types it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from minutebook.server.backup.take import take_backup
from tests.bench.crowd import NOW
from tests.bench.figures import Figure
from tests.bench.measure import Size


def figures(size: Size) -> Iterator[Figure]:
    """Take a backup of all that the bench has built; on SQLite restore it into a folder of its own as well."""
    settings.MEDIA_ROOT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="minutebook-bench-") as name:
        folder = Path(name)
        start = time.perf_counter()
        taken = take_backup(folder / "backup.tar.gz", now=NOW)
        took = time.perf_counter() - start
        what = f"with {size.packs:,} packs and {size.activity:,} entries of activity"
        yield Figure(name=f"Backup {what}", values=[took], unit="s")
        if connection.vendor == "sqlite":
            yield Figure(name=f"Restore {what}", values=[_restored(taken.path, folder / "data")], unit="s")


def _restored(backup: Path, folder: Path) -> float:
    folder.mkdir()
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "minutebook", "restore", str(backup)],
        env=os.environ | {"MINUTEBOOK_DATA": str(folder)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start
