"""Finished tasks and sessions that have ended are cleared away, or their tables grow for ever."""

from datetime import datetime, timedelta

from django.apps import apps
from django.db import connection

_KEPT = timedelta(hours=48)  # long enough to look into what failed


def clear_finished(now: datetime) -> int:
    """Clear what has ended; return how many tasks. Procrastinate's engine clears its own."""
    apps.get_model("sessions.Session")._default_manager.filter(expire_date__lt=now).delete()  # noqa: SLF001
    if connection.vendor == "postgresql":
        return 0
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415  # needs its app installed

    count, _ = DBTaskResult.objects.finished().filter(finished_at__lt=now - _KEPT).order_by().delete()
    return count
