"""The order of a pack's documents: as the user has put them, followed by everything that leaves the pack.

The rules are plain lists in and out; what is asked for is relative ("before the cover letter"), so that two
people who move different documents both get what they asked for.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from enum import Enum

from django.db import transaction

from minutebook.activity.models import record
from minutebook.documents.models import Document, DocumentPack
from minutebook.documents.produce import usual_place
from minutebook.firms.models import User
from minutebook.production.saving import touch


class Move(Enum):
    """Where a document goes: one place up or down."""

    UP = "up"
    DOWN = "down"


def moved[K: Hashable](order: Sequence[K], one: K, move: Move) -> list[K]:
    """Return the order with one a place further up or down; at the end of the list it stays."""
    place = order.index(one) + (-1 if move == Move.UP else 1)
    rest = [other for other in order if other != one]
    place = min(max(place, 0), len(rest))
    return [*rest[:place], one, *rest[place:]]


def placed_before[K: Hashable](order: Sequence[K], one: K, other: K | None) -> list[K]:
    """Return the order with one right before the other, or last. Nothing moves before itself or what is gone."""
    if other is None:
        return [*(each for each in order if each != one), one]
    if other == one or other not in order:
        return list(order)
    rest = [each for each in order if each != one]
    place = rest.index(other)
    return [*rest[:place], one, *rest[place:]]


def merged[K: Hashable](order: Sequence[K], usual: Sequence[K]) -> list[K]:
    """Return an order kept by a user with what is new put in: after whatever comes before it as a rule."""
    result = list(order)
    for place, one in enumerate(usual):
        if one in result:
            continue
        before = next((each for each in reversed(usual[:place]) if each in result), None)
        result.insert(result.index(before) + 1 if before is not None else 0, one)
    return result


@transaction.atomic
def move_document(document: Document, move: Move, *, by: User, now: datetime) -> int:
    """Move a document one place; return its place, from 1."""
    return _keep(document, lambda order: moved(order, document.pk, move), by=by, now=now)


@transaction.atomic
def place_document(document: Document, *, before: int | None, by: User, now: datetime) -> int:
    """Put a document right before another, named by its number, or last; return its place, from 1."""
    return _keep(document, lambda order: placed_before(order, document.pk, before), by=by, now=now)


@transaction.atomic
def restore_usual_order(pack: DocumentPack, *, by: User, now: datetime) -> None:
    """Put the documents back in the order they come in as a rule, the user's own files last."""
    held = DocumentPack.objects.select_for_update().get(pk=pack.pk)
    documents = list(held.documents.order_by("position"))
    _number(usual_order(documents))
    record("document.reordered", held, sentence="Documents put back in the usual order", by=by)
    touch(held.pk, by=by, now=now)


def usual_order(documents: Sequence[Document]) -> list[Document]:
    """Return the documents as a new pack would list them."""
    return sorted(
        documents, key=lambda each: (each.is_own_file, *usual_place(each.code, each.subject), each.position)
    )


def number_documents(pack: DocumentPack, *, first: Document | None = None) -> None:
    """Close the gaps in the numbering; `first` goes before another that has its number."""
    documents = pack.documents.order_by("position", "pk")
    _number(sorted(documents, key=lambda each: (each.position, each != first)))


def _keep(document: Document, rule: Callable[[list[int]], list[int]], *, by: User, now: datetime) -> int:
    held = DocumentPack.objects.select_for_update().get(pk=document.pack_id)
    documents = {each.pk: each for each in held.documents.order_by("position")}
    order = rule(list(documents))
    if order != list(documents):
        _number([documents[pk] for pk in order])
        place = order.index(document.pk) + 1
        sentence = f"{document.title} moved to place {place}"
        record("document.reordered", held, sentence=sentence, by=by, document=document.pk)
        touch(held.pk, by=by, now=now)
    return order.index(document.pk) + 1


def _number(documents: Sequence[Document]) -> None:
    changed = [each for place, each in enumerate(documents, start=1) if each.position != place]
    for place, each in enumerate(documents, start=1):
        each.position = place
    Document.objects.bulk_update(changed, ["position"])
