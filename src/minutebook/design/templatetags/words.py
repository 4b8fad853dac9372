"""Dates, money and identifiers, each written one way."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

NO_VALUE = "–"
_NOON = 12


@register.filter
def short_date(value: dt.date | None) -> str:
    """Write a date as data: 22/11/2026."""
    return f"{_day(value):%d/%m/%Y}" if value else NO_VALUE


@register.filter
def long_date(value: dt.date | None) -> str:
    """Write a date in prose: 22 November 2026."""
    return f"{_day(value).day} {_day(value):%B %Y}" if value else NO_VALUE


@register.filter
def list_date(value: dt.date | None) -> str:
    """Write a date in a list or a margin: 22 Nov 2026."""
    return f"{_day(value).day} {_day(value):%b %Y}" if value else NO_VALUE


@register.filter
def day_month(value: dt.date | None) -> str:
    """Write a day that comes every year: 14 Mar."""
    return f"{_day(value).day} {_day(value):%b}" if value else NO_VALUE


@register.filter
def clock(value: dt.datetime | dt.time | None) -> str:
    """Write a time of day, in the current time zone if it has one: 10.42 am."""
    if value is None:
        return NO_VALUE
    local = _local(value)
    return f"{local.hour % _NOON or _NOON}.{local:%M} {'am' if local.hour < _NOON else 'pm'}"


@register.filter
def clock_seconds(value: dt.datetime | dt.time | None) -> str:
    """Write a time of day to the second, by 24 hours: 10.42.07."""
    if value is None:
        return NO_VALUE
    local = _local(value)
    return f"{local.hour}.{local:%M.%S}"


@register.filter
def money(value: Decimal | None) -> str:
    """Write dollars in a column: 1,145.00."""
    return NO_VALUE if value is None else f"{value:,.2f}"


@register.filter
def dollars(value: Decimal | None) -> str:
    """Write dollars in prose and on totals: $1,145.00, or -$12.00."""
    if value is None:
        return NO_VALUE
    return f"{'-' if value < 0 else ''}${abs(value):,.2f}"


@register.filter
def count(value: Decimal | int | None) -> str:
    """Write a number with its thousands: 6,000."""
    return NO_VALUE if value is None else f"{value:,}"


@register.filter
def acn(value: str) -> SafeString:
    """Write an Australian Company Number in groups of three: 918 844 023."""
    return _identifier(value, groups=(3, 3, 3))


@register.filter
def abn(value: str) -> SafeString:
    """Write an Australian Business Number: 19 918 844 023."""
    return _identifier(value, groups=(2, 3, 3, 3))


@register.filter
def cited(sections: Iterable[str]) -> str:
    """Cite sections together, each kept on one line: ss 201D, 205B(1)."""
    named = list(sections)
    numbers = [section.removeprefix("s ") for section in named]
    if len(named) > 1 and all(section.startswith("s ") for section in named):
        return "ss\N{NO-BREAK SPACE}" + ", ".join(numbers)
    return ", ".join(section.replace("s ", "s\N{NO-BREAK SPACE}", 1) for section in named)


@register.filter
def num_id(value: object) -> SafeString:
    """Keep a trace or job number on one line, its zeros slashed."""
    return format_html('<span class="num-id">{}</span>', value)


def _day(value: dt.date) -> dt.date:
    """Return the date itself, or the day of a moment in the current time zone."""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localdate(value)
    return value


def _local(value: dt.datetime | dt.time) -> dt.datetime | dt.time:
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _identifier(value: str, *, groups: tuple[int, ...]) -> SafeString:
    """Space the digits in groups. Another length is shown as it is: a mistake must be seen."""
    digits = "".join(str(value or "").split())
    if len(digits) != sum(groups):
        return num_id(value or NO_VALUE)
    ends = [sum(groups[: place + 1]) for place in range(len(groups))]
    return num_id(" ".join(digits[end - size : end] for end, size in zip(ends, groups, strict=True)))
