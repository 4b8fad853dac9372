"""How long the job's driver waits for what. One place, so that tests and trials can scale it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self

from django.conf import settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """Waits and limits of the protocol.

    `settle` is how long a request can still arrive and become visible after its intent: the send window, the
    client's time-out, and what XPM needs to show what it has stored. A look-up that finds nothing earlier
    proves nothing.
    """

    lease: timedelta = timedelta(seconds=60)  # longer than any one call; renewed before each
    send_window: timedelta = timedelta(seconds=1)  # from a committed intent to its call
    first_look: timedelta = timedelta(seconds=2)  # after the intent; it may find the job, but not its absence
    settle: timedelta = timedelta(seconds=30)
    settle_large: timedelta = timedelta(
        seconds=150
    )  # of a file: XPM may still be reading it after two minutes
    between_looks: timedelta = timedelta(seconds=60)
    negatives_needed: int = 2
    most_sends: int = 4  # of one step: the first and three repeats; then a person decides
    first_retry: timedelta = timedelta(seconds=1)
    longest_retry: timedelta = timedelta(seconds=300)
    unreachable_after: int = 5  # failures in a row
    late: timedelta = timedelta(seconds=10)  # a wake-up that is this late was lost

    def hurried(self, factor: float) -> Self:
        """Return the same waits for a practice manager that lives `factor` times as fast.

        The send window stays: it measures this machine, not XPM.
        """
        return replace(
            self,
            lease=self.lease / factor,
            first_look=self.first_look / factor,
            settle=self.settle / factor,
            settle_large=self.settle_large / factor,
            between_looks=self.between_looks / factor,
            first_retry=self.first_retry / factor,
            longest_retry=self.longest_retry / factor,
            late=self.late / factor,
        )

    def retry_in(
        self, failures: int, *, chance: Callable[[float, float], float] = random.uniform
    ) -> timedelta:
        """Return how long to wait after so many failures in a row: doubled each time, with full jitter."""
        doubled: timedelta = self.first_retry * int(2 ** min(failures - 1, 12))
        longest = min(doubled, self.longest_retry)
        return max(self.first_retry / 4, timedelta(seconds=longest.total_seconds() * chance(0.0, 1.0)))

    def next_look(self, *, since_sent: timedelta) -> timedelta:
        """Return when, after the intent, to look for its effect next."""
        for moment in (self.first_look, self.settle):
            if since_sent < moment:
                return moment
        return since_sent + self.between_looks


TIMING = Timing().hurried(settings.TIME_SCALE)
