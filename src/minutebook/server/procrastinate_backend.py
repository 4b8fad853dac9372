"""Django's tasks on PostgreSQL: each is one row of Procrastinate's queue.

The row is written on Django's own connection, so it commits or rolls back with whatever the caller was doing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError
from django.tasks import Task, TaskResult, TaskResultStatus
from django.tasks.backends.base import BaseTaskBackend
from django.tasks.exceptions import TaskResultDoesNotExist
from django.tasks.signals import task_enqueued
from django.utils import timezone
from django.utils.json import normalize_json
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from minutebook.activity.origin import current_origin

if TYPE_CHECKING:
    from procrastinate.contrib.django.models import ProcrastinateJob

type AnyTask = Task[..., Any]
type AnyResult = TaskResult[..., Any]

RUN = "minutebook.run"  # Procrastinate's name of its one task, which runs any of Django's

_STATUS = {
    "todo": TaskResultStatus.READY,
    "doing": TaskResultStatus.RUNNING,
    "succeeded": TaskResultStatus.SUCCESSFUL,
}  # every other end is a failure


class ProcrastinateBackend(BaseTaskBackend):
    """Tasks go into Procrastinate's queue, with their moment and their priority."""

    supports_defer = True
    supports_async_task = True
    supports_get_result = True
    supports_priority = True

    def enqueue[**P, R](
        self, task: Task[P, R], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> TaskResult[P, R]:
        """Put the task into the queue, in the caller's transaction. Arguments are JSON, else TypeError.

        Raises DatabaseError.
        """
        self.validate_task(task)
        sent_args: Any = normalize_json(list(args))  # JSON, whose type says nothing about its shape
        sent_kwargs: Any = normalize_json(kwargs)
        deferrer = app.configure_task(
            RUN, queue=task.queue_name, priority=task.priority, schedule_at=task.run_after
        )
        try:
            row = deferrer.defer(
                path=task.module_path,
                args=sent_args,
                kwargs=sent_kwargs,
                request_id=current_origin().request_id,
            )
        except ConnectorException as problem:  # it hides Django's own error, which callers know
            raise DatabaseError(str(problem.__cause__ or problem)) from problem
        result: TaskResult[P, R] = TaskResult(
            task=task,
            id=str(row),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=sent_args,
            kwargs=sent_kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        task_enqueued.send(type(self), task_result=result)
        return result

    def get_result(self, result_id: str) -> AnyResult:
        """Return where a task stands. Raises TaskResultDoesNotExist, also once it was cleared away."""
        from procrastinate.contrib.django.models import (  # noqa: PLC0415  # by now the apps are ready
            ProcrastinateEvent,
            ProcrastinateJob,
        )

        row = ProcrastinateJob.objects.filter(pk=int(result_id)).first() if result_id.isdecimal() else None
        if row is None:
            raise TaskResultDoesNotExist(result_id)
        events = ProcrastinateEvent.objects.filter(job=row).order_by("at").values_list("type", "at")
        return self._result(row, at=dict(events))  # the last of each type

    def _result(self, row: "ProcrastinateJob", *, at: dict[str, datetime | None]) -> AnyResult:
        task = task_at(row.args["path"]).using(
            priority=row.priority, queue_name=row.queue_name, run_after=row.scheduled_at
        )
        return TaskResult(
            task=task,
            id=str(row.pk),
            status=_STATUS.get(row.status, TaskResultStatus.FAILED),
            enqueued_at=at.get("deferred"),
            started_at=at.get("started"),
            finished_at=at.get(row.status),  # the event that ends a task is named as the status it leads to
            last_attempted_at=at.get("started"),
            args=row.args["args"],
            kwargs=row.args["kwargs"],
            backend=self.alias,
            errors=[],  # Procrastinate writes them to the log
            worker_ids=[],
        )


def task_at(path: str) -> AnyTask:
    """Return the task of that name. Raises ImportError when there is none, or it is something else."""
    task = import_string(path)
    if not isinstance(task, Task):
        raise ImportError(f"{path} is no task")  # noqa: TRY004  # its name led to something else
    return task
