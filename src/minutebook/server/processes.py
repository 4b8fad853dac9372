"""Child processes: started together, watched, and stopped together."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

STOP_WITHIN = 35.0  # seconds; a worker may finish the call it is in
_RESTART_AFTER = 1.0  # seconds before a child that died is started again
_GIVE_UP_AFTER = 5  # deaths in a row within _QUICKLY
_QUICKLY = 10.0  # seconds of life


class ChildFailed(Exception):
    """A child keeps dying as soon as it is started; its own output says why."""


@dataclass(kw_only=True)
class Child:
    """One process of ours and how to start it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    quick_deaths: int = field(default=0)

    def start(self) -> None:
        # Its own process group: Ctrl-C reaches us alone, and we stop the children in order.
        self.process = subprocess.Popen(  # noqa: S603  # our own commands only
            list(self.command), env=dict(self.environment), start_new_session=True
        )
        self.started_at = time.monotonic()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def revive(self) -> None:
        """Start a dead child again, unless it dies every time."""
        lived = time.monotonic() - self.started_at
        self.quick_deaths = self.quick_deaths + 1 if lived < _QUICKLY else 0
        if self.quick_deaths >= _GIVE_UP_AFTER:
            raise ChildFailed(f"{self.name} stopped {self.quick_deaths} times just after its start")
        print(f"{self.name} stopped; starting it again", file=sys.stderr, flush=True)
        time.sleep(_RESTART_AFTER)
        self.start()


class StopAsked(BaseException):
    """SIGTERM or Ctrl-C arrived: stop, in order. Like KeyboardInterrupt, no ordinary handler eats it."""


def stop_on_signals() -> None:
    """Turn SIGTERM and SIGINT into StopAsked in the main thread."""

    def stop(_signum: int, _frame: FrameType | None) -> None:
        # A second signal must not cut the orderly stop short.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise StopAsked

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


@dataclass(slots=True)
class StopNoted:
    """Whether SIGTERM or Ctrl-C has arrived. For who uses a database, instead of StopAsked: an exception that
    comes in the midst of a query is lost when the query's own clean-up fails."""

    is_asked: bool = False

    def wait(self, seconds: float) -> None:
        """Sleep so long, or until asked to stop."""
        until = time.monotonic() + seconds
        while not self.is_asked and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.2))


def note_signals() -> StopNoted:
    """Have SIGTERM and SIGINT noted, and nothing else happen."""
    noted = StopNoted()

    def note(_signum: int, _frame: FrameType | None) -> None:
        noted.is_asked = True

    signal.signal(signal.SIGTERM, note)
    signal.signal(signal.SIGINT, note)
    return noted


def watch(
    children: Sequence[Child],
    *,
    ready: Callable[[], None] = lambda: None,
    are_up: Callable[[], bool] = lambda: True,
) -> None:
    """Keep the children running until StopAsked; then stop them, the last started first.

    `ready` is called once, when all have been started and `are_up` says so. Raises ChildFailed when one will
    not live.
    """
    try:
        for child in children:
            if not child.is_running:
                child.start()
        waiting = True
        while True:
            if waiting and are_up():
                ready()
                waiting = False
            time.sleep(0.2)
            for child in children:
                if not child.is_running:
                    child.revive()
    except StopAsked:
        return
    finally:
        stop(children)


def stop(children: Sequence[Child]) -> None:
    """Ask every child to stop, and end those that have not within STOP_WITHIN seconds."""
    running = [child.process for child in reversed(children) if child.process and child.is_running]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + STOP_WITHIN
    for process in running:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
