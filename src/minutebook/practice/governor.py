"""One allowance of calls for each practice, shared by every process that calls it.

Each function is one short transaction of its own, never held while a call is under way.
"""

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from minutebook.practice.allowance import (
    DAY,
    GUARD,
    MINUTE,
    SHARES,
    WHOLE,
    Spent,
    unknown_calls,
    wait_for,
    within_a_minute,
)
from minutebook.practice.models import CallSlot, CallWindow
from minutebook.practice.provider import Lane, Throttled, Unreachable

# A call's time-out and then some: a killed worker's slot frees itself. Hurried no further than to what a call
# may take on a busy machine: a slot that ends before its call lets one call too many through.
SLOT_LIFE = max(timedelta(seconds=30) / settings.TIME_SCALE, timedelta(seconds=10))
_KEPT = MINUTE + GUARD + 30.0  # seconds: an answer that took its time is compared with the minute before it
_CONCURRENCY_PAUSE = (1.0, 2.0)  # seconds; the practice manager names none for calls at once
# After so many calls in a row without an answer no call is sent but one question now and then. So an outage
# leaves a handful of calls in doubt, however many jobs wait.
SILENT_AFTER = 5
_FIRST_QUESTION = timedelta(seconds=30) / settings.TIME_SCALE
_LONGEST_SILENCE = timedelta(minutes=5) / settings.TIME_SCALE
_REASONS = {
    "minute": "This practice’s calls for the minute are used up.",
    "day": "This practice’s calls for the day are used up.",
    "concurrent": "As many calls as this practice allows at once are under way.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Permit:
    """Leave to send calls one after another; each was or will be counted."""

    tenant_id: str
    lane: Lane
    slot: int
    counted_at: datetime
    is_question: bool = False  # only to be spent on asking, harmlessly, whether there is an answer again


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What the practice manager's answer said about its own count. None: it did not say."""

    asked_at: datetime
    answered: bool = True  # False: no answer, or one that only a broken server gives
    question: bool = False  # the permit was a question's
    minute_left: int | None = None
    day_left: int | None = None
    refused: bool = False  # it answered 429
    retry_after: float | None = None  # seconds
    problem: str = ""  # which limit it named


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What a practice's allowance stands at, for pages."""

    minute_used: int
    minute_limit: int
    at_once: int
    at_once_limit: int
    day_used: int
    day_limit: int
    blocked_until: datetime | None = None
    blocked_because: str = ""
    silent_since: datetime | None = None  # since when it has not answered, once no call is sent any more
    ask_at: datetime | None = None  # when it is asked again
    day_ends_at: datetime | None = None
    by_lane: Mapping[str, int] = field(default_factory=dict)  # today's calls, by Lane

    @property
    def minute_left(self) -> int:
        return max(0, self.minute_limit - self.minute_used)

    @property
    def day_left(self) -> int:
        return max(0, self.day_limit - self.day_used)


def take_permit(tenant_id: str, lane: Lane, *, now: datetime) -> Permit:
    """Count one call against the practice's allowance and hold a slot for it until `give_back`.

    Send it within `allowance.SEND_WITHIN` seconds. Raises Throttled when the lane has no call left, and
    Unreachable while the practice manager does not answer.
    """
    with transaction.atomic(durable=True):
        window = _locked(tenant_id, now=now)
        slots = CallSlot.objects.filter(tenant_id=tenant_id, expires_at__gt=now).count()
        is_question = _is_silent(window)
        _raise_if_too_early(window, now=now)
        _raise_if_full(window, lane, under_way=slots, now=now)
        if is_question:
            window.ask_at = now + _FIRST_QUESTION  # this caller asks; the others wait for what comes of it
        _count(window, lane, now=now)
        slot = CallSlot.objects.create(
            tenant_id=tenant_id, owner=uuid.uuid4().hex, lane=lane, expires_at=now + SLOT_LIFE
        )
    return Permit(tenant_id=tenant_id, lane=lane, slot=slot.pk, counted_at=now, is_question=is_question)


def count_another(permit: Permit, *, now: datetime) -> None:
    """Count one more call in the permit's slot, after the one before has ended. Raises Throttled."""
    with transaction.atomic(durable=True):
        window = _locked(permit.tenant_id, now=now)
        _raise_if_full(window, permit.lane, under_way=0, now=now)
        _count(window, permit.lane, now=now)
        CallSlot.objects.filter(pk=permit.slot).update(expires_at=now + SLOT_LIFE)


def keep_slot(permit: Permit, *, now: datetime) -> None:
    """Keep the slot of a call that is still answering, such as a long list."""
    CallSlot.objects.filter(pk=permit.slot).update(expires_at=now + SLOT_LIFE)


def give_back(permit: Permit, *, now: datetime) -> None:
    """Free the permit's slot, and those that killed processes left behind."""
    CallSlot.objects.filter(pk=permit.slot).delete()
    CallSlot.objects.filter(tenant_id=permit.tenant_id, expires_at__lt=now).delete()


def learn(tenant_id: str, told: Told, *, now: datetime) -> None:
    """Take the practice manager's own count where it is higher than ours, and wait when it says so."""
    window = CallWindow.objects.filter(pk=tenant_id).first()
    if window is None or not _is_news(window, told):
        return
    with transaction.atomic(durable=True):
        window = _locked(tenant_id, now=now)
        asked_at = told.asked_at.timestamp()
        window.sent_at = sorted([*window.sent_at, *[asked_at] * _unknown_calls(window, told)])
        if told.day_left is not None:
            window.day_used = max(window.day_used, WHOLE.a_day - told.day_left)
        _hear(window, told, now=now)
        if told.refused:
            _block(window, told, now=now)
        window.save()


def wait_a_minute(*, now: datetime) -> None:
    """Send nothing for a minute, to any practice: the clock was set forward, so what was counted looks old."""
    until = now + timedelta(seconds=MINUTE + GUARD)
    sooner = Q(blocked_until__isnull=True) | Q(blocked_until__lt=until)
    CallWindow.objects.filter(sooner).update(blocked_until=until, blocked_because="minute")


def usage(tenant_id: str, *, now: datetime) -> Usage:
    """Return what the practice's allowance stands at."""
    window = CallWindow.objects.filter(pk=tenant_id).first() or CallWindow(tenant_id=tenant_id)
    _forget_yesterday(window, now=now)
    blocked = window.blocked_until is not None and window.blocked_until > now
    return Usage(
        minute_used=len(within_a_minute(window.sent_at, now=now.timestamp())),
        minute_limit=WHOLE.a_minute,
        at_once=CallSlot.objects.filter(tenant_id=tenant_id, expires_at__gt=now).count(),
        at_once_limit=WHOLE.at_once,
        day_used=window.day_used,
        day_limit=WHOLE.a_day,
        blocked_until=window.blocked_until if blocked else None,
        blocked_because=window.blocked_because if blocked else "",
        silent_since=window.silent_since if _is_silent(window) else None,
        ask_at=window.ask_at if _is_silent(window) else None,
        day_ends_at=window.day_started_at + timedelta(seconds=DAY) if window.day_started_at else None,
        by_lane=window.day_by_lane,
    )


def _locked(tenant_id: str, *, now: datetime) -> CallWindow:
    """Return the practice's row, locked for this transaction (on SQLite the whole file already is)."""
    window, _ = CallWindow.objects.select_for_update().get_or_create(tenant_id=tenant_id)
    _forget_yesterday(window, now=now)
    window.sent_at = [sent for sent in window.sent_at if sent > now.timestamp() - _KEPT]
    return window


def _forget_yesterday(window: CallWindow, *, now: datetime) -> None:
    if window.day_started_at is None or now >= window.day_started_at + timedelta(seconds=DAY):
        window.day_started_at, window.day_used, window.day_by_lane = now, 0, {}


def _raise_if_full(window: CallWindow, lane: Lane, *, under_way: int, now: datetime) -> None:
    wait = wait_for(_spent(window, under_way=under_way), SHARES[lane], now=now.timestamp())
    if wait:
        reason = _REASONS.get(wait.because, "The practice manager asked us to wait.")
        raise Throttled(reason, retry_after=wait.seconds, because=wait.because)


def _spent(window: CallWindow, *, under_way: int) -> Spent:
    return Spent(
        sent_at=window.sent_at,
        under_way=under_way,
        today=window.day_used,
        day_ends_at=(window.day_started_at or datetime.min.replace(tzinfo=UTC)).timestamp() + DAY,
        blocked_until=window.blocked_until.timestamp() if window.blocked_until else 0.0,
        blocked_because=window.blocked_because,
    )


def _is_news(window: CallWindow, told: Told) -> bool:
    more_today = told.day_left is not None and WHOLE.a_day - told.day_left > window.day_used
    is_heard = not told.answered or window.unanswered > 0
    return is_heard or told.refused or more_today or _unknown_calls(window, told) > 0


def _unknown_calls(window: CallWindow, told: Told) -> int:
    if told.minute_left is None or told.refused:  # a refusal says when to come back, which is enough
        return 0
    return unknown_calls(window.sent_at, minute_left=told.minute_left, asked_at=told.asked_at.timestamp())


def _is_silent(window: CallWindow) -> bool:
    return window.unanswered >= SILENT_AFTER


def _raise_if_too_early(window: CallWindow, *, now: datetime) -> None:
    if _is_silent(window) and window.ask_at is not None and now < window.ask_at:
        pause = (window.ask_at - now).total_seconds()
        raise Unreachable(
            "The practice manager does not answer.", retry_after=pause, since=window.silent_since
        )


def _hear(window: CallWindow, told: Told, *, now: datetime) -> None:
    """Count calls without an answer; an answer begins anew. What was under way when it fell silent is not counted."""
    if told.answered:
        window.unanswered, window.ask_at, window.silent_since = 0, None, None
    elif told.question or not _is_silent(window):
        window.unanswered = min(window.unanswered + 1, 1000)
        window.silent_since = window.silent_since or now
        doubled: timedelta = _FIRST_QUESTION * int(2 ** min(max(0, window.unanswered - SILENT_AFTER), 10))
        window.ask_at = now + min(doubled, _LONGEST_SILENCE)


def _count(window: CallWindow, lane: Lane, *, now: datetime) -> None:
    window.sent_at = [*window.sent_at, now.timestamp()]
    window.day_used += 1
    window.day_by_lane = {**window.day_by_lane, lane.value: window.day_by_lane.get(lane.value, 0) + 1}
    window.save()


def _block(window: CallWindow, told: Told, *, now: datetime) -> None:
    pause = told.retry_after
    if pause is None:
        pause = random.uniform(*_CONCURRENCY_PAUSE)  # noqa: S311  # jitter, not a secret
    until = now + timedelta(seconds=pause)
    if told.problem == "day" and told.retry_after is not None:
        # Its day, not ours: it ends when the practice manager says, and a new one begins then.
        window.day_started_at, window.day_used = until - timedelta(seconds=DAY), WHOLE.a_day
    if window.blocked_until is None or until > window.blocked_until:
        window.blocked_until, window.blocked_because = until, told.problem or "concurrent"
