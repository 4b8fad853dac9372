"""Workers of the short form: forked by a process that has imported Minutebook, they start in a tenth of the time.

The long form starts each as an administrator does.
"""

import multiprocessing
import os
import signal
import subprocess
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Protocol

_OURS = multiprocessing.get_context("forkserver")
_OURS.set_forkserver_preload(["tests.faults.ready_made_worker"])


class Worker(Protocol):
    """What the kit does to a worker's process, in the words of `subprocess.Popen`."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def send_signal(self, sig: int) -> None: ...


def start_ready_made(environment: Mapping[str, str], log: Path) -> Worker:
    from tests.faults.ready_made_worker import work  # noqa: PLC0415  # Django is ready only now

    addresses = {name: value for name, value in environment.items() if name.startswith("XPM_")}
    process = _OURS.Process(target=work, args=[addresses, log], daemon=True)
    process.start()
    return _ReadyMade(process)


class _ReadyMade:
    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        assert process.pid is not None  # it was started
        self.pid = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("the worker", timeout or 0)
        return self._process.exitcode

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)
