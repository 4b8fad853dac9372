"""Every night, at two in the morning of each firm, what is older than the firm keeps it is removed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.tasks import task
from django.utils import timezone

from minutebook.activity.models import record
from minutebook.firms.models import Firm
from minutebook.retention.kinds import Kind, kinds
from minutebook.retention.models import Retention, retention_of_firm
from minutebook.retention.nights import latest_night, next_night
from minutebook.scope import firm_scope


def apply_if_night(now: datetime) -> int:
    """Have a worker apply the settings of every firm whose night has come; return of how many.

    A firm that is new here waits for its next night, so that somebody can look at the settings before.
    """
    told = 0
    for firm in Firm.objects.order_by("pk"):
        with firm_scope(firm.pk):
            told += _claim(firm, now)
    return told


@task(queue_name="default")
def apply_in_background(firm_id: int) -> None:
    """Remove what one firm keeps no longer."""
    with firm_scope(firm_id):
        apply_retention(Firm.objects.get(pk=firm_id), now=timezone.now())


def apply_retention(firm: Firm, *, now: datetime) -> dict[str, int]:
    """Remove what the firm keeps no longer, and record it; return how many of each kind went."""
    chosen, gone = retention_of_firm(), {}
    for kind in kinds():
        days = chosen.days_of(kind)
        with transaction.atomic():
            count = kind.remove(kind.old(before=now - timedelta(days=days)), now) if days else 0
            if count:
                sentence = f"{kind.title}: {count:,} older than {days:,} days removed"
                record(
                    "retention.applied",
                    firm,
                    sentence=sentence,
                    by=None,
                    kind=kind.code,
                    count=count,
                    days=days,
                )
                gone[kind.code] = count
    return gone


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreseen:
    """What goes next of one kind. `at` is None when nothing will."""

    kind: Kind
    days: int
    count: int
    at: datetime | None


def foresee(firm: Firm, *, now: datetime) -> list[Foreseen]:
    """Return, of every kind, when something goes next and how many then."""
    chosen, zone = retention_of_firm(), ZoneInfo(firm.time_zone)
    return [_foreseen(kind, days=chosen.days_of(kind), now=now, zone=zone) for kind in kinds()]


def _foreseen(kind: Kind, *, days: int, now: datetime, zone: ZoneInfo) -> Foreseen:
    oldest = kind.oldest_at() if days else None
    if oldest is None:
        return Foreseen(kind=kind, days=days, count=0, at=None)
    length = timedelta(days=days)
    night = next_night(max(now, oldest + length), zone=zone)
    return Foreseen(kind=kind, days=days, count=kind.old(before=night - length).count(), at=night)


def _claim(firm: Firm, now: datetime) -> bool:
    """Mark the night as begun, and tell a worker; return whether this call did."""
    try:
        with transaction.atomic():
            chosen, _ = Retention.objects.get_or_create(firm=firm, defaults={"applied_at": now})
            if chosen.applied_at is None:  # somebody chose before the first night
                Retention.objects.filter(pk=chosen.pk).update(applied_at=now)
                return False
            night = latest_night(now, zone=ZoneInfo(firm.time_zone))
            if not Retention.objects.filter(Q(applied_at__lt=night), pk=chosen.pk).update(applied_at=now):
                return False
            apply_in_background.enqueue(firm.pk)
    except IntegrityError:
        return False  # another worker was faster
    return True
