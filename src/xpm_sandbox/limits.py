"""Xero's request limits: fixed windows that open with the first call, and calls in flight."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from threading import Lock

from xpm_sandbox.clock import Clock

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)


class Throttled(Exception):
    """The call was not processed. `problem` is minute, day, appminute or concurrent."""

    def __init__(self, *, problem: str, retry_after: int | None, headers: dict[str, str]) -> None:
        super().__init__(problem)
        self.problem = problem
        self.retry_after = retry_after
        self.headers = headers


@dataclass(slots=True)
class _Window:
    """So many calls in so long, from the first call on."""

    limit: int
    length: timedelta
    opened_at: datetime | None = None
    used: int = 0

    def roll(self, now: datetime) -> None:
        if self.opened_at is None or now >= self.opened_at + self.length:
            self.opened_at, self.used = now, 0

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)

    def seconds_left(self, now: datetime) -> int:
        opened_at = self.opened_at or now
        return max(1, ceil((opened_at + self.length - now).total_seconds()))


@dataclass(slots=True)
class _Tenant:
    """What one app may still ask of one practice."""

    minute: _Window
    day: _Window
    in_flight: int = 0


@dataclass(kw_only=True)
class Limits:
    """Counts the calls of every app and practice. One object for all threads of the process."""

    clock: Clock
    minute: int = 60
    day: int = 5000
    app_minute: int = 10_000
    concurrent: int = 5
    _lock: Lock = field(default_factory=Lock)
    _tenants: dict[Hashable, _Tenant] = field(init=False)
    _apps: dict[str, _Window] = field(init=False)

    def __post_init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Start counting anew."""
        self._tenants = defaultdict(lambda: _Tenant(_Window(self.minute, _MINUTE), _Window(self.day, _DAY)))
        self._apps = defaultdict(lambda: _Window(self.app_minute, _MINUTE))

    def enter(self, *, app: str, practice: str) -> dict[str, str]:
        """Count a call and return the headers of what is left; `leave` must follow. Raises Throttled."""
        with self._lock:
            now = self.clock()
            tenant, app_window = self._roll(app, practice, now)
            named = {"minute": tenant.minute, "day": tenant.day, "appminute": app_window}
            for problem, window in named.items():
                if window.remaining == 0:
                    seconds = window.seconds_left(now)
                    raise Throttled(
                        problem=problem, retry_after=seconds, headers=_headers(tenant, app_window)
                    )
            if tenant.in_flight >= self.concurrent:
                raise Throttled(problem="concurrent", retry_after=None, headers=_headers(tenant, app_window))
            for window in named.values():
                window.used += 1
            tenant.in_flight += 1
            return _headers(tenant, app_window)

    def leave(self, *, app: str, practice: str) -> None:
        with self._lock:
            self._tenants[app, practice].in_flight -= 1

    def count_app(self, *, app: str) -> dict[str, str]:
        """Count a call that belongs to no practice, such as GET /connections."""
        with self._lock:
            window = self._apps[app]
            window.roll(self.clock())
            window.used += 1
            return {"X-AppMinLimit-Remaining": str(window.remaining)}

    def _roll(self, app: str, practice: str, now: datetime) -> tuple[_Tenant, _Window]:
        tenant, app_window = self._tenants[app, practice], self._apps[app]
        for window in (tenant.minute, tenant.day, app_window):
            window.roll(now)
        return tenant, app_window


def _headers(tenant: _Tenant, app: _Window) -> dict[str, str]:
    return {
        "X-MinLimit-Remaining": str(tenant.minute.remaining),
        "X-DayLimit-Remaining": str(tenant.day.remaining),
        "X-AppMinLimit-Remaining": str(app.remaining),
    }
