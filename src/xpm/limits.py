"""What Xero says, in the headers of every answer, about how much may still be asked.

The figures count one app in one practice (tenant); the app minute counts all its practices together.
Windows are fixed and start at moments of Xero's choosing, so only the headers know where they stand.

Source: Xero developer centre, OAuth 2.0 API limits.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CALLS_A_MINUTE = 60  # per app and practice
CALLS_A_DAY = 5_000  # per app and practice; 1,000 in the Starter tier
CALLS_AT_ONCE = 5  # per app and practice
APP_CALLS_A_MINUTE = 10_000  # per app, all practices together


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What is left after a call. None: the answer did not say (or there was none)."""

    minute_left: int | None = None
    day_left: int | None = None
    app_minute_left: int | None = None
    retry_after: float | None = None  # seconds; sent with 429 for minute and day, not for concurrency
    problem: str | None = None  # of a 429: "minute", "day", "appminute" or (spelling unseen) "concurrent"


def read_limits(headers: Mapping[str, str]) -> Limits:
    """Read what the headers of an answer say. `headers` must find names in any letter case.

    A header that is not a plain number of seconds or calls counts as absent: a guess would be worse.
    """
    retry_after = _whole_number(headers.get("Retry-After"))
    return Limits(
        minute_left=_whole_number(headers.get("X-MinLimit-Remaining")),
        day_left=_whole_number(headers.get("X-DayLimit-Remaining")),
        app_minute_left=_whole_number(headers.get("X-AppMinLimit-Remaining")),
        retry_after=None if retry_after is None else float(retry_after),
        problem=headers.get("X-Rate-Limit-Problem", "").strip().lower() or None,
    )


def _whole_number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() else None
