"""No window of a minute, wherever it starts, holds more calls than the practice manager allows."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from minutebook.practice.allowance import (
    DAY,
    GUARD,
    MINUTE,
    SHARES,
    WHOLE,
    Spent,
    Wait,
    unknown_calls,
    wait_for,
    within_a_minute,
)
from minutebook.practice.provider import Lane

NOW = 1_795_000_000.0
INTERACTIVE, BULK = SHARES[Lane.INTERACTIVE], SHARES[Lane.BULK]


def spent(
    sent_at: list[float] | None = None, *, under_way: int = 0, today: int = 0, blocked_until: float = 0.0
) -> Spent:
    return Spent(
        sent_at=sent_at or [],
        under_way=under_way,
        today=today,
        day_ends_at=NOW + 3600,
        blocked_until=blocked_until,
        blocked_because="minute",
    )


def test_the_sixty_first_call_of_a_minute_waits_until_the_first_one_has_left_the_window() -> None:
    wait = wait_for(spent([NOW - 10.0] * 60), INTERACTIVE, now=NOW)

    assert wait == Wait(seconds=MINUTE + GUARD - 10.0, because="minute")


def test_bulk_reading_leaves_a_quarter_of_the_minute_to_people() -> None:
    used = spent([NOW - 10.0] * 45)

    assert wait_for(used, BULK, now=NOW) is not None
    assert wait_for(used, INTERACTIVE, now=NOW) is None


def test_bulk_reading_needs_two_free_slots() -> None:
    used = spent(under_way=4)

    assert wait_for(used, BULK, now=NOW) is not None
    assert wait_for(used, INTERACTIVE, now=NOW) is None


def test_a_sixth_call_at_once_waits() -> None:
    wait = wait_for(spent(under_way=5), INTERACTIVE, now=NOW)

    assert wait is not None
    assert wait.because == "concurrent"


def test_a_spent_day_waits_for_the_next() -> None:
    assert wait_for(spent(today=5000), INTERACTIVE, now=NOW) == Wait(seconds=3600, because="day")


def test_nothing_goes_while_the_practice_manager_says_wait() -> None:
    assert wait_for(spent(blocked_until=NOW + 22), INTERACTIVE, now=NOW) == Wait(seconds=22, because="minute")


def test_calls_of_another_server_are_seen_in_what_is_left() -> None:
    ours = [NOW - 5.0, NOW]

    assert unknown_calls(ours, minute_left=58, asked_at=NOW) == 0
    assert unknown_calls(ours, minute_left=50, asked_at=NOW) == 8


@given(
    st.lists(st.tuples(st.floats(0, 40), st.sampled_from(list(Lane)), st.integers(1, 80)), max_size=40),
    st.lists(st.floats(0, GUARD), min_size=1, max_size=20),
)
def test_no_minute_is_ever_overdrawn(bursts: list[tuple[float, Lane, int]], delays: list[float]) -> None:
    """Whoever asks however often, and however late within the guard each call arrives."""
    now, counted = NOW, list[float]()
    for pause, lane, wanted in bursts:
        now += pause
        for _ in range(wanted):
            if wait_for(spent(counted, today=len(counted)), SHARES[lane], now=now) is None:
                counted.append(now)
    arrived = sorted(moment + delays[n % len(delays)] for n, moment in enumerate(counted))

    assert all(
        later - earlier >= MINUTE for earlier, later in zip(arrived, arrived[WHOLE.a_minute :], strict=False)
    )


@given(st.lists(st.floats(0, 200), max_size=200), st.sampled_from(list(Lane)))
def test_whoever_waits_as_told_may_go_then(ages: list[float], lane: Lane) -> None:
    sent_at = sorted(NOW - age for age in ages)
    wait = wait_for(spent(sent_at), SHARES[lane], now=NOW)

    if wait:
        assert 0 < wait.seconds <= MINUTE + GUARD
        assert wait_for(spent(sent_at), SHARES[lane], now=NOW + wait.seconds + 0.001) is None


def test_calls_stay_in_the_order_they_were_sent() -> None:
    kept = within_a_minute([NOW - 100, NOW - 50, NOW - 1], now=NOW)

    assert kept == [NOW - 50, NOW - 1]
    assert all(earlier < later for earlier, later in pairwise(kept))
    assert DAY == 24 * 60 * MINUTE
