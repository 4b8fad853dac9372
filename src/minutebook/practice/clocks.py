"""Noticing that this machine's clock is wrong: the practice manager says its own with every answer.

Days on documents, deadlines, codes for signing in and the allowance of calls all hang on the clock.
"""

import logging
from datetime import datetime

from django.core.cache import cache

_APART = 60  # seconds from which on somebody should know
_KEPT_FOR = 3600  # seconds; said anew as long as it lasts
_KEY = "clock-apart"
_log = logging.getLogger(__name__)


def compare_clocks(theirs: datetime, *, asked_at: datetime, now: datetime) -> None:
    """Remember by how much the clocks are apart, and say it in the log, once an hour.

    `theirs` was said somewhere between `asked_at` and `now` of our clock.
    """
    ours = min(max(theirs, asked_at), now)
    ahead = round((ours - theirs).total_seconds())
    if abs(ahead) < _APART or cache.get(_KEY) is not None:
        return
    cache.set(_KEY, ahead, _KEPT_FOR)
    _log.warning("%s Have it set by NTP.", clock_sentence())


def clock_sentence() -> str:
    """Return what was found within the last hour, or an empty text."""
    ahead = cache.get(_KEY)
    if ahead is None:
        return ""
    return (
        f"The clock of this machine is {_in_words(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} "
        "the practice manager’s."
    )


def _in_words(seconds: int) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes > 1 else f"{seconds} seconds"
