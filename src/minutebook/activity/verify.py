"""Whether a firm's activity is as it was written: no row changed, removed, inserted or put elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from minutebook.activity import chain
from minutebook.activity.models import Activity, ActivityHead, ChainCheck

REMOVED = "retention.activity_removed"  # the row that says whose words retention took out
_AT_ONCE = 2000  # rows read together


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """An end of a chain that somebody wrote down: it must be found again."""

    number: int
    hash: str

    @classmethod
    def of(cls, text: str) -> "Written":
        """Read "1234:9f86d0…", as the command prints it. Raises ValueError."""
        number, _, digest = text.strip().rpartition(":")
        return cls(number=int(number.rpartition(":")[2]), hash=digest)


@dataclass(kw_only=True, slots=True)
class Verdict:
    """What a look at one chain found. `problem` names the first row that does not fit, or is empty."""

    firm_id: int
    number: int = 0  # the last row that fits
    hash: str = ""
    problem: str = ""
    _without_words: set[int] = field(default_factory=set)
    _explained: set[int] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        return not self.problem


def verify_chain(firm_id: int, *, written: tuple[Written, ...] = ()) -> Verdict:
    """Look at every row of a firm's chain, oldest first, up to the first that does not fit.

    `written` are ends that were seen before: each must still be in the chain.
    """
    verdict = Verdict(firm_id=firm_id)
    head = ActivityHead.objects.filter(pk=firm_id).first() or ActivityHead(firm_id=firm_id)
    expected = {each.number: each.hash for each in written if each.number}
    for row in _rows(firm_id, up_to=head.number):
        verdict.problem = _what_is_wrong(row, verdict, expected)
        if verdict.problem:
            return verdict
        verdict.number, verdict.hash = row.number or 0, row.hash
    verdict.problem = _what_is_missing(verdict, head, expected)
    return verdict


def check_firm(firm_id: int, *, now: datetime, written: tuple[Written, ...] = ()) -> Verdict:
    """Verify a firm's chain, also against where it was last found whole, and remember what was found."""
    latest, _ = ChainCheck.objects.get_or_create(pk=firm_id)
    known = (Written(number=latest.number, hash=latest.hash), *written)
    verdict = verify_chain(firm_id, written=known)
    latest.checked_at, latest.problem = now, verdict.problem
    if verdict.is_whole:
        latest.number, latest.hash = verdict.number, verdict.hash
    latest.save(update_fields=["checked_at", "problem", "number", "hash"])
    return verdict


def _rows(firm_id: int, *, up_to: int) -> Iterator[Activity]:
    """Return the rows in their order. Those that were written meanwhile come another time."""
    rows = Activity.everywhere.filter(firm_id=firm_id)
    yield from rows.filter(number=None).order_by("pk")[:1]
    last = 0
    while True:
        batch = list(rows.filter(number__gt=last, number__lte=up_to).order_by("number")[:_AT_ONCE])
        if not batch:
            return
        yield from batch
        last = batch[-1].number or 0


def _what_is_wrong(row: Activity, verdict: Verdict, expected: dict[int, str]) -> str:
    number = verdict.number + 1
    if row.number is None:
        return f"Row {row.pk} was inserted: it has no place in the chain. It says: {_words(row)}"
    if row.number != number:
        return f"Entry {number} is missing: after entry {verdict.number} comes entry {row.number}."
    if row.removed_at is None:
        if row.content_hash != chain.content_hash(row.content):
            return f"Entry {number} was changed. It now says: {_words(row)}"
        if row.action == REMOVED:
            for first, last in row.particulars.get("numbers", []):
                verdict._explained.update(range(first, last + 1))  # noqa: SLF001  # our own
    else:
        verdict._without_words.add(number)  # noqa: SLF001
    if row.hash != chain.link(previous=verdict.hash, number=number, content=row.content_hash):
        return f"Entry {number} is not the one that followed entry {verdict.number}. It says: {_words(row)}"
    if number in expected and expected[number] != row.hash:
        return f"Entry {number} is not the one that was written down. It says: {_words(row)}"
    return ""


def _what_is_missing(verdict: Verdict, head: ActivityHead, expected: dict[int, str]) -> str:
    furthest = max([head.number, *expected])
    if furthest > verdict.number:
        return f"Entry {verdict.number + 1} is missing: the chain once went on to entry {furthest}."
    if verdict.hash != head.hash:
        return f"Entry {verdict.number} is not the one that the chain ended with."
    unexplained = verdict._without_words - verdict._explained  # noqa: SLF001
    if unexplained:
        return f"Entry {min(unexplained)} lost its words, and no entry says that retention took them out."
    return ""


def _words(row: Activity) -> str:
    return f"“{row.sentence[:100]}” ({row.happened_at:%d/%m/%Y %H:%M} UTC, {row.who or 'nobody named'})"


@transaction.atomic
def chains_due(now: datetime, *, last_before: datetime, told_before: datetime) -> list[int]:
    """Claim the firms whose chain was last looked at before a moment, and return them.

    One that was told to a worker after `told_before` is being looked at.
    """
    due = []
    for firm_id in ActivityHead.objects.order_by("pk").values_list("pk", flat=True):
        check, _ = ChainCheck.objects.get_or_create(pk=firm_id)
        if check.checked_at and check.checked_at > last_before:
            continue
        mine = ChainCheck.objects.filter(pk=firm_id).exclude(asked_at__gt=told_before)
        if mine.update(asked_at=now):
            due.append(firm_id)
    return due
