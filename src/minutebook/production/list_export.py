"""A view of the Documents page as CSV, sent while it is read, and safe to open in a spreadsheet."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from minutebook.documents.models import DocumentPack
from minutebook.firms.models import Firm
from minutebook.jobs.fees.regulator import Amounts, amounts
from minutebook.production.listing import Asked, find_packs, in_batches
from minutebook.production.lodging import fees_if_lodged_today, window_of
from minutebook.scope import same_scope
from minutebook.spreadsheets.writing import csv_lines

COLUMNS = (
    "Trace number", "Version", "Pack", "Company", "ACN", "What changed", "State", "Status", "Status since",
    "Lodge by", "Window", "Late fee if lodged today", "Earliest deadline", "Job", "Job state", "Prepared by",
    "Prepared on", "Released by", "Released on", "Signed on", "Last touched",
)  # fmt: skip
_AT_ONCE = 500


def csv_of(asked: Asked, *, firm: Firm, today: date) -> Iterator[bytes]:
    """Return the lines, the head first. They are read after the view has ended, in the scope of its request."""
    return csv_lines(COLUMNS, _rows(asked, firm=firm, today=today, scope=same_scope()))


def _rows(
    asked: Asked, *, firm: Firm, today: date, scope: Callable[[], AbstractContextManager[None]]
) -> Iterator[list[Any]]:
    zone = ZoneInfo(firm.time_zone)
    with scope():
        known = amounts()
        batches = in_batches(find_packs(asked, today=today)[0], asked, size=_AT_ONCE)
    while True:
        with scope():
            batch = next(batches, None)
            if batch is None:
                return
            rows = _cells_of(batch, known, zone=zone, today=today)
        yield from rows


def _cells_of(batch: Any, known: Amounts, *, zone: ZoneInfo, today: date) -> list[list[Any]]:
    fees = fees_if_lodged_today(batch, known, today=today)
    rows = []
    for pack in batch:
        late = sum((fee.dollars for fee in fees.get(pack.pk, [])), start=0) or ""
        rows.append(_cells(pack, late=late, zone=zone, today=today))
    return rows


def _cells(pack: DocumentPack, *, late: Any, zone: ZoneInfo, today: date) -> list[Any]:
    job = getattr(pack, "job_request", None)
    released, signed = pack.released_at, pack.signed_on
    return [
        pack.trace_number,
        pack.version,
        pack.title,
        pack.company.name,
        pack.company.contact.acn,
        pack.summary.replace("\n", "; "),
        pack.get_status_display(),
        pack.stage.name if pack.stage else "",
        pack.staged_at.astimezone(zone).date() if pack.staged_at else "",
        pack.lodge_by or "",
        window_of(pack.lodge_by, today=today).label if pack.lodge_by else "",
        f"{late:.2f}" if late else "",
        pack.due_on or "",
        job.job_number if job else "",
        job.get_status_display() if job else "",
        pack.made_by.name,
        pack.made_at.astimezone(zone).date(),
        pack.released_by.name if pack.released_by else "",
        released.astimezone(zone).date() if released else "",
        signed or "",
        pack.saved_at.astimezone(zone).replace(tzinfo=None, microsecond=0).isoformat(" "),
    ]
