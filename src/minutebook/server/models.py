"""Signs of life: how the web process knows that a worker is there."""

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
