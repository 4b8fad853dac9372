"""`minutebook serve` needs nothing but DATABASE_URL to run on PostgreSQL."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from minutebook.server.processes import STOP_WITHIN
from tests.postgresql import empty_database
from tests.worker import on_postgresql, wait_until


@on_postgresql
def test_web_and_worker_are_alive_on_an_empty_database_and_stop_when_told(tmp_path: Path) -> None:
    port = _free_port()
    with empty_database() as address, (tmp_path / "log").open("wb") as log:
        environment = os.environ | {
            "DATABASE_URL": address,
            "MINUTEBOOK_DATA": str(tmp_path / "data"),
            "MINUTEBOOK_PORT": str(port),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "minutebook", "serve"],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until(lambda: _health(port) == {"web": "ok", "database": "ok", "worker": "ok"})
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=STOP_WITHIN + 5)
            print((tmp_path / "log").read_text())  # pytest shows it when the test fails

    assert code == 0


def _health(port: int) -> dict[str, str]:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=5) as answer:
            parts: dict[str, str] = json.load(answer)
            return parts
    except (OSError, urllib.error.HTTPError):
        return {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
