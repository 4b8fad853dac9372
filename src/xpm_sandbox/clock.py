"""What time it is. A clock is an argument, so that tests can move it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

type Clock = Callable[[], datetime]
"""Returns the present moment as an aware datetime."""

_PRACTICE_TIME = ZoneInfo("Australia/Melbourne")  # both seeded practices keep Melbourne's calendar


def system_clock() -> datetime:
    return datetime.now(UTC)


def today(clock: Clock) -> date:
    """Return the practices' own calendar date."""
    return clock().astimezone(_PRACTICE_TIME).date()
