from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.utils import timezone

from minutebook.design.templatetags import words

APPOINTED_ON = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("write", "written"),
    [
        (words.short_date, "05/03/2026"),
        (words.long_date, "5 March 2026"),
        (words.list_date, "5 Mar 2026"),
        (words.day_month, "5 Mar"),
    ],
)
def test_a_date_has_one_form_for_each_place(write: Callable[..., str], written: str) -> None:
    assert write(APPOINTED_ON) == written


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (time(0, 5), "12.05 am"),
        (time(10, 42), "10.42 am"),
        (time(12, 0), "12.00 pm"),
        (time(16, 12), "4.12 pm"),
    ],
)
def test_a_time_is_told_by_twelve_hours(at: time, written: str) -> None:
    assert words.clock(at) == written


def test_a_moment_is_told_on_the_clock_of_the_current_time_zone() -> None:
    moment = datetime(2026, 11, 21, 23, 42, 7, tzinfo=UTC)

    with timezone.override("Australia/Melbourne"):
        assert (words.clock(moment), words.clock_seconds(moment)) == ("10.42 am", "10.42.07")


@pytest.mark.parametrize(
    ("sections", "written"),
    [
        (["s 201D", "s 205B(1)"], "ss\N{NO-BREAK SPACE}201D, 205B(1)"),
        (["s 146"], "s\N{NO-BREAK SPACE}146"),
        ([], ""),
    ],
)
def test_sections_are_cited_together(sections: list[str], written: str) -> None:
    assert words.cited(sections) == written


def test_a_moment_falls_on_the_day_it_is_in_the_current_time_zone() -> None:
    moment = datetime(2026, 11, 21, 23, 42, tzinfo=UTC)

    with timezone.override("Australia/Melbourne"):
        assert (words.list_date(moment), words.short_date(moment)) == ("22 Nov 2026", "22/11/2026")


def test_money_has_its_cents_and_a_dollar_sign_only_in_prose() -> None:
    assert words.money(Decimal(1145)) == "1,145.00"
    assert words.dollars(Decimal("465.3")) == "$465.30"
    assert words.dollars(Decimal(-12)) == "-$12.00"


def test_nothing_is_a_dash_but_zero_is_a_figure() -> None:
    assert words.money(None) == words.short_date(None) == words.clock(None) == "–"
    assert words.money(Decimal(0)) == "0.00"


@pytest.mark.parametrize(
    ("write", "digits", "spaced"),
    [
        (words.acn, "918844023", "918 844 023"),
        (words.abn, "19918844023", "19 918 844 023"),
        (words.acn, "918 844 023", "918 844 023"),
        (words.acn, "91884402", "91884402"),
    ],
)
def test_an_identifier_is_grouped_only_if_it_is_whole(
    write: Callable[..., str], digits: str, spaced: str
) -> None:
    assert write(digits) == f'<span class="num-id">{spaced}</span>'


def test_an_identifier_that_is_markup_comes_out_literally() -> None:
    assert words.acn("<b>1</b>") == '<span class="num-id">&lt;b&gt;1&lt;/b&gt;</span>'
