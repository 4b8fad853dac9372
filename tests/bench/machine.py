"""The machine that a figure was taken on: a figure without it says nothing."""

import os
import platform
from pathlib import Path

from django.db import connection


def stay_on_one_core() -> bool:
    """Keep this process and its threads on one core, where the system allows it."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    return True


def machine_line(*, on_one_core: bool) -> str:
    """Return such as "One core of an AMD EPYC, Linux 6.1, Python 3.13.0, SQLite 3.40.1, load 0.4"."""
    cores = "One core of" if on_one_core else f"{os.cpu_count()} cores of"
    load = f"load {os.getloadavg()[0]:.1f}"
    return ", ".join(
        [
            f"{cores} {_processor()}",
            f"{platform.system()} {platform.release()}",
            f"Python {platform.python_version()}",
            _database(),
            load,
        ]
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _database() -> str:
    """Return such as "SQLite 3.40.1", in the server's own words where there is one."""
    question = "SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version"
    with connection.cursor() as cursor:
        cursor.execute(question)
        return f"{connection.display_name} {cursor.fetchone()[0]}"
