"""The filters that a wording may use: how a value is written. No database, no clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from markupsafe import Markup

_CENT = Decimal("0.01")
BLANK = "." * 30


class BadValue(ValueError):
    """A value cannot be written the way the wording asks. The message says why."""


class NoSuchPart(LookupError):
    """A record has no part of this name; `known` are those it has."""

    def __init__(self, part: str, known: tuple[object, ...]) -> None:
        super().__init__(part)
        self.part = part
        self.known = known


def plain(value: object) -> str:
    """Return the value as it stands in a sentence: dates in full, numbers as they are."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return str(value)
    if isinstance(value, bool) or value is None:
        raise BadValue(f"there is no value here ({value}); ask for it with {{% if … %}} first")
    if isinstance(value, datetime):
        raise BadValue("this is a moment, not a date; pass the date")
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, int | Decimal):
        return str(value)
    if is_rows(value):
        raise BadValue("this is a list; join it with |and_list, or go through it with {% for … %}")
    raise BadValue("this is a record; name the part of it that is wanted, such as .name")


def is_rows(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def long_date(value: object) -> str:
    """22 November 2026"""
    return f"{_date(value).day} {_date(value):%B %Y}"


def short_date(value: object) -> str:
    """22/11/2026"""
    return f"{_date(value):%d/%m/%Y}"


def number(value: object, places: int | None = None) -> str:
    """2,000, or with `places` 2,000.00"""
    amount = _decimal(value)
    if places is not None:
        amount = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{amount:,f}"


def money(value: object) -> str:
    """$1,145.00"""
    amount = _decimal(value).quantize(_CENT, ROUND_HALF_UP)
    return f"{'-' if amount < 0 else ''}${abs(amount):,f}"


def percent(value: object, places: int = 1) -> str:
    """16.7 %, from 16.666 (a percentage, not a fraction)"""
    return f"{number(value, places)} %"


def and_list(values: object) -> str:
    """A, B and C"""
    return _joined(values, "and")


def or_list(values: object) -> str:
    """A, B or C"""
    return _joined(values, "or")


def each(values: object, part: str) -> list[object]:
    """One part of every record: directors|each("name")|and_list"""
    return [look_up(value, part) for value in _rows(values)]


def count(values: object) -> int:
    """How many there are: directors|count > 1"""
    return len(_rows(values))


def first(values: object) -> object:
    """The first of them, or none"""
    rows = _rows(values)
    return rows[0] if rows else None


def plural(how_many: object, one: str, many: str | None = None) -> str:
    """The word that fits a number or a list: n|plural("share"), directors|plural("director", "directors")"""
    amount = len(_rows(how_many)) if is_rows(how_many) else _decimal(how_many)
    return one if amount == 1 else many or one + "s"


def default(value: object, otherwise: str) -> object:
    """The value, or other words if there is none: middle_name|default("")"""
    return otherwise if value is None or value == "" else value


def or_blank(value: object) -> object:
    """The value, or a dotted line to fill in by hand"""
    return default(value, BLANK)


def acn(value: object) -> str:
    """918 844 023"""
    digits = "".join(plain(value).split())
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if len(digits) == 9 else plain(value)  # noqa: PLR2004


def upper(value: object) -> str:
    """IN CAPITALS"""
    return plain(value).upper()


def capitalise(value: object) -> str:
    """The first letter made a capital, the rest left alone"""
    text = plain(value)
    return text[:1].upper() + text[1:]


def one_line(value: object) -> str:
    """An address of several lines in one: 17 Bastings Street, Northcote VIC 3070"""
    return ", ".join(line.strip() for line in plain(value).splitlines() if line.strip())


FILTERS: dict[str, Callable[..., Any]] = {
    "acn": acn, "and_list": and_list, "capitalise": capitalise, "count": count, "date": long_date,
    "default": default, "each": each, "first": first, "money": money, "number": number, "one_line": one_line,
    "or_blank": or_blank, "or_list": or_list, "percent": percent, "plural": plural, "short_date": short_date,
    "upper": upper,
}  # fmt: skip


def look_up(record: object, part: str) -> object:
    """Return a part of a mapping or of a dataclass (fields and properties); nothing else has parts.

    Raises NoSuchPart if it has no such part.
    """
    if isinstance(record, Mapping):
        if part in record:
            return record[part]
        raise NoSuchPart(part, tuple(record))
    if is_dataclass(record) and not isinstance(record, type):
        known = tuple(name for name in dir(record) if not name.startswith("_"))
        value = getattr(record, part) if part in known else None
        if part in known and not callable(value):
            return value
        raise NoSuchPart(part, known)
    if record is None:
        raise BadValue(f"there is no value before .{part}; ask for it with {{% if … %}} first")
    raise NoSuchPart(part, ())


def _rows(values: object) -> Sequence[object]:
    if not is_rows(values):
        raise BadValue("this is not a list")
    assert isinstance(values, Sequence)  # noqa: S101 - is_rows has just said so
    return values


def _joined(values: object, word: str) -> str:
    texts = [plain(value) for value in _rows(values)]
    if len(texts) <= 1:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} {word} {texts[-1]}"


def _date(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise BadValue("this is not a date")
    return value


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadValue("this is not a number")
    return Decimal(value)
