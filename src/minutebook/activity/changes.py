"""What a change looked like before and after, field by field, in the words of the pages."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

type Seen = dict[str, str]


def seen(row: models.Model | None, *names: str) -> Seen:
    """Return what the row's fields say, by their labels; nothing for a row that is not there (yet)."""
    if row is None or row.pk is None:
        return {}
    return {_label(row, name): shown(_value(row, name)) for name in names}


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Seen, Seen]:
    """Return both sides without what stayed the same; what is missing on one side was empty there."""
    names = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    return (
        {name: before[name] for name in names if name in before},
        {name: after[name] for name in names if name in after},
    )


def shown(value: Any) -> str:
    """Return a value as a page writes it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return _shown_text(value)


def _shown_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value.normalize():f}"
        case models.Model():
            return str(getattr(value, "one_line", None) or getattr(value, "name", None) or value)
        case list() | tuple():
            return ", ".join(map(shown, value))
        case _:
            return str(value)


def _value(row: models.Model, name: str) -> Any:
    display = getattr(row, f"get_{name}_display", None)
    return display() if display else getattr(row, name)


def _label(row: models.Model, name: str) -> str:
    label = str(getattr(row._meta.get_field(name), "verbose_name", name))
    return label[:1].upper() + label[1:]
