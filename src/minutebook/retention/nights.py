"""When what is too old goes: at two in the morning of the firm. No database, no clock."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_AT = time(2)


def latest_night(now: datetime, *, zone: ZoneInfo) -> datetime:
    """Return the latest two in the morning that has been."""
    here = now.astimezone(zone)
    tonight = datetime.combine(here.date(), _AT, tzinfo=zone)
    return tonight if tonight <= here else datetime.combine(here.date() - timedelta(days=1), _AT, tzinfo=zone)


def next_night(now: datetime, *, zone: ZoneInfo) -> datetime:
    """Return the next two in the morning."""
    return datetime.combine(latest_night(now, zone=zone).date() + timedelta(days=1), _AT, tzinfo=zone)
