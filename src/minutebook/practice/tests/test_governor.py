"""One allowance, however many threads and processes draw on it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection as database

from minutebook.practice import governor
from minutebook.practice.allowance import GUARD
from minutebook.practice.governor import Permit, Told
from minutebook.practice.models import CallSlot
from minutebook.practice.provider import Lane, Throttled, Unreachable

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PRACTICE = "70784a63-d24b-46a9-a4db-0e70a274b056"
ANOTHER = "11111111-d24b-46a9-a4db-0e70a274b056"


def take(lane: Lane = Lane.INTERACTIVE, *, now: datetime = NOW, practice: str = PRACTICE) -> Permit:
    return governor.take_permit(practice, lane, now=now)


def use(times: int, *, lane: Lane = Lane.INTERACTIVE, now: datetime = NOW) -> None:
    for _ in range(times):
        governor.give_back(take(lane, now=now), now=now)


def answers_in_parallel(ask: Callable[[], object], *, times: int) -> list[object]:
    """Run `ask` in eight threads with a database connection each; a Throttled counts as its answer."""

    def once(_: int) -> object:
        try:
            return ask()
        except Throttled as refusal:
            return refusal
        finally:
            database.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(once, range(times)))


@pytest.mark.django_db(transaction=True)
def test_threads_together_never_take_more_than_the_minute_allows() -> None:
    def take_and_give_back() -> Permit:
        permit = take(Lane.INTERACTIVE)
        governor.give_back(permit, now=NOW)
        return permit

    answers: list[object] = []
    while sum(isinstance(answer, Permit) for answer in answers) < 60:
        answers += answers_in_parallel(take_and_give_back, times=40)

    assert sum(isinstance(answer, Permit) for answer in answers) == 60
    assert governor.usage(PRACTICE, now=NOW).minute_used == 60
    with pytest.raises(Throttled, match="for the minute"):
        take()


@pytest.mark.django_db(transaction=True)
def test_threads_together_never_hold_more_than_five_slots() -> None:
    answers = answers_in_parallel(take, times=24)

    assert sum(isinstance(answer, Permit) for answer in answers) == 5
    assert governor.usage(PRACTICE, now=NOW).at_once == 5


@pytest.mark.django_db
def test_the_window_opens_again_as_its_oldest_calls_leave_it() -> None:
    use(30)
    use(30, now=NOW + timedelta(seconds=20))

    with pytest.raises(Throttled) as told:
        take(now=NOW + timedelta(seconds=25))

    assert told.value.retry_after == pytest.approx(60 + GUARD - 25)
    take(now=NOW + timedelta(seconds=60 + GUARD))


@pytest.mark.django_db
def test_bulk_reading_stops_while_people_still_may() -> None:
    use(45, lane=Lane.BULK)

    with pytest.raises(Throttled):
        take(Lane.BULK)
    take(Lane.INTERACTIVE)


@pytest.mark.django_db
def test_a_killed_processs_slot_frees_itself() -> None:
    for _ in range(5):
        take()

    with pytest.raises(Throttled, match="at once"):
        take()
    take(now=NOW + governor.SLOT_LIFE)


@pytest.mark.django_db
def test_a_slot_that_shows_life_is_kept() -> None:
    permits = [take() for _ in range(5)]
    later = NOW + governor.SLOT_LIFE - timedelta(seconds=1)
    for permit in permits:
        governor.keep_slot(permit, now=later)

    with pytest.raises(Throttled, match="at once"):
        take(now=NOW + governor.SLOT_LIFE)


@pytest.mark.django_db
def test_giving_back_frees_the_slot() -> None:
    governor.give_back(take(), now=NOW)

    assert not CallSlot.objects.exists()


@pytest.mark.django_db
def test_practices_do_not_share_an_allowance() -> None:
    use(60)

    take(practice=ANOTHER)


@pytest.mark.django_db
def test_the_day_ends_and_begins_again() -> None:
    use(1)
    governor.learn(PRACTICE, Told(asked_at=NOW, day_left=0), now=NOW)

    with pytest.raises(Throttled, match="for the day") as told:
        take(now=NOW + timedelta(hours=1))

    assert told.value.retry_after == pytest.approx(23 * 3600)
    take(now=NOW + timedelta(hours=24))


@pytest.mark.django_db
def test_another_servers_calls_are_learned_from_what_is_left() -> None:
    use(10)
    governor.learn(PRACTICE, Told(asked_at=NOW, minute_left=20, day_left=4000), now=NOW)

    found = governor.usage(PRACTICE, now=NOW)

    assert (found.minute_used, found.day_used) == (40, 1000)


@pytest.mark.django_db
def test_our_own_higher_count_is_kept() -> None:
    use(10)
    governor.learn(PRACTICE, Told(asked_at=NOW, minute_left=59, day_left=4999), now=NOW)

    found = governor.usage(PRACTICE, now=NOW)

    assert (found.minute_used, found.day_used) == (10, 10)


@pytest.mark.django_db
def test_a_refusal_is_waited_out_by_everybody() -> None:
    use(1)
    refusal = Told(asked_at=NOW, minute_left=0, refused=True, retry_after=22.0, problem="minute")
    governor.learn(PRACTICE, refusal, now=NOW)

    with pytest.raises(Throttled) as told:
        take(now=NOW + timedelta(seconds=2))

    assert told.value.retry_after == pytest.approx(20.0)
    take(now=NOW + timedelta(seconds=22))


@pytest.mark.django_db
def test_a_second_call_in_one_permit_is_counted_too() -> None:
    permit = take()
    governor.count_another(permit, now=NOW)

    found = governor.usage(PRACTICE, now=NOW)

    assert (found.minute_used, found.at_once) == (2, 1)


def hear(answered: bool, *, now: datetime = NOW, question: bool = False) -> None:  # noqa: FBT001
    governor.learn(PRACTICE, Told(asked_at=now, answered=answered, question=question), now=now)


def fall_silent() -> None:
    governor.give_back(take(), now=NOW)
    for _ in range(governor.SILENT_AFTER):
        hear(answered=False)


@pytest.mark.django_db(transaction=True)
class TestWhileThePracticeManagerDoesNotAnswer:
    def test_nothing_is_sent_after_five_calls_in_a_row_without_an_answer(self) -> None:
        fall_silent()

        with pytest.raises(Unreachable) as wait:
            take()
        assert wait.value.retry_after == 30

    def test_four_calls_and_an_answer_do_not_stop_anything(self) -> None:
        governor.give_back(take(), now=NOW)
        for _ in range(governor.SILENT_AFTER - 1):
            hear(answered=False)
        hear(answered=True)
        hear(answered=False)

        assert not take().is_question

    def test_one_caller_asks_and_the_others_wait_for_what_comes_of_it(self) -> None:
        fall_silent()
        later = NOW + timedelta(seconds=30)

        assert take(now=later).is_question
        with pytest.raises(Unreachable):
            take(now=later)

    def test_an_answer_lets_everybody_go_on(self) -> None:
        fall_silent()
        later = NOW + timedelta(seconds=30)
        governor.give_back(take(now=later), now=later)
        hear(answered=True, now=later, question=True)

        assert not take(now=later).is_question

    def test_it_asks_less_and_less_often_but_every_five_minutes_at_least(self) -> None:
        fall_silent()
        waits, now = [], NOW + timedelta(seconds=30)
        for _ in range(5):
            governor.give_back(take(now=now), now=now)
            hear(answered=False, now=now, question=True)
            with pytest.raises(Unreachable) as wait:
                take(now=now)
            waits.append(wait.value.retry_after)
            now += timedelta(seconds=wait.value.retry_after)

        assert waits == [60, 120, 240, 300, 300]

    def test_calls_that_were_under_way_when_it_fell_silent_do_not_prolong_the_wait(self) -> None:
        fall_silent()
        hear(answered=False, now=NOW + timedelta(seconds=20))

        with pytest.raises(Unreachable) as wait:
            take(now=NOW + timedelta(seconds=20))
        assert wait.value.retry_after == 10


@pytest.mark.django_db(transaction=True)
def test_the_practice_managers_day_ends_when_it_says_and_not_when_ours_would() -> None:
    governor.give_back(take(), now=NOW)
    governor.learn(
        PRACTICE, Told(asked_at=NOW, refused=True, retry_after=3600, problem="day", day_left=0), now=NOW
    )

    with pytest.raises(Throttled):
        take(now=NOW + timedelta(minutes=59))
    assert take(now=NOW + timedelta(minutes=61)).tenant_id == PRACTICE
