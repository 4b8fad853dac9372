"""The processes that the kit starts, kills, freezes and ends: the sandbox and Minutebook's workers."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import httpx2

from tests.faults.ready_made import Worker, start_ready_made

_START = 30.0  # seconds that a process may take to start on a busy machine
DRAIN = 35.0  # seconds that a worker may take to finish what it has in hand


@dataclass(kw_only=True)
class PracticeProcess:
    """`xpm-sandbox serve` in a process of its own, and what can be asked of it over HTTP."""

    folder: Path
    scale: float
    minute_limit: int = 0
    process: subprocess.Popen[bytes] | None = None
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def file(self) -> Path:
        return self.folder / "xpm-sandbox.sqlite3"

    def start(self) -> None:
        self.port = self.port or free_port()
        environment = os.environ | {
            "XPM_SANDBOX_MINUTE_LIMIT": str(round(60 * self.scale)),
            "XPM_SANDBOX_DAY_LIMIT": str(round(5_000 * self.scale)),
        }
        log = _log(self.folder.parent / "sandbox.log")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "xpm_sandbox.cli", "serve", "--data", str(self.folder), "--port",
             str(self.port)],
            env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        log.close()
        deadline = time.monotonic() + _START
        while time.monotonic() < deadline:
            try:
                httpx2.get(f"{self.url}/_faults")
            except httpx2.TransportError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError("The sandbox did not start; its log says why.")

    def stop(self) -> None:
        if self.process is not None:
            end(self.process)

    def fail(self, kind: str, **members: object) -> None:
        """Add a rule; see the sandbox's README for its members."""
        httpx2.post(f"{self.url}/_faults", json={"kind": kind, **members}).raise_for_status()

    def act(self, action: str) -> None:
        httpx2.post(f"{self.url}/_faults", json={"action": action}).raise_for_status()

    def heal(self) -> None:
        """Take every rule away."""
        httpx2.delete(f"{self.url}/_faults").raise_for_status()

    def forget_calls(self) -> None:
        httpx2.delete(f"{self.url}/_requests").raise_for_status()

    def calls(self) -> list[dict[str, Any]]:  # Any: JSON
        """Return the latest calls it received, at most 2,000, oldest first."""
        entries: list[dict[str, Any]] = httpx2.get(f"{self.url}/_requests", timeout=30).json()
        return [entry for entry in entries if entry["path"].startswith(("/practicemanager", "/connect/"))]


@dataclass(kw_only=True)
class Workers:
    """`minutebook worker` processes on one database; `ready_made` are forked by one that has imported everything."""

    environment: Mapping[str, str]
    log: Path
    ready_made: bool = False
    running: list[Worker] = field(default_factory=list)

    def keep(self, count: int) -> None:
        """Have so many running: the dead are replaced, those too many drained."""
        self.running = [worker for worker in self.running if worker.poll() is None]
        while len(self.running) > count:
            self.drain(self.running[0])
        while len(self.running) < count:
            self.start()

    def start(self) -> Worker:
        elsewhere = self.environment.get("DATABASE_URL") != os.environ.get("DATABASE_URL")
        ready_made = self.ready_made and not elsewhere
        worker = start_ready_made(self.environment, self.log) if ready_made else self._start_whole()
        self.running.append(worker)
        return worker

    def _start_whole(self) -> Worker:
        log = _log(self.log)
        worker = subprocess.Popen(
            [sys.executable, "-m", "minutebook", "worker"],
            env=dict(self.environment), stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        log.close()
        return worker

    def kill(self, worker: Worker) -> None:
        worker.kill()
        worker.wait()
        self.running.remove(worker)

    def drain(self, worker: Worker) -> float:
        """Ask one to stop and return how many seconds it took. Raises TimeoutExpired."""
        began = time.monotonic()
        worker.terminate()
        worker.wait(timeout=DRAIN + 10)
        self.running.remove(worker)
        return time.monotonic() - began

    def freeze(self, worker: Worker, seconds: float) -> None:
        worker.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        worker.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        for worker in self.running:
            end(worker)
        self.running = []


def end(process: Worker) -> None:
    """End a process of ours, kindly first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=DRAIN + 10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _log(path: Path) -> IO[bytes]:
    return path.open("ab")
