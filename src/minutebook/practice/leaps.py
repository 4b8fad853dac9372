"""Noticing that this machine's clock was set forward, by a clock that nobody can set.

The minute's allowance is counted by the time of day. Set forward, it would take the calls of the latest minute
for old ones and send as many again. (Set back, it takes them for calls to come, and waits: that is safe.)
"""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

_DRIFT = 0.5  # seconds by which the two may part between two looks; a time server sets little by little


def _since_start() -> float:
    """Return seconds of a clock that goes on while the machine sleeps, where the system has one."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


@dataclass(kw_only=True)
class ClockWatch:
    """Compares the clock of the day with the steady one, each time it is asked. Shared by threads."""

    of_day: Callable[[], float] = time.time
    steady: Callable[[], float] = _since_start
    _ahead: float | None = None  # of the day's clock, when last looked
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self, *, leapt: Callable[[], None]) -> None:
        """Call `leapt` if the clock was set forward since the latest look; nobody passes before it returns."""
        with self._lock:
            ahead = self.of_day() - self.steady()
            if self._ahead is not None and ahead - self._ahead > _DRIFT:
                leapt()
            self._ahead = ahead
