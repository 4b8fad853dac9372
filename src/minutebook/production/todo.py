"""What is left to do for released packs: sign, lodge, pay, and put right in the practice manager."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, QuerySet

from minutebook.activity.models import record
from minutebook.companies.events.kinds import Deadline
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.production.lodging import settle_lodging
from minutebook.production.models import ToDo
from minutebook.production.stages import Follows, follow

_SOON, _NEAR = 14, 7  # days: the windows in which a deadline is shown apart


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The to-dos that fall due in one stretch of time."""

    title: str
    state: str  # of the status glyph: needs-you, paused, waiting
    rows: list[ToDo]


def list_what_is_left(pack: DocumentPack, deadlines: Sequence[Deadline]) -> None:
    """Write down what a release leaves to do: the signatures first, then what the Act asks for, by its day."""
    ToDo.objects.create(
        pack=pack, kind=ToDo.Kind.SIGN, title="Have the documents signed, and mark them signed", position=0
    )
    for position, deadline in enumerate(deadlines, start=1):
        ToDo.objects.create(
            pack=pack,
            kind=ToDo.Kind.LODGE if deadline.form else ToDo.Kind.ACT,
            title=deadline.title,
            section=deadline.section,
            form=deadline.form,
            due_on=deadline.due_on,
            position=position,
        )


def move_deadlines(pack: DocumentPack, deadlines: Sequence[Deadline]) -> None:
    """Give what is still to do its new days, after the dates on the paper changed them."""
    for position, deadline in enumerate(deadlines, start=1):
        left = pack.to_dos.filter(done_on=None, form=deadline.form, section=deadline.section)
        first = left.filter(position__gte=position).order_by("position").first() or left.first()
        if first is not None and first.due_on != deadline.due_on:
            first.due_on = deadline.due_on
            first.save(update_fields=["due_on"])


def add_to_do(pack: DocumentPack, *, kind: ToDo.Kind, title: str) -> ToDo:
    """Put one more on the list."""
    last = pack.to_dos.order_by("-position").values_list("position", flat=True).first() or 0
    return ToDo.objects.create(pack=pack, kind=kind, title=title[:300], position=last + 1)


@transaction.atomic
def tick(to_do: ToDo, *, done_on: date, reference: str, by: User, now: datetime) -> None:
    """Say that something is done. Ticking what is ticked changes nothing."""
    held = ToDo.objects.select_for_update().get(pk=to_do.pk)
    if held.is_done:
        return
    held.done_on, held.done_by, held.reference = done_on, by, reference
    held.save(update_fields=["done_on", "done_by", "reference"])
    ending = f", {reference}" if reference else ""
    record(
        "todo.done",
        held.pack,
        sentence=f"{held.title}: done on {done_on:%d/%m/%Y}{ending}",
        by=by,
        to_do=held.pk,
    )
    if held.kind == ToDo.Kind.LODGE:
        settle_lodging(held.pack)
        if held.pack.status != DocumentPack.Status.WITHDRAWN and not _left_to_lodge(held.pack):
            follow(held.pack, Follows.LODGED, by=by, now=now)


@transaction.atomic
def untick(to_do: ToDo, *, by: User) -> None:
    """Say that something is not done after all."""
    held = ToDo.objects.select_for_update().get(pk=to_do.pk)
    if not held.is_done:
        return
    held.done_on, held.done_by, held.reference = None, None, ""
    held.save(update_fields=["done_on", "done_by", "reference"])
    record("todo.reopened", held.pack, sentence=f"{held.title}: not done after all", by=by, to_do=held.pk)
    if held.kind == ToDo.Kind.LODGE:
        settle_lodging(held.pack)


def _left_to_lodge(pack: DocumentPack) -> bool:
    return pack.to_dos.filter(kind=ToDo.Kind.LODGE, done_on=None).exists()


def open_to_dos(*, kind: str = "", person: str = "", text: str = "") -> QuerySet[ToDo]:
    """Return what is left to do in the firm, what is due first first. `person` is a user's number."""
    found = ToDo.objects.filter(done_on=None).select_related("pack__company__contact", "pack__released_by")
    if kind in ToDo.Kind:
        found = found.filter(kind=kind)
    if person.isdecimal():
        found = found.filter(pack__released_by=int(person))
    for word in text.split()[:6]:
        found = found.filter(pack__company__contact__name__icontains=word) | found.filter(
            pack__trace_number__icontains=word
        )
    return found.order_by(F("due_on").asc(nulls_last=True), "pack__released_at", "position")


def by_window(to_dos: Sequence[ToDo], *, today: date) -> list[Window]:
    """Return the to-dos in windows: overdue, today, a week, two weeks, later, and those without a day."""
    windows = [
        Window(title="Overdue", state="needs-you", rows=[]),
        Window(title="Due today", state="needs-you", rows=[]),
        Window(title="Due in 1 to 7 days", state="paused", rows=[]),
        Window(title="Due in 8 to 14 days", state="waiting", rows=[]),
        Window(title="Later", state="waiting", rows=[]),
        Window(title="Without a day", state="waiting", rows=[]),
    ]
    for to_do in to_dos:
        windows[_place_of(to_do.due_on, today)].rows.append(to_do)
    return [window for window in windows if window.rows]


def _place_of(due_on: date | None, today: date) -> int:
    if due_on is None:
        return 5
    days = (due_on - today).days
    if days <= 0:
        return 0 if days < 0 else 1
    return 2 if days <= _NEAR else 3 if days <= _SOON else 4
