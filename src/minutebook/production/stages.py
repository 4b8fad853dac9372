"""The firm's own statuses: named, ordered and retired by an administrator; packs are moved along them."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from minutebook.activity.models import record
from minutebook.documents.models import DocumentPack, PackStage
from minutebook.firms.models import Firm, User

Follows = PackStage.Follows
MOST_STAGES = 20
USUAL = (
    ("Preparing", Follows.MADE),
    ("With the client", Follows.RELEASED),
    ("Signed", Follows.SIGNED),
    ("Lodged", Follows.LODGED),
    ("Filed", ""),
)


class CannotMove(Exception):
    """The pack is not moved; the message says why and what to do."""


class CannotChangeStage(Exception):
    """The status is not changed; the message says why and what to do."""


def stages() -> list[PackStage]:
    """Return the firm's statuses in their order, the retired ones too."""
    return list(PackStage.objects.order_by("position", "pk"))


def offered(all_stages: Sequence[PackStage]) -> list[PackStage]:
    """Return those that a pack can be moved to."""
    return [stage for stage in all_stages if not stage.is_retired]


def beside(
    stage_id: int | None, all_stages: Sequence[PackStage]
) -> tuple[PackStage | None, PackStage | None]:
    """Return the statuses before and after one, of those that a pack can be moved to."""
    place = next((index for index, stage in enumerate(all_stages) if stage.pk == stage_id), -1)
    before = offered(all_stages[: max(place, 0)])
    after = offered(all_stages[place + 1 :])
    return (before[-1] if before else None, after[0] if after else None)


@transaction.atomic
def move_pack(
    pack: DocumentPack, *, to: PackStage, seen: int | None, by: User, now: datetime
) -> DocumentPack:
    """Move a pack to a status. `seen` is the status that whoever moves it saw. Raises CannotMove."""
    held = DocumentPack.objects.select_for_update(of=("self",)).select_related("stage").get(pk=pack.pk)
    if to.is_retired:
        raise CannotMove(f"“{to.name}” is retired, so packs are not moved there any more. Choose another.")
    if held.stage_id == to.pk:
        return held
    if held.stage_id != seen:
        there = f"to “{held.stage.name}” " if held.stage else ""
        raise CannotMove(
            f"Somebody moved {held.trace_number} {there}meanwhile. Look again, then move it from there."
        )
    _move(held, to, sentence=f"Moved to {to.name} by {by.short_name}", by=by, now=now)
    return held


def follow(pack: DocumentPack, what: PackStage.Follows, *, by: User, now: datetime) -> None:
    """Move a pack along by itself where the firm has a status that follows what happened; never back."""
    to = PackStage.objects.filter(follows=what, retired_on=None).first()
    if to is None or (pack.stage is not None and pack.stage.position >= to.position):
        return
    _move(pack, to, sentence=f"Moved to {to.name}", by=by, now=now)


def _move(pack: DocumentPack, to: PackStage, *, sentence: str, by: User, now: datetime) -> None:
    before = pack.stage.name if pack.stage else ""
    pack.stage, pack.staged_at = to, now
    pack.save(update_fields=["stage", "staged_at"])
    record("pack.moved", pack, sentence=sentence, by=by, before={"Status": before}, after={"Status": to.name})


@transaction.atomic
def start_with_usual(firm: Firm, *, by: User | None) -> None:
    """Give a firm that has no statuses the usual ones. One that has some keeps them as they are."""
    Firm.objects.select_for_update().get(pk=firm.pk)
    if PackStage.objects.exists():
        return
    PackStage.objects.bulk_create(
        PackStage(firm=firm, name=name, follows=follows, position=position)
        for position, (name, follows) in enumerate(USUAL, start=1)
    )
    names = ", ".join(name for name, _ in USUAL)
    record("firm.pack_statuses_started", firm, sentence=f"Pack statuses: {names}", by=by)


@transaction.atomic
def add_stage(firm: Firm, *, name: str, follows: str, by: User) -> PackStage:
    """Add a status at the end. Raises CannotChangeStage."""
    Firm.objects.select_for_update().get(pk=firm.pk)
    _check_name(name, follows, but=None)
    if PackStage.objects.count() >= MOST_STAGES:
        raise CannotChangeStage(f"A firm has at most {MOST_STAGES} statuses. Rename a retired one instead.")
    last = PackStage.objects.aggregate(last=Max("position"))["last"] or 0
    stage = PackStage.objects.create(name=name, follows=follows, position=last + 1)
    record("firm.pack_status_added", firm, sentence=f"Pack status {name} added", by=by)
    return stage


@transaction.atomic
def change_stage(stage: PackStage, *, name: str, follows: str, by: User) -> None:
    """Rename a status, or let it follow something else. Raises CannotChangeStage."""
    held = _held(stage)
    _check_name(name, follows, but=held)
    before = {"Name": held.name, "Follows": held.get_follows_display()}
    held.name, held.follows = name, follows
    after = {"Name": held.name, "Follows": held.get_follows_display()}
    if before == after:
        return
    held.save(update_fields=["name", "follows"])
    sentence = f"Pack status {before['Name']} changed"
    record("firm.pack_status_changed", held.firm, sentence=sentence, by=by, before=before, after=after)


@transaction.atomic
def shift_stage(stage: PackStage, *, step: int, by: User) -> None:
    """Move a status one place towards the front (-1) or the end (+1); at the end it stays where it is."""
    held = _held(stage)
    order = stages()
    here = [each.pk for each in order].index(held.pk)
    there = here + step
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order, start=1):
        each.position = position
    PackStage.objects.bulk_update(order, ["position"])
    names = ", ".join(each.name for each in order)
    record("firm.pack_statuses_ordered", held.firm, sentence=f"Pack statuses in order: {names}", by=by)


@transaction.atomic
def retire_stage(stage: PackStage, *, on: date, by: User) -> None:
    """Offer a status no more. The packs that have it keep it until they are moved."""
    held = _held(stage)
    if held.is_retired:
        return
    held.retired_on, held.follows = on, ""
    held.save(update_fields=["retired_on", "follows"])
    record("firm.pack_status_retired", held.firm, sentence=f"Pack status {held.name} retired", by=by)


@transaction.atomic
def bring_back(stage: PackStage, *, by: User) -> None:
    """Offer a retired status again."""
    held = _held(stage)
    if not held.is_retired:
        return
    held.retired_on = None
    held.save(update_fields=["retired_on"])
    record("firm.pack_status_back", held.firm, sentence=f"Pack status {held.name} offered again", by=by)


def _held(stage: PackStage) -> PackStage:
    Firm.objects.select_for_update().get(pk=stage.firm_id)
    return PackStage.objects.select_related("firm").get(pk=stage.pk)


def _check_name(name: str, follows: str, *, but: PackStage | None) -> None:
    for other in PackStage.objects.exclude(pk=but.pk if but else 0):
        if other.name.casefold() == name.casefold():
            retired = " It is retired: bring it back instead." if other.is_retired else ""
            raise CannotChangeStage(f"There is a status “{other.name}” already.{retired}")
        if follows and other.follows == follows:
            raise CannotChangeStage(
                f"Packs move to “{other.name}” {other.get_follows_display()}. Let that one follow nothing first."
            )
