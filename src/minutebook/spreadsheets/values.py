"""What a cell says: its text read by the kind of its column. Plain values: no database, no clock."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from minutebook.contacts.addresses import AddressParts, country_code, parse_address
from minutebook.contacts.identifiers import (
    STATES,
    BadIdentifier,
    check_abn,
    check_acn,
    check_director_id,
)
from minutebook.spreadsheets.dates import NotADate, Order, read_date
from minutebook.spreadsheets.registers import Column, Kind
from minutebook.text import UnprintableText, check_text

type Value = str | date | int | Decimal | bool | AddressParts | None


class Unreadable(ValueError):
    """The cell cannot be what its column holds; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Read:
    """A cell's value, and what had to be assumed to read it."""

    value: Value = None
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """How the cells of one sheet are read."""

    order: Order = Order.DAY_FIRST
    from_1904: bool = False


def read_cell(column: Column, text: str, way: Way) -> Read:
    """Return what a cell says; an empty one says None. Raises Unreadable."""
    text = text.strip()
    if not text:
        return Read()
    try:
        text = check_text(text)
        found = _READERS[column.kind](column, text, way)
    except (BadIdentifier, NotADate) as problem:
        raise Unreadable(str(problem)) from problem
    except UnprintableText as problem:
        raise Unreadable(problem.message) from problem
    if isinstance(found.value, str) and len(found.value) > column.longest:
        raise Unreadable(f"This has {len(found.value)} characters; {column.label} takes {column.longest}.")
    return found


def whole_number_of(text: str) -> str:
    """Return the digits of a number that Excel may have written as 4.085616E+06. Raises Unreadable.

    One whose last digits Excel has rounded away is refused: a check digit fits one time in ten by chance.
    """
    if not _SCIENTIFIC.fullmatch(text):
        return _POINT_ZERO.sub("", text)
    number = Decimal(text.replace(",", "."))
    digits, exponent = number.as_tuple().digits, number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent > 0 or number != number.to_integral_value():
        raise Unreadable(
            f"Excel has shortened this number to {text}, and its last {_lost(number, len(digits))} digits are lost. "
            "Format the column as text and enter it again."
        )
    return str(int(number))


_SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+?\d{1,2}")
_POINT_ZERO = re.compile(r"\.0+$")
_ACN_LENGTH, _DIRECTOR_ID_LENGTH = 9, 15
_LARGEST = 2**53
_MOST_DOLLARS = Decimal(10) ** 12


def _lost(number: Decimal, kept: int) -> int:
    return max(1, number.adjusted() + 1 - kept)


def _text(column: Column, text: str, way: Way) -> Read:
    return Read(" ".join(text.split()) if "\n" not in text else text)


def _padded(text: str, *, length: int, check: Callable[[str], str]) -> Read:
    """Return a number whose leading zeros a spreadsheet has dropped, with them. Its check proves it."""
    digits = whole_number_of(re.sub(r"[\s\u00a0-]", "", text))
    if not digits.isdigit() or not 0 < len(digits) < length or text.strip().startswith("0"):
        return Read(check(digits))
    found = check(digits.zfill(length))
    missing = length - len(digits)
    zeros = "zero was" if missing == 1 else "zeros were"
    return Read(found, f"Read as {found}: {missing} leading {zeros} lost.")


def _acn(column: Column, text: str, way: Way) -> Read:
    try:
        return _padded(text, length=_ACN_LENGTH, check=check_acn)
    except BadIdentifier as problem:
        raise Unreadable(str(problem)) from problem


def _abn(column: Column, text: str, way: Way) -> Read:
    return Read(check_abn(whole_number_of(text)))


def _director_id(column: Column, text: str, way: Way) -> Read:
    return _padded(text, length=_DIRECTOR_ID_LENGTH, check=check_director_id)


def _date(column: Column, text: str, way: Way) -> Read:
    return Read(read_date(text, order=way.order, from_1904=way.from_1904))


_STATE_NAMES = {
    "AUSTRALIAN CAPITAL TERRITORY": "ACT", "NEW SOUTH WALES": "NSW", "NORTHERN TERRITORY": "NT",
    "QUEENSLAND": "QLD", "SOUTH AUSTRALIA": "SA", "TASMANIA": "TAS", "VICTORIA": "VIC",
    "WESTERN AUSTRALIA": "WA",
}  # fmt: skip


def _state(column: Column, text: str, way: Way) -> Read:
    state = text.upper().replace(".", "")
    state = _STATE_NAMES.get(state, state)
    if state not in STATES:
        raise Unreadable(f"“{text}” is no state or territory. Write one of {', '.join(STATES)}.")
    return Read(state)


def _country(column: Column, text: str, way: Way) -> Read:
    code = country_code(text)
    if code is None:
        raise Unreadable(f"“{text}” is no country we know. Write its English name, or its two letters.")
    return Read(code)


def _email(column: Column, text: str, way: Way) -> Read:
    if not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@.]+", text):
        raise Unreadable(f"“{text}” is not an e-mail address. Write one, or leave the cell empty.")
    return Read(text)


def _whole(column: Column, text: str, way: Way) -> Read:
    digits = whole_number_of(re.sub(r"[\s,\u00a0]", "", text))
    if not digits.isascii() or not digits.isdigit() or not 0 < int(digits) <= _LARGEST:
        raise Unreadable(f"“{text}” is not a whole number above zero. Write such as 1,200.")
    return Read(int(digits))


def _dollars(column: Column, text: str, way: Way) -> Read:
    try:
        dollars = Decimal(re.sub(r"[\s,$\u00a0]|AUD?", "", text))
    except InvalidOperation as problem:
        raise Unreadable(f"“{text}” is not an amount. Write dollars, such as 1.50.") from problem
    if not dollars.is_finite() or not 0 <= dollars < _MOST_DOLLARS:
        raise Unreadable(f"“{text}” cannot be an amount per share. Write dollars, such as 1.50.")
    rounded = dollars.quantize(Decimal("0.000001"))
    note = "" if rounded == dollars else f"Rounded to {rounded.normalize():f}, as the register keeps it."
    return Read(rounded, note)


_YES = frozenset({"yes", "y", "true", "1", "x", "beneficial", "✓"})
_NO = frozenset({"no", "n", "false", "0", "non beneficial", "not beneficial", "non-beneficial"})


def _yes_no(column: Column, text: str, way: Way) -> Read:
    word = text.casefold()
    if word not in _YES | _NO:
        raise Unreadable(f"“{text}” is neither yes nor no. Write Yes or No.")
    return Read(word in _YES)


def _choice(column: Column, text: str, way: Way) -> Read:
    wanted = text.casefold()
    for code, words in column.choices.items():
        if wanted == code.casefold() or wanted in {word.casefold() for word in words}:
            return Read(code)
    raise Unreadable(f"“{text}” is not known here. Write one of: {_listed(column)}.")


def _address(column: Column, text: str, way: Way) -> Read:
    parts = parse_address(text)
    if parts is None:
        raise Unreadable(
            "This address cannot be taken apart. Write it as 17 Bastings Street, Northcote VIC 3070."
        )
    return Read(parts)


def _listed(column: Column) -> str:
    return "; ".join(words[0] for words in column.choices.values())


_READERS: dict[Kind, Callable[[Column, str, Way], Read]] = {
    Kind.TEXT: _text,
    Kind.ACN: _acn,
    Kind.ABN: _abn,
    Kind.DIRECTOR_ID: _director_id,
    Kind.DATE: _date,
    Kind.STATE: _state,
    Kind.COUNTRY: _country,
    Kind.EMAIL: _email,
    Kind.WHOLE: _whole,
    Kind.DOLLARS: _dollars,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.ADDRESS: _address,
}
