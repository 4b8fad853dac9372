"""The rules of the Act as plain computation."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutebook.companies import rules
from minutebook.companies.rules import Departure, Leaving, Term

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
TODAY = date(2026, 11, 22)


class TestDeadlines:
    @pytest.mark.parametrize(
        ("event_on", "due_on"),
        [
            ("2026-09-01", "2026-09-29"),
            ("2026-01-31", "2026-02-28"),
            ("2028-02-01", "2028-02-29"),
            ("2026-11-25", "2026-12-23"),
        ],
    )
    def test_twenty_eight_days_count_from_the_day_after(self, event_on: str, due_on: str) -> None:
        assert rules.days_after(date.fromisoformat(event_on), rules.NOTICE_DAYS) == date.fromisoformat(due_on)

    @pytest.mark.parametrize(
        ("event_on", "due_on"),
        [
            ("2026-09-01", "2026-09-15"),
            ("2026-01-31", "2026-02-14"),
            ("2028-02-01", "2028-02-15"),
            ("2026-11-25", "2026-12-09"),
        ],
    )
    def test_fourteen_days_count_alike(self, event_on: str, due_on: str) -> None:
        assert rules.days_after(date.fromisoformat(event_on), 14) == date.fromisoformat(due_on)

    @pytest.mark.parametrize(
        ("due_on", "until"),
        [
            ("2026-09-29", "2026-10-29"),
            ("2026-02-28", "2026-03-28"),
            ("2028-02-29", "2028-03-29"),
            ("2026-12-23", "2027-01-23"),
        ],
    )
    def test_a_month_later_is_the_same_day(self, due_on: str, until: str) -> None:
        assert rules.months_after(date.fromisoformat(due_on), 1) == date.fromisoformat(until)

    @pytest.mark.parametrize(
        ("review_on", "resolve_by", "tell_by"),
        [
            ("2019-03-12", "2019-05-12", "2019-05-19"),
            ("2026-12-31", "2027-02-28", "2027-03-07"),
            ("2026-11-30", "2027-01-30", "2027-02-06"),
        ],
    )
    def test_two_months_end_with_a_shorter_month(self, review_on: str, resolve_by: str, tell_by: str) -> None:
        review = date.fromisoformat(review_on)

        assert rules.months_after(review, rules.SOLVENCY_MONTHS) == date.fromisoformat(resolve_by)
        assert rules.missed_solvency_notice_by(review) == date.fromisoformat(tell_by)

    def test_a_sunday_is_said_and_does_not_move_the_day(self) -> None:
        assert rules.weekend_note(date(2026, 12, 20)).startswith("A Sunday")
        assert rules.weekend_note(date(2026, 12, 21)) == ""

    @given(DAYS, st.integers(0, 600))
    def test_months_never_lose_or_gain_more_than_a_month_end(self, day: date, months: int) -> None:
        later = rules.months_after(day, months)

        assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
        assert later.day == day.day or (later + timedelta(days=1)).day == 1


class TestAge:
    @pytest.mark.parametrize(
        ("born_on", "on", "age"),
        [
            ("2008-11-22", "2026-11-22", 18),
            ("2008-11-23", "2026-11-22", 17),
            ("2008-02-29", "2026-02-28", 17),
            ("2008-02-29", "2026-03-01", 18),
        ],
    )
    def test_a_birthday_counts_on_its_day(self, born_on: str, on: str, age: int) -> None:
        assert rules.age_on(date.fromisoformat(born_on), date.fromisoformat(on)) == age


class TestPostOfficeBox:
    @pytest.mark.parametrize(
        "street",
        ["PO Box 12", "P.O. Box 12", "GPO Box 2214", "p o box 7", "Locked Bag 3", "Private Bag 9", "GPO 1234",
         "Post Office Box 5", "c/- Smith, PO BOX 1"],
    )  # fmt: skip
    def test_boxes_and_bags_are_told(self, street: str) -> None:
        assert rules.is_post_office_box(street)

    @pytest.mark.parametrize(
        "street",
        [
            "12 Post Office Lane",
            "3 Boxwood Court",
            "1 Box Hill Road",
            "Level 9, 120 Collins Street",
            "5 Poboxton",
        ],
    )
    def test_places_are_not(self, street: str) -> None:
        assert not rules.is_post_office_box(street)


MOREAU = Term(contact_id=1, name="Daniel Moreau", since=date(2017, 3, 14))
HUYNH = Term(contact_id=2, name="Thi Lan Huynh", since=date(2021, 7, 1))


def deciding(
    *terms: Term, on: date = TODAY, prepared_on: date = TODAY, **leaving: Departure
) -> rules.Electors:
    departures = {int(key.removeprefix("id")): departure for key, departure in leaving.items()}
    return rules.directors_deciding(terms, decided_on=on, prepared_on=prepared_on, departures=departures)


def names(electors: rules.Electors) -> list[str]:
    return [term.name for term in electors.signing]


def reasons(electors: rules.Electors) -> list[str]:
    return [f"{one.name}: {one.reason}" for one in electors.excluded]


class TestWhoDecides:
    def test_every_director_in_office_before_the_event(self) -> None:
        assert names(deciding(MOREAU, HUYNH)) == ["Daniel Moreau", "Thi Lan Huynh"]

    def test_not_one_who_comes_on_the_day(self) -> None:
        electors = deciding(MOREAU, Term(contact_id=3, name="Aroha Ngata", since=TODAY))

        assert names(electors) == ["Daniel Moreau"]
        assert reasons(electors) == ["Aroha Ngata: a director only from 22/11/2026"]

    def test_not_one_who_left_long_ago(self) -> None:
        gone = Term(contact_id=3, name="Old Hand", since=date(2017, 3, 14), until=date(2020, 1, 1))

        assert deciding(MOREAU, gone) == deciding(MOREAU)

    def test_the_first_directors_decide_on_the_first_day(self) -> None:
        assert names(deciding(Term(contact_id=1, name="Daniel Moreau", since=TODAY))) == ["Daniel Moreau"]

    def test_one_who_resigns_today_still_signs(self) -> None:
        leaving = Departure(manner=Leaving.RESIGNATION, on=TODAY)

        assert names(deciding(MOREAU, HUYNH, id2=leaving)) == ["Daniel Moreau", "Thi Lan Huynh"]

    def test_one_who_resigned_last_week_does_not(self) -> None:
        leaving = Departure(manner=Leaving.RESIGNATION, on=date(2026, 11, 15))

        electors = deciding(MOREAU, HUYNH, on=date(2026, 11, 15), id2=leaving)

        assert names(electors) == ["Daniel Moreau"]
        assert reasons(electors) == ["Thi Lan Huynh: ceased as a director on 15/11/2026"]

    @pytest.mark.parametrize("manner", [Leaving.DEATH, Leaving.REMOVAL])
    def test_nor_one_who_died_or_was_removed(self, manner: Leaving) -> None:
        electors = deciding(MOREAU, HUYNH, id2=Departure(manner=manner, on=TODAY))

        assert names(electors) == ["Daniel Moreau"]
        assert len(electors.excluded) == 1

    def test_a_day_that_has_passed_is_decided_by_those_in_office_now(self) -> None:
        newer = Term(contact_id=3, name="Aroha Ngata", since=date(2026, 10, 1))
        gone = Term(contact_id=4, name="Old Hand", since=date(2017, 3, 14), until=date(2026, 10, 1))

        electors = deciding(MOREAU, gone, newer, on=date(2026, 9, 1))

        assert names(electors) == ["Daniel Moreau", "Aroha Ngata"]
        assert reasons(electors) == ["Old Hand: ceased as a director on 01/10/2026"]

    @given(st.lists(st.tuples(DAYS, st.none() | st.integers(1, 4000)), max_size=6), DAYS, DAYS)
    def test_nobody_signs_out_of_office(
        self, spans: list[tuple[date, int | None]], on: date, prepared_on: date
    ) -> None:
        terms = [
            Term(
                contact_id=number,
                name=str(number),
                since=since,
                until=since + timedelta(days=length) if length else None,
            )
            for number, (since, length) in enumerate(spans)
        ]

        electors = deciding(*terms, on=on, prepared_on=prepared_on)

        for term in electors.signing:
            assert any(term.covers(day) for day in (on, on - timedelta(days=1), prepared_on)) or on <= min(
                term.since for term in terms
            )
        assert not {term.name for term in electors.signing} & {one.name for one in electors.excluded}
