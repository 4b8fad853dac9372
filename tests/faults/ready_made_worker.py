"""What the short form's workers do; importing it is what takes the time."""

import os
from collections.abc import Mapping
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402

from minutebook.server.worker import run_worker  # noqa: E402


def work(addresses: Mapping[str, str], log: Path) -> None:
    """Be a worker that takes the sandbox for Xero and writes to the log."""
    os.setsid()
    with log.open("ab") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    for name, value in addresses.items():
        setattr(settings, name, value)
    run_worker()
