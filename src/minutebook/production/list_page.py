"""What the Documents page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from minutebook.documents.models import DocumentPack, PackStage
from minutebook.firms.models import Membership
from minutebook.jobs.fees.regulator import amounts
from minutebook.jobs.models import JobRequest
from minutebook.jobs.state import look_of
from minutebook.production.listing import (
    NO_STAGE,
    STATUSES,
    Asked,
    Counts,
    Key,
    Packs,
    Page,
    counts,
    find_packs,
    page_of,
)
from minutebook.production.lodging import LateFee, Window, explanation, fees_if_lodged_today, window_of
from minutebook.production.stages import beside, offered, stages

PER_PAGE = 25
_COUNTED = 1000  # of what several filters or words find; more are not counted


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A pack on the Documents page."""

    pack: DocumentPack
    stage: "StageCell"
    days: int | None  # until it has to be lodged; negative once that has passed
    fees: Sequence[LateFee]
    job: JobRequest | None
    job_look: str

    @property
    def overdue(self) -> str:
        days = -(self.days or 0)
        return f"{days} day{'' if days == 1 else 's'} late"

    @property
    def late_fee(self) -> Decimal:
        return sum((fee.dollars for fee in self.fees), start=Decimal(0))


@dataclass(frozen=True, kw_only=True, slots=True)
class StageCell:
    """Where a pack stands among the firm's own statuses, and where it can be moved from there."""

    pack: DocumentPack
    back: PackStage | None
    along: PackStage | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The packs of one window; without a window, all that are on the page."""

    window: Window | None
    rows: Sequence[Row]

    @property
    def late_fees(self) -> Decimal:
        return sum((row.late_fee for row in self.rows), start=Decimal(0))


def list_page(
    asked: Asked, *, after: Key | None, before: Key | None, today: date, membership: Membership
) -> dict[str, Any]:
    """Return what the page shows. As many queries for a hundred thousand packs as for three."""
    (found, is_common), own = find_packs(asked, today=today), stages()
    page = page_of(found, asked, size=PER_PAGE, after=after, before=before)
    known = amounts()
    fees = fees_if_lodged_today(page.packs, known, today=today)
    rows = [_row(pack, fees, own, today=today) for pack in page.packs]
    held = counts(today=today)
    return {
        "asked": asked,
        "page": page,
        "groups": _groups(rows, asked, today=today),
        "counts": held,
        "total": _total(found, page, asked, held, is_common=is_common),
        "statuses": [(code, code.label, held.statuses[code]) for code in STATUSES],
        "stages": [(each, held.stages.get(each.pk, 0)) for each in own if _is_shown(each, held)],
        "has_stages": bool(offered(own)),
        "without_stage": held.stages.get(None, 0),
        "people": Membership.objects.select_related("user").order_by("user__name", "pk"),
        "explained": explanation(known, today=today) if asked.is_by_deadline else [],
        "may_prepare": membership.may_prepare,
        "may_administer": membership.may_administer,
        "is_first": page.before is None,
    }


def stage_cell(pack: DocumentPack, own: Sequence[PackStage]) -> StageCell:
    back, along = beside(pack.stage_id, own)
    return StageCell(pack=pack, back=back, along=along)


def _row(
    pack: DocumentPack, fees: Mapping[UUID, Sequence[LateFee]], own: Sequence[PackStage], *, today: date
) -> Row:
    job: JobRequest | None = getattr(pack, "job_request", None)
    return Row(
        pack=pack,
        stage=stage_cell(pack, own),
        days=(pack.lodge_by - today).days if pack.lodge_by else None,
        fees=fees.get(pack.pk, ()),
        job=job,
        job_look=look_of(job.status) if job else "",
    )


def _groups(rows: Sequence[Row], asked: Asked, *, today: date) -> list[Group]:
    """Return the rows by their windows where the page is ordered by deadline."""
    if not asked.is_by_deadline:
        return [Group(window=None, rows=rows)] if rows else []
    by_window = groupby(rows, key=lambda row: window_of(row.pack.lodge_by or today, today=today))
    return [Group(window=window, rows=list(held)) for window, held in by_window]


def _is_shown(stage: PackStage, held: Counts) -> bool:
    return not stage.is_retired or bool(held.stages.get(stage.pk))


def _total(found: Packs, page: Page, asked: Asked, held: Counts, *, is_common: bool) -> str:
    """Return how many packs were found: from what is counted anyhow, if the page has one filter at most.

    By deadline there is the query for what is left to lodge already, and common words take long to count: then
    only what is on one page is.
    """
    number = _counted_already(asked, held)
    if number is None and (asked.is_by_deadline or is_common):
        return f"{len(page.packs)}" if page.before is page.after is None else "more"
    if number is None:
        number = found[: _COUNTED + 1].count()
        if number > _COUNTED:
            return f"more than {_COUNTED:,}"
    return f"{number:,}"


def _counted_already(asked: Asked, held: Counts) -> int | None:
    filters = [name for name in ("text", "status", "stage", "lodge", "maker") if getattr(asked, name)]
    if not filters:
        return held.all
    match filters:
        case ["status"]:
            return held.statuses[asked.status]
        case ["stage"]:
            return held.stages.get(None if asked.stage == NO_STAGE else int(asked.stage), 0)
        case ["lodge"]:
            windows = {window.code: number for window, number in held.windows}
            return windows.get(asked.lodge, held.due)
        case _:
            return None
