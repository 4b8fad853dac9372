"""Who has a pack open at the moment, so that two people know of each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.production.models import PackVisit

_GONE_AFTER = timedelta(seconds=75)  # pages are heard of every 20 seconds
_A_MOMENT = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visitor:
    """Somebody else who has the pack open."""

    name: str
    seen: str  # "a moment ago", "a minute ago"


def come_by(pack: DocumentPack, *, visitor: User, now: datetime) -> None:
    """Note that somebody has the pack open now."""
    if PackVisit.objects.filter(pack=pack, visitor=visitor).update(seen_at=now):
        return
    try:
        with transaction.atomic():
            PackVisit.objects.create(pack=pack, visitor=visitor, seen_at=now)
    except IntegrityError:  # another page of theirs was first
        PackVisit.objects.filter(pack=pack, visitor=visitor).update(seen_at=now)


def others_here(pack: DocumentPack, *, visitor: User, now: datetime) -> Sequence[Visitor]:
    """Return who else has the pack open, whoever was heard of last first."""
    visits = PackVisit.objects.filter(pack=pack, seen_at__gt=now - _GONE_AFTER).exclude(visitor=visitor)
    return [
        Visitor(
            name=visit.visitor.name,
            seen="a moment ago" if now - visit.seen_at < _A_MOMENT else "a minute ago",
        )
        for visit in visits.select_related("visitor").order_by("-seen_at")
    ]
