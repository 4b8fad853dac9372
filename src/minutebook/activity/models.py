"""What happened in a firm: one row per thing, written in the same transaction, never changed.

The lowest package: it names the firm and the user by string, so that every other package can write here.
Rows hang together by hash (see `chain`); triggers refuse any change (see `guards`). On PostgreSQL a row gets
its place in the chain as its transaction commits, so that the firm's head is always the last lock taken;
SQLite has one writer, and a row gets its place at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from minutebook.activity import chain
from minutebook.activity.changes import changed
from minutebook.activity.masking import mask, mask_text
from minutebook.activity.origin import current_origin
from minutebook.scope import FirmManager, FirmRow, Limit

if TYPE_CHECKING:
    from minutebook.firms.models import User

BY_ITSELF = "Minutebook"  # who did what no person did


class Activity(FirmRow):
    """One thing that happened: who did what to what, when, from where, and what it was before."""

    limit = Limit.SHUT  # but for what happened to the companies within a limit: see `within`

    number = models.PositiveBigIntegerField(null=True)  # its place in the firm's chain, from 1 without gaps
    content_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)  # of its content, its place and the row before
    happened_at = models.DateTimeField()
    actor = models.ForeignKey("firms.User", on_delete=models.PROTECT, null=True, related_name="+")
    who = models.CharField(max_length=200, blank=True)  # the actor's name as it was then, or "Minutebook"
    action = models.CharField(max_length=60)  # "noun.verb", such as "pack.released"
    topic = models.CharField(max_length=60, blank=True)  # the noun
    subject_kind = models.CharField(max_length=40)  # such as "documentpack"
    subject_id = models.CharField(max_length=40)
    # An id alone: the row outlives what it tells of, and this package knows no companies.
    company_id = models.BigIntegerField(null=True)
    sentence = models.TextField()  # what the page shows: "Downloaded by P. Raman"
    particulars = models.JSONField(default=dict)
    before = models.JSONField(default=dict)  # by label: {"Name": "Southern Star Pty Ltd"}
    after = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)  # of the request
    browser = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    worker = models.CharField(max_length=120, blank=True)  # the task or command, when no request asked
    removed_at = models.DateTimeField(null=True)  # when retention took its words out; its place stays

    objects = FirmManager["Activity"]()
    everywhere: models.Manager["Activity"] = models.Manager()  # checking looks at every firm

    class Meta:
        base_manager_name = "everywhere"
        constraints = [models.UniqueConstraint(fields=["firm", "number"], name="activity_number_once")]
        indexes = [
            models.Index(fields=["firm", "happened_at", "id"], name="activity_by_time"),
            models.Index(fields=["firm", "topic", "happened_at", "id"], name="activity_by_topic"),
            models.Index(fields=["firm", "actor", "happened_at", "id"], name="activity_by_person"),
            models.Index(fields=["firm", "company_id", "happened_at", "id"], name="activity_by_company"),
            models.Index(
                fields=["firm", "company_id", "topic", "happened_at", "id"], name="activity_by_company_topic"
            ),
            models.Index(
                fields=["firm", "subject_kind", "subject_id", "happened_at", "id"],
                name="activity_by_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H:%M:%S} {self.action} {self.subject_kind} {self.subject_id}"

    @classmethod
    def within(cls, membership_id: int) -> models.Q:
        company: Any = apps.get_model("companies.Company")
        return models.Q(company_id__in=company.ids_within(membership_id))

    @property
    def content(self) -> dict[str, Any]:
        """Everything the row says, as it is hashed."""
        return {name: getattr(self, name) for name in CONTENT}


CONTENT = (
    "firm_id", "happened_at", "actor_id", "who", "action", "subject_kind", "subject_id", "company_id",
    "sentence", "particulars", "before", "after", "address", "browser", "request_id", "worker",
)  # fmt: skip


class ActivityHead(models.Model):
    """The end of a firm's chain, and how far it was last found whole."""

    firm = models.OneToOneField("firms.Firm", on_delete=models.CASCADE, primary_key=True, related_name="+")
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.firm_id}:{self.number}:{self.hash}"


class ChainCheck(models.Model):
    """The latest look at a firm's chain. An end that was seen once must be found again."""

    firm = models.OneToOneField("firms.Firm", on_delete=models.CASCADE, primary_key=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)  # when a worker was last told to look
    mailed_at = models.DateTimeField(null=True)  # when its end was last sent to the administrators
    number = models.PositiveBigIntegerField(default=0)  # how far it was whole
    hash = models.CharField(max_length=64, blank=True, default="")
    problem = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.firm_id} whole up to {self.number}"


class Eraser(models.Model):
    """While such a row is there, the firm's activity may be taken out: only inside one transaction."""

    firm_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.firm_id)


def record(
    action: str,
    subject: models.Model,
    *,
    sentence: str,
    by: "User | None",
    who: str = "",
    company: int | None = None,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
    **particulars: Any,
) -> Activity:
    """Write down one thing that happened. Call it inside the transaction that did it.

    `subject` is a firm's row, or the firm. `before` and `after` are fields by label, as `changes.seen` reads
    them; what is the same on both sides is left out. `company` is the company's id where the subject does not
    tell it, `who` a name where there is no `by`. Tax numbers are masked, secrets left out.
    """
    was, has_become = changed(before or {}, after or {})
    row = _row(action, subject, sentence, by=by, who=who, company=company, particulars=particulars)
    row.before, row.after = mask(chain.plain(was)), mask(chain.plain(has_become))
    with transaction.atomic(savepoint=False):
        _take_places([row])
        row.save(force_insert=True)
    return row


def record_all(
    action: str, told: Iterable[tuple[models.Model, str]], *, by: "User | None", **particulars: Any
) -> None:
    """Write down the same thing of many subjects of one firm, each with its sentence, in a few statements."""
    rows = [_row(action, subject, sentence, by=by, particulars=particulars) for subject, sentence in told]
    with transaction.atomic(savepoint=False):
        _take_places(rows)
        Activity.objects.bulk_create(rows, batch_size=_AT_ONCE)


def _row(
    action: str,
    subject: models.Model,
    sentence: str,
    *,
    by: "User | None",
    who: str = "",
    company: int | None = None,
    particulars: Mapping[str, Any],
) -> Activity:
    origin = current_origin()
    return Activity(
        firm_id=_firm_of(subject),
        happened_at=timezone.now(),
        actor=by,
        who=mask_text(chain.plain(by.name if by else who or BY_ITSELF))[:200],
        action=action,
        topic=action.partition(".")[0],
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        company_id=company or _company_of(subject),
        sentence=mask_text(chain.plain(sentence)),
        particulars=mask(chain.plain(particulars)),
        address=chain.plain(origin.address),
        browser=mask_text(chain.plain(origin.browser)),
        request_id=chain.plain(origin.request_id),
        worker=origin.worker,
    )


def history_of(subject: FirmRow) -> models.QuerySet[Activity]:
    """Return what happened to one thing, oldest first."""
    return Activity.objects.filter(
        subject_kind=subject._meta.label_lower, subject_id=str(subject.pk)
    ).order_by("happened_at", "pk")


@contextmanager
def erasing(firm_id: int) -> Iterator[None]:
    """Let the firm's activity be taken out, inside one transaction. Whoever does so records it."""
    with transaction.atomic():
        Eraser.objects.create(firm_id=firm_id)
        yield
        Eraser.objects.filter(firm_id=firm_id).delete()


def take_words_out(rows: models.QuerySet[Activity], *, now: datetime) -> int:
    """Empty rows of one firm of everything they say, and record which; return how many.

    Their places stay, so the chain holds: `verify` asks for the record of every row without words.
    """
    with transaction.atomic():
        taken = list(rows.order_by("number").values_list("pk", "number", "firm_id"))
        if not taken:
            return 0
        firm_id = taken[0][2]
        with erasing(firm_id):
            for start in range(0, len(taken), _AT_ONCE):
                chunk = Activity.everywhere.filter(pk__in=[pk for pk, *_ in taken[start : start + _AT_ONCE]])
                chunk.update(**_WITHOUT_WORDS, removed_at=now)
        firm = apps.get_model("firms.Firm")._base_manager.get(pk=firm_id)
        numbers = _ranges(number for _, number, _ in taken if number is not None)
        entries = "1 entry" if len(taken) == 1 else f"{len(taken):,} entries"
        sentence = f"Words of {entries} of this activity removed"
        record("retention.activity_removed", firm, sentence=sentence, by=None, numbers=numbers)
    return len(taken)


_AT_ONCE = 500  # rows changed by one statement
_WITHOUT_WORDS: dict[str, Any] = {
    "actor": None, "who": "", "sentence": "", "particulars": {}, "before": {}, "after": {}, "address": "",
    "browser": "", "request_id": "", "worker": "", "subject_id": "",
}  # fmt: skip


def _ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Return ascending numbers as [first, last] of each unbroken run."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def _take_places(rows: list[Activity]) -> None:
    """Give rows of one firm their places at the end of its chain."""
    for row in rows:
        row.content_hash = chain.content_hash(row.content)
    if connection.vendor == "postgresql" or not rows:
        return  # its trigger does, as the transaction commits
    head, _ = ActivityHead.objects.get_or_create(firm_id=rows[0].firm_id)
    for row in rows:
        head.number += 1
        head.hash = chain.link(previous=head.hash, number=head.number, content=row.content_hash)
        row.number, row.hash = head.number, head.hash
    head.save(update_fields=["number", "hash"])


def _firm_of(subject: models.Model) -> int:
    is_the_firm = subject._meta.label_lower == "firms.firm"
    firm_id: int = subject.pk if is_the_firm else getattr(subject, "firm_id")  # noqa: B009  # not on Model
    return firm_id


def _company_of(subject: models.Model) -> int | None:
    if subject._meta.label_lower == "companies.company":
        return int(subject.pk)
    return getattr(subject, "company_id", None)
