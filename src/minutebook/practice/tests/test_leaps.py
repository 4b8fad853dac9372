"""A clock that is set forward must not make the latest minute's calls look old."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from minutebook.practice import governor
from minutebook.practice.leaps import ClockWatch
from minutebook.practice.provider import Lane, Throttled

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@dataclass
class Clocks:
    """The clock of the day, which can be set, and the steady one, which cannot."""

    steady: float = 1000.0
    set_forward: float = 0.0

    def watch(self) -> ClockWatch:
        return ClockWatch(of_day=lambda: self.steady + self.set_forward, steady=lambda: self.steady)


@pytest.mark.parametrize(("seconds", "leaps"), [(300.0, 1), (1.0, 1), (0.1, 0), (-300.0, 0), (0.0, 0)])
def test_only_a_clock_that_was_set_forward_has_leapt(seconds: float, leaps: int) -> None:
    clocks, told = Clocks(), list[str]()
    watch = clocks.watch()
    watch.check(leapt=lambda: told.append("leapt"))

    clocks.steady += 60
    clocks.set_forward = seconds
    watch.check(leapt=lambda: told.append("leapt"))
    watch.check(leapt=lambda: told.append("leapt"))

    assert len(told) == leaps


@pytest.mark.django_db
def test_after_a_leap_nobody_is_called_for_a_minute() -> None:
    governor.give_back(governor.take_permit("a practice", Lane.INTERACTIVE, now=NOW), now=NOW)

    governor.wait_a_minute(now=NOW)

    with pytest.raises(Throttled) as told:
        governor.take_permit("a practice", Lane.INTERACTIVE, now=NOW)
    assert told.value.retry_after > 60
