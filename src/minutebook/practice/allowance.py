"""How many calls a practice may be sent, and how long the next one has to wait. No database, no clock.

Times are Unix seconds. Xero counts in fixed windows that start when it pleases, so we keep to the limit in
every window of a minute, wherever it starts.

Source: Xero developer centre, OAuth 2.0 API limits.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from minutebook.practice.provider import Lane

MINUTE = 60.0  # seconds
DAY = 86_400.0  # seconds
SEND_WITHIN = 1.5  # seconds from a permit to the first byte; later, the call is not sent
# A call may arrive up to SEND_WITHIN after it was counted, and then some time on the network.
GUARD = SEND_WITHIN + 0.5
SLOT_FREES_IN = 0.3  # seconds: a guess at when one of the calls under way will end


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """What a lane may use of a practice's allowance."""

    a_minute: int
    at_once: int
    a_day: int


WHOLE = Share(a_minute=round(60 * settings.TIME_SCALE), at_once=5, a_day=round(5_000 * settings.TIME_SCALE))
# A quarter of everything is always left for people; at four at once, one slot stays free.
SHARES = {
    Lane.INTERACTIVE: WHOLE,
    Lane.REPAIR: WHOLE,
    Lane.BULK: Share(a_minute=WHOLE.a_minute * 3 // 4, at_once=4, a_day=WHOLE.a_day * 3 // 4),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """What has been used of an allowance so far."""

    sent_at: Sequence[float]  # oldest first
    under_way: int
    today: int
    day_ends_at: float
    blocked_until: float = 0.0
    blocked_because: str = ""  # which limit the practice manager named


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """Why a call has to wait, and for how many seconds."""

    seconds: float
    because: str  # minute, day, concurrent, or what the practice manager named


def wait_for(spent: Spent, share: Share, *, now: float) -> Wait | None:
    """Return how long the next call has to wait, or None when it may go now."""
    if spent.blocked_until > now:
        return Wait(seconds=spent.blocked_until - now, because=spent.blocked_because)
    if spent.today >= share.a_day:
        return Wait(seconds=spent.day_ends_at - now, because="day")
    recent = within_a_minute(spent.sent_at, now=now)
    if len(recent) >= share.a_minute:
        return Wait(seconds=recent[-share.a_minute] + MINUTE + GUARD - now, because="minute")
    if spent.under_way >= share.at_once:
        return Wait(seconds=SLOT_FREES_IN, because="concurrent")
    return None


def within_a_minute(sent_at: Sequence[float], *, now: float) -> list[float]:
    """Return the calls that may still lie in a window of a minute together with one sent now."""
    return [sent for sent in sent_at if sent > now - MINUTE - GUARD]


def unknown_calls(sent_at: Sequence[float], *, minute_left: int, asked_at: float) -> int:
    """Return how many calls the practice manager has counted that are not ours.

    `minute_left` was told in answer to a call sent at `asked_at`. Another server with the same app spends
    the same allowance.
    """
    ours = len(within_a_minute(sent_at, now=asked_at))
    return max(0, WHOLE.a_minute - minute_left - ours)
