"""Days as spreadsheets write them. Which of day and month comes first is told by evidence, never guessed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

DAY_FIRST_ALWAYS = 12  # a number above it is no month
_EXCEL_BEGINS = date(1899, 12, 30)  # day 0, when the 29 February 1900 that never was is counted
_MACINTOSH_BEGINS = date(1904, 1, 1)
_SERIAL = re.compile(r"\d{4,5}(\.\d+)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]+Z?)?")
_NUMBERS = re.compile(
    r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?:\s+[\d:]+(?:\s*[ap]m)?)?", re.IGNORECASE
)
_WORDS = ("%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%d/%b/%Y", "%B %d, %Y", "%b %d, %Y")
_OLDEST, _CENTURY_TURNS = 1800, 50


class Order(StrEnum):
    """Which comes first where a date is written in numbers."""

    DAY_FIRST = "DMY"
    MONTH_FIRST = "MDY"


class NotADate(ValueError):
    """It cannot be read as a day; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the dates of a column prove of their order: how many could only be one, the other, or either."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0
    example: str = ""  # one that could be either

    @property
    def order(self) -> Order | None:
        """Return the proved order, or None when nothing proves it."""
        if self.day_first:
            return Order.DAY_FIRST
        return Order.MONTH_FIRST if self.month_first else None

    @property
    def is_ambiguous(self) -> bool:
        return self.either > 0 and bool(self.day_first) == bool(self.month_first)

    def __add__(self, other: "Evidence") -> "Evidence":
        return Evidence(
            self.day_first + other.day_first,
            self.month_first + other.month_first,
            self.either + other.either,
            self.example or other.example,
        )


def evidence_of(texts: Iterable[str]) -> Evidence:
    """Return what some cells prove. 4/4/2020 is one day either way, and proves and disputes nothing."""
    day_first = month_first = either = 0
    example = ""
    for text in texts:
        found = _NUMBERS.fullmatch(text.strip())
        if not found:
            continue
        first, second = int(found[1]), int(found[2])
        if first > DAY_FIRST_ALWAYS >= second:
            day_first += 1
        elif second > DAY_FIRST_ALWAYS >= first:
            month_first += 1
        elif first != second:
            either += 1
            example = example or text.strip()
    return Evidence(day_first, month_first, either, example)


def read_date(text: str, *, order: Order = Order.DAY_FIRST, from_1904: bool = False) -> date:
    """Return the day that a cell names. Raises NotADate."""
    text = text.strip()
    if _SERIAL.fullmatch(text):
        return _of_serial(float(text), from_1904=from_1904)
    if found := _ISO.fullmatch(text):
        return _checked(int(found[1]), int(found[2]), int(found[3]), text)
    if found := _NUMBERS.fullmatch(text):
        first, second = int(found[1]), int(found[2])
        day, month = (first, second) if order is Order.DAY_FIRST else (second, first)
        return _checked(_whole_year(found[3]), month, day, text)
    for pattern in _WORDS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007  # a day has no time zone
        except ValueError:
            continue
    raise NotADate(f"“{text}” is not a date. Write it as 14/03/2017.")


def _of_serial(number: float, *, from_1904: bool) -> date:
    days = int(number)
    if from_1904:
        return _MACINTOSH_BEGINS + timedelta(days=days)
    return _EXCEL_BEGINS + timedelta(days=days)


def _whole_year(text: str) -> int:
    year = int(text)
    if len(text) == 4:  # noqa: PLR2004  # digits
        return year
    return 1900 + year if year >= _CENTURY_TURNS else 2000 + year


def _checked(year: int, month: int, day: int, text: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError as problem:
        raise NotADate(
            f"“{text}” is no day of the calendar, read as day {day}, month {month}. Write it as 14/03/2017."
        ) from problem
    if year < _OLDEST:
        raise NotADate(f"“{text}” is before {_OLDEST}. Check the year.")
    return found
