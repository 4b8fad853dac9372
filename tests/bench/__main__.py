"""`python -m tests.bench`: measure, and print one table. `--tiny` only shows that everything still runs.

The database is a file in a temporary folder; where DATABASE_URL names PostgreSQL, it is a database of the
bench's own on that server, removed afterwards.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from tests.bench.measure import FULL, LARGE, TINY


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure Minutebook.")
    parser.add_argument("--tiny", action="store_true", help="a few rows and runs: shows that the bench works")
    parser.add_argument("--large", action="store_true", help="a million contacts, a hundred thousand packs")
    asked = parser.parse_args(arguments)
    size = TINY if asked.tiny else LARGE if asked.large else FULL
    with tempfile.TemporaryDirectory(prefix="minutebook-bench-") as folder, _own_database(folder):
        # These name models, which exist only once Django is set up.
        from tests.bench import (  # noqa: PLC0415
            activity,
            first_run,
            importing,
            keeping,
            matching,
            pack,
            pages,
            release,
        )
        from tests.bench.crowd import make_crowd  # noqa: PLC0415
        from tests.bench.machine import machine_line, stay_on_one_core  # noqa: PLC0415
        from tests.bench.table import table_of  # noqa: PLC0415

        of_an_empty_server = list(first_run.figures(size))
        crowd = make_crowd(size)
        on_one_core = stay_on_one_core()
        figures = [
            *of_an_empty_server,
            *pack.figures(crowd, size),
            *pages.figures(crowd, size),
            *release.figures(crowd, size),
            *activity.figures(crowd, size),
            *importing.figures(crowd, size),
            *keeping.figures(size),
            *matching.figures(clients=200 if size is TINY else 15_000),
        ]
        print(f"{machine_line(on_one_core=on_one_core)}; {crowd.line}")
        print("Documents are measured in processor time, pages by the clock.\n")
        print(table_of(figures))
    return 0 if size is TINY or all(figure.is_met for figure in figures) else 1


@contextmanager
def _own_database(folder: str) -> Iterator[None]:
    os.environ |= {
        "MINUTEBOOK_DATA": folder,
        "MINUTEBOOK_LOG_LEVEL": "ERROR",
        "MINUTEBOOK_STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "DJANGO_SETTINGS_MODULE": "minutebook.settings",
    }
    Path(folder, "static").mkdir()  # whitenoise warns when it is not there
    import django  # noqa: PLC0415  # after the environment: settings are read from it
    from django.db import connection  # noqa: PLC0415

    django.setup()
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["NAME"] = "minutebook_bench"
    with redirect_stdout(sys.stderr):  # Django remarks there that the cache's table is there already
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
