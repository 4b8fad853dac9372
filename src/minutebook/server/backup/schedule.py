"""The backup of every day: which moment is due, who takes it, how many are kept, and who hears when it fails."""

import logging
import re
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.tasks import task
from django.utils import timezone

from minutebook.firms.models import Membership
from minutebook.server.backup.take import take_backup
from minutebook.server.models import Backup
from minutebook.server.ports import CannotStart

logger = logging.getLogger(__name__)

_AGAIN = timedelta(hours=1)  # after a failure
_LOST = timedelta(hours=6)  # a backup that takes longer was lost with its worker
_OURS = re.compile(r"minutebook-\d{8}-\d{6}\.tar\.gz(\.encrypted)?")


def back_up_if_due(now: datetime) -> bool:
    """Have a worker take the backup that is due, if none has; return whether."""
    if settings.BACKUP_FOLDER is None:
        return False
    due_at = latest_due(settings.BACKUP_AT, now=now)
    try:
        with transaction.atomic():
            backup, is_new = Backup.objects.get_or_create(due_at=due_at, defaults={"begun_at": now})
            if not is_new and not _retry(backup, now):
                return False
            take_scheduled.enqueue(backup.pk)
    except IntegrityError:
        return False  # another worker was faster
    return True


def latest_due(at: str, *, now: datetime) -> datetime:
    """Return the latest moment at which "02:30 Australia/Melbourne" was. Raises ValueError in a sentence."""
    clock, _, zone_name = at.partition(" ")
    try:
        moment, zone = time.fromisoformat(clock), ZoneInfo(zone_name.strip() or "Australia/Melbourne")
    except (ValueError, ZoneInfoNotFoundError) as problem:
        raise ValueError(
            f"MINUTEBOOK_BACKUP_AT is “{at}”; write it as “02:30 Australia/Melbourne”."
        ) from problem
    today = datetime.combine(now.astimezone(zone).date(), moment, tzinfo=zone)
    return today if today <= now else datetime.combine(today.date() - timedelta(days=1), moment, tzinfo=zone)


@task(queue_name="default")
def take_scheduled(backup_id: int) -> None:
    """Take one backup, say how it went, and delete those that are too old."""
    backup, folder = Backup.objects.get(pk=backup_id), settings.BACKUP_FOLDER
    if folder is None:
        return  # it was switched off since
    told = bool(backup.problem)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        taken = take_backup(folder, now=timezone.now(), passphrase=settings.BACKUP_PASSPHRASE)
    except (CannotStart, OSError) as problem:
        backup.problem = str(problem)
    else:
        backup.problem, backup.name, backup.size = "", taken.path.name, taken.size
        _delete_old(folder)
    backup.finished_at = timezone.now()
    backup.save()
    if backup.problem:
        logger.error("The backup of every day failed: %s", backup.problem)
        if not told:
            _tell(backup)


def _retry(backup: Backup, now: datetime) -> bool:
    """Begin a backup again that failed an hour ago, or whose worker died; return whether."""
    failed = bool(backup.problem) and backup.finished_at is not None and backup.finished_at <= now - _AGAIN
    lost = backup.finished_at is None and backup.begun_at <= now - _LOST
    if not (failed or lost):
        return False
    waiting = Backup.objects.filter(pk=backup.pk, begun_at=backup.begun_at)
    return bool(waiting.update(begun_at=now, finished_at=None))


def _delete_old(folder: Path) -> None:
    ours = sorted(path for path in folder.iterdir() if _OURS.fullmatch(path.name))
    for path in ours[: -max(1, settings.BACKUP_KEEP)]:
        path.unlink()


def _tell(backup: Backup) -> None:
    """Write to every administrator: a backup that quietly stopped is found out on the worst day."""
    administrators = Membership.everywhere.filter(role=Membership.Role.ADMINISTRATOR, user__is_active=True)
    addresses = sorted(set(administrators.values_list("user__email", flat=True)))
    text = (
        f"The backup of every day failed.\n\n{backup.problem}\n\nIt is tried again every hour. "
        f"{settings.PUBLIC_URL}/settings/safe-keeping/ shows how it stands."
    )
    for address in addresses:
        try:
            send_mail("Minutebook could not be backed up", text, None, [address])
        except OSError:
            logger.exception("The mail about the backup was not sent")
