"""How dates, money and flags are spelt on the wire."""

import re
from calendar import month_name
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from xpm_sandbox.api.errors import Refused

_CENT = Decimal("0.01")


def read_date(text: str, *, element: str) -> date:
    """Read YYYYMMDD, or yyyy-MM-dd with or without a time. Raises Refused."""
    digits = re.sub(r"T.*$", "", text.strip()).replace("-", "")
    try:
        return datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 - a calendar date has no zone
    except ValueError:
        raise Refused(f"{element} is not a valid date: {text}") from None


def read_decimal(text: str, *, element: str) -> Decimal:
    """Read a decimal number with a point. Raises Refused."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise Refused(f"{element} is not a valid number: {text}") from None
    if not number.is_finite():
        raise Refused(f"{element} is not a valid number: {text}")
    return number


def read_money(text: str, *, element: str) -> Decimal:
    """Read dollars; at least two decimals are kept, more are not rounded away."""
    amount = read_decimal(text, element=element)
    cents = amount.quantize(_CENT)
    return cents if cents == amount else amount


def read_whole(text: str, *, element: str) -> int:
    number = read_decimal(text, element=element)
    if number != number.to_integral_value():
        raise Refused(f"{element} is not a whole number: {text}")
    return int(number)


def read_month(text: str) -> int:
    """Read a month by its English name or its number. Raises Refused."""
    for number, name in enumerate(month_name):
        if name and text.strip().lower() in {name.lower(), str(number)}:
            return number
    raise Refused(f"BalanceMonth is not a month: {text}")


def read_flag(text: str) -> bool:
    """Read true/false or Yes/No."""
    return text.strip().lower() in {"true", "yes", "1"}


def yes_no(flag: object) -> str:
    return "Yes" if flag else "No"


def clean_uuid(text: str) -> str:
    """Identifiers are accepted in any letter case and kept in lower."""
    return text.strip().strip("{}").lower()


def iso_date(day: date | None) -> str | None:
    """Relationships write their dates without a time, unlike everything else."""
    return None if day is None else day.isoformat()
