"""What happened, the latest first, narrowed and paged by key: a page costs the same however deep it lies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from minutebook.activity.models import Activity
from minutebook.firms.models import Firm
from minutebook.scope import current_firm_id

TOPICS = {
    "company": "Companies",
    "register": "Registers",
    "contact": "Contacts",
    "pack": "Packs",
    "document": "Documents",
    "copy": "Downloads",
    "mail": "Mail",
    "job": "Jobs",
    "cost": "Costs",
    "fee": "Fee schedule",
    "client": "XPM clients",
    "connection": "Connection",
    "practice": "Readings of XPM",
    "person": "Sign-in and people",
    "firm": "The firm",
    "activity": "Activity",
    "retention": "Retention",
}
_FEW = 5000  # found words: fewer are looked up by themselves, more are met soon enough going back in time
_LONGEST_TEXT = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What of the activity is wanted. Empty values ask for everything."""

    company: int | None = None
    pack: UUID | None = None
    person: int | None = None
    topic: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""

    @classmethod
    def of(cls, typed: Mapping[str, Any]) -> "Asked":
        """Read an address; what makes no sense in it is left out."""
        return cls(
            company=_number(typed.get("company", "")),
            pack=_uuid(typed.get("pack", "")),
            person=_number(typed.get("person", "")),
            topic=typed.get("topic", "") if typed.get("topic", "") in TOPICS else "",
            first=_day(typed.get("first", "")),
            last=_day(typed.get("last", "")),
            text=typed.get("q", "").replace("\x00", "").strip()[:_LONGEST_TEXT],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """Where a page ends: the next one begins below it."""

    happened_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{self.happened_at.timestamp():.6f}-{self.pk}"

    @classmethod
    def of(cls, text: str) -> "Key | None":
        moment, _, pk = text.rpartition("-")
        try:
            return cls(happened_at=datetime.fromtimestamp(float(moment), ZoneInfo("UTC")), pk=int(pk))
        except (ValueError, OverflowError, OSError):
            return None


def find_activity(asked: Asked, *, firm: Firm, after: Key | None = None) -> models.QuerySet[Activity]:
    """Return what happened, the latest first, from below `after` on."""
    found = _of_days(_of_subject(Activity.objects.all(), asked), asked, zone=ZoneInfo(firm.time_zone))
    if asked.person:
        found = found.filter(actor_id=asked.person)
    if asked.topic:
        found = found.filter(topic=asked.topic)
    if asked.text:
        found = found.filter(_says(asked.text))
    if after:
        earlier = Q(happened_at__lt=after.happened_at) | Q(pk__lt=after.pk)
        found = found.filter(earlier, happened_at__lte=after.happened_at)
    return found.order_by("-happened_at", "-pk")


def page_of(found: models.QuerySet[Activity], *, size: int) -> tuple[list[Activity], Key | None]:
    """Return the first rows and the key of the page after them, if there is one."""
    rows = list(found[: size + 1])
    if len(rows) <= size:
        return rows, None
    return rows[:size], Key(happened_at=rows[size - 1].happened_at, pk=rows[size - 1].pk)


def in_batches(asked: Asked, *, firm: Firm, size: int) -> Iterator[list[Activity]]:
    """Return everything that was asked for, a batch at a time. Call each in the firm's scope."""
    after: Key | None = None
    while True:
        rows, after = page_of(find_activity(asked, firm=firm, after=after), size=size)
        yield rows
        if after is None:
            return


def address_of(row: Activity) -> str:
    """Return the page of what a row tells of, or an empty text when there is none."""
    names = {
        "companies.company": "companies:company",
        "contacts.contact": "contacts:contact",
        "documents.documentpack": "production:pack",
    }
    if row.action.endswith(".removed"):
        return ""
    if row.subject_kind == "practice.connection":
        return reverse("practice:settings")
    if row.subject_kind == "jobs.feeline":
        return reverse("jobs:fees")
    try:
        return reverse(names[row.subject_kind], args=[row.subject_id])
    except (KeyError, NoReverseMatch):
        return ""


def changes_of(row: Activity) -> list[tuple[str, str, str]]:
    """Return each field that changed, with what it was and what it became."""
    names = sorted({**row.before, **row.after})
    return [(name, str(row.before.get(name, "")), str(row.after.get(name, ""))) for name in names]


def _of_subject(found: models.QuerySet[Activity], asked: Asked) -> models.QuerySet[Activity]:
    if asked.pack:
        return found.filter(subject_kind="documents.documentpack", subject_id=str(asked.pack))
    return found.filter(company_id=asked.company) if asked.company else found


def _of_days(found: models.QuerySet[Activity], asked: Asked, *, zone: ZoneInfo) -> models.QuerySet[Activity]:
    if asked.first:
        found = found.filter(happened_at__gte=datetime.combine(asked.first, time(), zone))
    if asked.last:
        found = found.filter(happened_at__lt=datetime.combine(asked.last + timedelta(days=1), time(), zone))
    return found


def _says(text: str) -> Q:
    """Return the condition that a sentence holds the text.

    PostgreSQL's planner chooses between its word index and going back in time. For SQLite we do: a rare text is
    looked up in the index, one that many rows hold is met soon on the way back.
    """
    every_word = Q(*(Q(sentence__icontains=word) for word in text.split()))
    if connection.vendor != "sqlite":
        return every_word
    words = ["".join(filter(str.isalnum, word)) and word.replace('"', "") for word in text.split()]
    question = " ".join(f'"{word}"*' for word in words if word)
    if not question:
        return Q(sentence__contains=text)
    # Of all firms first: a large firm's own list is long to go through for a word that is rare anyhow.
    for search in (f"words:({question})", f"firm:f{current_firm_id()} AND words:({question})"):
        found = _rows_found(search)
        if len(found) < _FEW:
            return Q(pk__in=found)  # the page's query leaves out what is not the firm's
    return every_word


def _rows_found(search: str) -> list[int]:
    """Ask the index once: as a part of the page's own query it would be searched all over again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid FROM activity_search WHERE activity_search MATCH %s ORDER BY rowid DESC LIMIT %s",
            [search, _FEW],
        )
        return [row[0] for row in cursor.fetchall()]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None  # noqa: PLR2004  # an id


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date.min < day < date.max else None
