"""The latest calls, for the page that shows them. Kept in memory, so it costs the calls nothing."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One call. `status` is 0 when the connection was dropped; `fault` names the fault it met."""

    at: datetime
    method: str
    path: str
    status: int
    milliseconds: float
    tenant: str
    remaining: str
    fault: str = ""


@dataclass(slots=True)
class Journal:
    """The latest 2,000 calls, from all threads."""

    _entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=2000))
    _lock: Lock = field(default_factory=Lock)

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)

    def latest(self) -> Sequence[Entry]:
        """Return the calls, newest first."""
        with self._lock:
            return list(reversed(self._entries))

    def forget(self) -> None:
        with self._lock:
            self._entries.clear()
