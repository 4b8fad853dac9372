"""What the server knows of itself: which workers are alive, and how its backups went."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def alive(self, *, now: datetime) -> Self:
        return self.filter(beat_at__gt=now - Heartbeat.SILENCE)


class Heartbeat(models.Model):
    """One worker process. Not a firm's row: workers serve every firm."""

    EVERY = timedelta(seconds=5)
    SILENCE = timedelta(seconds=30)  # a worker that was not heard for so long counts as dead

    worker = models.CharField(max_length=60, primary_key=True)  # host and process, such as "web1:4711"
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField(db_index=True)

    objects = HeartbeatQuerySet.as_manager()

    def __str__(self) -> str:
        return self.worker


class Backup(models.Model):
    """One backup that was due. Not a firm's row: it holds every firm."""

    due_at = models.DateTimeField(unique=True)  # so that of several workers one takes it
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    name = models.CharField(max_length=120, blank=True)  # of the file
    size = models.PositiveBigIntegerField(default=0)  # bytes
    problem = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.due_at:%Y-%m-%d %H:%M} {self.name or self.problem}"


class DeletedFirm(models.Model):
    """That a firm was here and was deleted. It says nothing of what the firm or its people were called."""

    firm_number = models.BigIntegerField()
    deleted_at = models.DateTimeField()
    rows = models.PositiveBigIntegerField()
    files = models.PositiveBigIntegerField()
    activity_end = models.CharField(max_length=120, blank=True)  # as `verify_activity` prints it
    was_exported = models.BooleanField()

    def __str__(self) -> str:
        return f"firm {self.firm_number}, deleted {self.deleted_at:%Y-%m-%d}"
