"""Making one contact of two, and two again.

Whatever points at the absorbed contact is pointed at the kept one, and written down; the absorbed one stays as a
row that nobody sees. Undoing points back what still points at the kept one, and gives the kept one its own
particulars back where nobody has changed them since.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import models, transaction

from minutebook.activity.models import record
from minutebook.contacts.models import Contact, ContactMerge, KeptApart, OwnContact
from minutebook.firms.models import User

# What one contact may take over from the other. Its name goes together with the parts it is made of.
PARTICULARS = (
    "name", "title", "gender", "former_names", "born_on", "birth_place", "acn", "abn", "director_id", "email",
    "phone", "address", "postal_address",
)  # fmt: skip
_PARTS_OF_NAME = ("given_names", "family_name")
_NUMBERS = (("acn", "ACN"), ("director_id", "director ID"))

type Obstacles = Callable[[Contact, Contact], list[str]]
_obstacles: list[Obstacles] = []


class CannotMerge(Exception):
    """The two cannot become one as they stand; the message says why and what to do first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One particular of two contacts. `is_kept` is whether the kept one's stands unless somebody chooses."""

    name: str  # such as "born_on"
    label: str
    kept: Any
    absorbed: Any

    @property
    def differs(self) -> bool:
        return bool(self.absorbed) and self.kept != self.absorbed

    @property
    def is_kept(self) -> bool:
        return bool(self.kept) or not self.absorbed


def tell_obstacles(obstacles: Obstacles) -> None:
    """Register what a package above knows against making two contacts one. Call once, when apps are ready."""
    _obstacles.append(obstacles)


def obstacles_between(kept: Contact, absorbed: Contact) -> list[str]:
    """Return why two contacts cannot become one; [] when nothing stands against it."""
    return [
        *_own_obstacles(kept, absorbed),
        *(sentence for tell in _obstacles for sentence in tell(kept, absorbed)),
    ]


def differences_between(kept: Contact, absorbed: Contact) -> list[Difference]:
    """Return every particular in which at least one of the two says something."""
    pairs = [
        Difference(
            name=name, label=_label_of(name), kept=getattr(kept, name), absorbed=getattr(absorbed, name)
        )
        for name in PARTICULARS
    ]
    return [pair for pair in pairs if pair.kept or pair.absorbed]


def uses_to_move(absorbed: Contact) -> int:
    """Return how many rows point at a contact and would be pointed at another."""
    return sum(found.count() for _, found in _pointing_at(absorbed))


@transaction.atomic
def merge(
    kept: Contact, absorbed: Contact, *, taking: frozenset[str], by: User, now: datetime
) -> ContactMerge:
    """Make one of two: `taking` names the particulars that come from the absorbed one.

    Raises CannotMerge.
    """
    _lock(kept, absorbed)
    if sentences := obstacles_between(kept, absorbed):
        raise CannotMerge(" ".join(sentences))
    done = ContactMerge.objects.create(
        kept=kept,
        absorbed=absorbed,
        moved=list(_point_elsewhere(absorbed, kept)),
        taken=_take(kept, absorbed, taking),
        merged_by=by,
        merged_at=now,
    )
    Contact.with_merged.filter(pk=absorbed.pk).update(merged_into=kept)
    record(
        "contact.merged",
        kept,
        sentence=f"{absorbed.name} merged into {kept.name}",
        by=by,
        absorbed=absorbed.pk,
        moved=len(done.moved),
        taken=done.taken,
    )
    return done


@transaction.atomic
def undo_merge(done: ContactMerge, *, by: User, now: datetime) -> ContactMerge:
    """Part two contacts that were made one. What has come to the kept one since stays with it.

    Raises CannotMerge when it was undone already, or the kept one has itself been merged since.
    """
    done = ContactMerge.objects.select_for_update().get(pk=done.pk)
    kept = Contact.with_merged.get(pk=done.kept_id)
    if done.undone_at:
        raise CannotMerge("This merge was undone already.")
    if kept.merged_into_id is not None:
        raise CannotMerge(f"{kept.name} was merged into another contact since. Undo that merge first.")
    Contact.with_merged.filter(pk=done.absorbed_id).update(merged_into=None)
    _point_back(done)
    _give_back(kept, done.taken)
    done.undone_by, done.undone_at = by, now
    done.save(update_fields=["undone_by", "undone_at"])
    record("contact.parted", kept, sentence=f"Merge into {kept.name} undone", by=by, merge=done.pk)
    return done


def keep_apart(one: Contact, other: Contact, *, by: User, now: datetime) -> None:
    """Say that two contacts are two; they are not suggested again."""
    first, second = sorted((one, other), key=lambda contact: contact.pk)
    _, is_new = KeptApart.objects.get_or_create(
        first=first, second=second, defaults={"said_by": by, "said_at": now}
    )
    if is_new:
        record("contact.kept_apart", first, sentence=f"{first.name} and {second.name} kept apart", by=by)


def _own_obstacles(kept: Contact, absorbed: Contact) -> Iterator[str]:
    if kept.pk == absorbed.pk:
        yield "A contact cannot be merged into itself. Choose another."
    for contact in (kept, absorbed):
        if contact.merged_into_id is not None:
            yield f"{contact.name} was merged into another contact already."
    if kept.kind != absorbed.kind:
        yield (
            f"One is of the kind {kept.get_kind_display()}, the other {absorbed.get_kind_display()}. "
            "Only contacts of one kind can be merged."
        )
    for name, label in _NUMBERS:
        mine, yours = getattr(kept, name), getattr(absorbed, name)
        if mine and yours and mine != yours:
            yield f"They have different {label}s, so they are two. Correct the wrong one first."
    yield from _joint_obstacles(kept, absorbed)


def _joint_obstacles(kept: Contact, absorbed: Contact) -> Iterator[str]:
    shared = set(kept.held_jointly_as.values_list("joint_id", flat=True)) & set(
        absorbed.held_jointly_as.values_list("joint_id", flat=True)
    )
    for joint in Contact.objects.filter(pk__in=shared):
        yield f"Both are named in {joint.name}. Take one of them out of it first."
    if kept.kind == Contact.Kind.JOINT and _holders(kept) != _holders(absorbed):
        yield "They are held by different people, so they are two."


def _holders(joint: Contact) -> list[int]:
    return sorted(joint.joint_holders.values_list("holder_id", flat=True))


def _lock(kept: Contact, absorbed: Contact) -> None:
    """Take both rows in the order of their numbers, so that two merges cannot wait for each other."""
    both = sorted((kept.pk, absorbed.pk))
    list(Contact.with_merged.select_for_update().filter(pk__in=both).order_by("pk"))
    for contact in (kept, absorbed):
        contact.refresh_from_db(from_queryset=Contact.with_merged.all())


def _pointing_at(contact: Contact) -> Iterator[tuple[str, models.QuerySet[Any]]]:
    """Yield every foreign key to contacts with the rows that hold this one."""
    for relation in Contact._meta.related_objects:
        model, field = relation.related_model, relation.field.name
        # The holders of a joint contact are its own parts, not uses of it.
        if model in {Contact, ContactMerge, KeptApart, OwnContact} or field == "joint":
            continue
        yield field, model._base_manager.filter(firm_id=contact.firm_id, **{field: contact})


def _point_elsewhere(absorbed: Contact, kept: Contact) -> Iterator[tuple[str, str, int]]:
    for field, found in _pointing_at(absorbed):
        pks = list(found.values_list("pk", flat=True))
        found.model._base_manager.filter(pk__in=pks).update(**{field: kept})
        yield from ((found.model._meta.label, field, pk) for pk in pks)


def _point_back(done: ContactMerge) -> None:
    fields = {(found.model._meta.label, field): found for field, found in _pointing_at(done.kept)}
    for label, field, pk in done.moved:
        found = fields.get((label, field))
        if found is not None:  # else the field has gone since, with a version
            found.filter(pk=pk).update(**{field: done.absorbed_id})


def _take(kept: Contact, absorbed: Contact, taking: frozenset[str]) -> Mapping[str, list[Any]]:
    names = [name for name in PARTICULARS if name in taking]
    if "name" in names:
        names += _PARTS_OF_NAME
    taken = {name: [_stored(kept, name), _stored(absorbed, name)] for name in names}
    for name in names:
        setattr(kept, name, getattr(absorbed, name))
    kept.save()
    return {name: pair for name, pair in taken.items() if pair[0] != pair[1]}


def _give_back(kept: Contact, taken: Mapping[str, list[Any]]) -> None:
    for name, (before, after) in taken.items():
        if _stored(kept, name) == after:
            field = cast("models.Field[Any, Any]", Contact._meta.get_field(name))
            setattr(kept, field.attname, field.to_python(before))
    kept.save()


def _stored(contact: Contact, name: str) -> Any:
    """Return a particular as JSON keeps it: an address by its number, a date as text."""
    value = getattr(contact, cast("models.Field[Any, Any]", Contact._meta.get_field(name)).attname)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _label_of(name: str) -> str:
    field = cast("models.Field[Any, Any]", Contact._meta.get_field(name))
    label = str(field.verbose_name)
    return _LABELS.get(name, label[0].upper() + label[1:])


_LABELS = {"born_on": "Date of birth", "birth_place": "Place of birth"}
