"""The Documents page: which packs are asked for, in which order, a page at a time by key."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Count, Q, Value

from minutebook.documents.models import DocumentPack
from minutebook.production.lodging import WINDOWS, Window, window_of
from minutebook.production.search import LONGEST, with_words

Status = DocumentPack.Status
STATUSES = (Status.DRAFT, Status.RELEASED, Status.SIGNED, Status.WITHDRAWN)
NO_STAGE = "none"
DUE = "due"  # everything that is still to be lodged, in its windows

type Packs = models.QuerySet[DocumentPack]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What of the packs is wanted, as the address says it. Empty values ask for everything."""

    text: str = ""
    status: str = ""
    stage: str = ""  # the id of one of the firm's own statuses, or "none"
    lodge: str = ""  # "due", or the code of a Window
    maker: int | None = None  # the user who prepared it

    @classmethod
    def of(cls, typed: Mapping[str, Any]) -> "Asked":
        """Read an address; what makes no sense in it is left out."""
        status, stage, lodge = (str(typed.get(name, "")) for name in ("status", "stage", "lodge"))
        return cls(
            text=str(typed.get("q", "")).replace("\x00", "").strip()[:LONGEST],
            status=status if status in STATUSES else "",
            stage=stage if stage == NO_STAGE or _number(stage) else "",
            lodge=lodge if lodge in _LODGE else "",
            maker=_number(str(typed.get("maker", ""))),
        )

    @property
    def query(self) -> str:
        """Return the address of this view, without what is empty: "status=DRAFT&q=ngata"."""
        told = {
            "q": self.text,
            "status": self.status,
            "stage": self.stage,
            "lodge": self.lodge,
            "maker": self.maker,
        }
        return urlencode({name: value for name, value in told.items() if value})

    @property
    def is_by_deadline(self) -> bool:
        return bool(self.lodge)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query)

    def but(self, **changed: Any) -> str:
        """Return the address of this view with something else in it."""
        return replace(self, **changed).query


_LODGE = {DUE, *(window.code for window in WINDOWS)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """Where a page ends: by what it is ordered, and the pack."""

    at: str  # ISO: a moment, or a day
    pk: UUID

    def __str__(self) -> str:
        return f"{self.at}~{self.pk.hex}"

    @classmethod
    def of(cls, text: str, *, by_deadline: bool) -> "Key | None":
        at, _, pk = text.partition("~")
        try:
            moment = date.fromisoformat(at) if by_deadline else datetime.fromisoformat(at)
            key = cls(at=moment.isoformat(), pk=UUID(pk))
        except (ValueError, OverflowError):
            return None
        return key if by_deadline or (isinstance(moment, datetime) and moment.tzinfo) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some of what was asked for, and where it goes on in both directions."""

    packs: Sequence[DocumentPack]
    before: Key | None
    after: Key | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How many packs each view holds."""

    all: int
    statuses: Mapping[str, int]
    stages: Mapping[int | None, int]
    windows: Sequence[tuple[Window, int]]

    @property
    def due(self) -> int:
        return sum(number for _, number in self.windows)


def find_packs(asked: Asked, *, today: date) -> tuple[Packs, bool]:
    """Return the packs that are asked for, and whether its words are so common that they are not counted.

    A version that another took the place of is not among them.
    """
    found = DocumentPack.objects.exclude(status=Status.CORRECTED)
    if asked.status:
        found = found.filter(status=asked.status)
    if asked.stage:
        found = found.filter(stage=None if asked.stage == NO_STAGE else int(asked.stage))
    if asked.maker:
        found = found.filter(made_by=asked.maker)
    if asked.lodge:
        found = found.filter(lodge_by__isnull=False)
        found = _within(found, next((each for each in WINDOWS if each.code == asked.lodge), None), today)
    return with_words(found, asked.text)


def page_of(
    found: Packs, asked: Asked, *, size: int, after: Key | None = None, before: Key | None = None
) -> Page:
    """Return a page from below `after`, or the one that ends above `before`. One query."""
    back = before is not None and after is None
    rows = list(_from(with_all(found), asked, key=before if back else after, back=back)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    if not rows:
        return Page(packs=[], before=None, after=None)
    first, last = _key_of(rows[0], asked), _key_of(rows[-1], asked)
    return Page(
        packs=rows,
        before=first if (more if back else after is not None) else None,
        after=last if (back or more) else None,
    )


def in_batches(found: Packs, asked: Asked, *, size: int) -> Iterator[Sequence[DocumentPack]]:
    """Return everything that was asked for, a batch at a time. Call each in the firm's scope."""
    after: Key | None = None
    while True:
        page = page_of(found, asked, size=size, after=after)
        yield page.packs
        if page.after is None:
            return
        after = page.after


def with_all(found: Packs) -> Packs:
    """Return the packs with what a row shows, and without what only their documents need."""
    return found.select_related(
        "company__contact", "job_request", "made_by", "saved_by", "stage", "released_by"
    ).defer("snapshot", "job_request__job")


def counts(*, today: date) -> Counts:
    """Count what each view holds. One query, answered from two indexes."""
    standing = DocumentPack.objects.exclude(status=Status.CORRECTED).annotate(day=_NO_DAY)
    due = DocumentPack.objects.filter(lodge_by__isnull=False).annotate(
        no_status=Value(""), no_stage=_NO_STAGE
    )
    by_stage = standing.values_list("status", "stage", "day").annotate(number=Count("*"))
    by_day = due.values_list("no_status", "no_stage", "lodge_by").annotate(number=Count("*"))
    statuses: Counter[str] = Counter()
    stages: Counter[int | None] = Counter()
    windows: Counter[str] = Counter()
    for status, stage, day, number in by_stage.union(by_day, all=True):
        if day is not None:
            windows[window_of(day, today=today).code] += number
        else:
            statuses[status] += number
            stages[stage] += number
    return Counts(
        all=statuses.total(),
        statuses=statuses,
        stages=stages,
        windows=[(window, windows[window.code]) for window in WINDOWS],
    )


_NO_DAY = Value(None, output_field=models.DateField())
_NO_STAGE = Value(None, output_field=models.BigIntegerField())


def _within(found: Packs, window: Window | None, today: date) -> Packs:
    return found.filter(_days(window, today)) if window else found


def _days(window: Window, today: date) -> Q:
    held = Q(lodge_by__isnull=False)
    if window.first is not None:
        held &= Q(lodge_by__gte=today + timedelta(days=window.first))
    if window.last is not None:
        held &= Q(lodge_by__lte=today + timedelta(days=window.last))
    return held


def _from(found: Packs, asked: Asked, *, key: Key | None, back: bool) -> Packs:
    """Order the packs, and begin below the key; backwards from above it."""
    name = "lodge_by" if asked.is_by_deadline else "saved_at"
    rises = asked.is_by_deadline != back  # the latest touched first, but the earliest deadline
    sign, step = ("", "gt") if rises else ("-", "lt")
    if key is not None:
        at: Any = date.fromisoformat(key.at) if asked.is_by_deadline else datetime.fromisoformat(key.at)
        beyond = Q(**{f"{name}__{step}": at}) | Q(**{f"pk__{step}": key.pk})
        found = found.filter(beyond, **{f"{name}__{step}e": at})
    return found.order_by(f"{sign}{name}", f"{sign}pk")


def _key_of(pack: DocumentPack, asked: Asked) -> Key:
    at = pack.lodge_by if asked.is_by_deadline else pack.saved_at.astimezone(ZoneInfo("UTC"))
    assert at is not None  # noqa: S101  # for the type checker: only packs with a day are ordered by it
    return Key(at=at.isoformat(), pk=pack.pk)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None  # noqa: PLR2004  # an id
