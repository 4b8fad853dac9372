"""Activity as CSV, sent while it is read, and safe to open in a spreadsheet."""

import csv
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from minutebook.activity.models import Activity
from minutebook.firms.models import Firm
from minutebook.history.queries import TOPICS, Asked, in_batches
from minutebook.scope import same_scope

COLUMNS = (
    "Entry", "When", "Who", "Kind", "What happened", "Before", "After", "Address", "Browser", "Request",
    "Worker", "Hash",
)  # fmt: skip
_AT_ONCE = 1000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")  # noqa: RUF001  # full width
_MARK = "\ufeff"  # without it Excel takes UTF-8 for Windows-1252


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_of(asked: Asked, *, firm: Firm) -> Iterator[str]:
    """Return the lines, the head first. They are read after the view has ended, in the scope of its request."""
    return _lines(asked, firm=firm, scope=same_scope())


def _lines(asked: Asked, *, firm: Firm, scope: Callable[[], AbstractContextManager[None]]) -> Iterator[str]:
    writer: Any = csv.writer(_Line())
    yield _MARK + writer.writerow(COLUMNS)
    zone = ZoneInfo(firm.time_zone)
    batches = in_batches(asked, firm=firm, size=_AT_ONCE)
    while True:
        with scope():
            rows = next(batches, None)
        if rows is None:
            return
        yield "".join(writer.writerow([safe(each) for each in _cells(row, zone)]) for row in rows)


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(_FORMULA) else cell


def _cells(row: Activity, zone: ZoneInfo) -> list[str]:
    return [
        str(row.number or ""),
        _moment(row.happened_at.astimezone(zone)),
        row.who,
        TOPICS.get(row.topic, row.topic),
        row.sentence,
        _fields(row.before),
        _fields(row.after),
        row.address,
        row.browser,
        row.request_id,
        row.worker,
        row.hash,
    ]


def _moment(local: datetime) -> str:
    return local.isoformat(sep=" ", timespec="seconds")


def _fields(values: dict[str, Any]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in sorted(values.items()))
