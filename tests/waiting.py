"""The tasks that wait for a worker, whichever engine holds them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import QuerySet


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingTask:
    """One task in the queue."""

    path: str
    args: list[Any]
    kwargs: dict[str, Any]
    queue: str
    run_after: datetime | None


def waiting_tasks() -> list[WaitingTask]:
    """Return what waits, in the order in which it was asked for."""
    if connection.vendor == "postgresql":
        waiting = _rows("procrastinate.ProcrastinateJob").filter(status="todo").order_by("pk")
        return [
            WaitingTask(queue=row.queue_name, run_after=row.scheduled_at, **_asked(row.args))
            for row in waiting
        ]
    waiting = _rows("django_tasks_database.DBTaskResult").filter(status="READY").order_by("enqueued_at")
    return [
        WaitingTask(
            path=row.task_path, queue=row.queue_name, run_after=row.run_after, **_asked(row.args_kwargs)
        )
        for row in waiting
    ]


def empty_queue() -> None:
    """Take everything out of the queue, as if it had lost its memory."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers RESTART IDENTITY CASCADE")
    else:
        _rows("django_tasks_database.DBTaskResult").delete()


def _rows(model: str) -> QuerySet[Any]:
    """Return the rows of a model that is there with one engine only."""
    rows: QuerySet[Any] = apps.get_model(model)._default_manager.all()
    return rows


def _asked(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: arguments[name] for name in ("path", "args", "kwargs") if name in arguments}
