"""django-tasks-db's queue, whose rows also say which request put them there."""

from typing import Any

from django.tasks import Task
from django.utils.json import normalize_json
from django_tasks_db.backend import DatabaseBackend

from minutebook.activity.origin import current_origin

REQUEST_ID = "request_id"  # beside the arguments of a task


class SQLiteBackend(DatabaseBackend):
    """Keeps the request's id beside the arguments, in the one INSERT."""

    def _task_to_db_task(self, task: Task[..., Any], args: Any, kwargs: Any) -> Any:
        from django_tasks_db.models import DBTaskResult  # noqa: PLC0415  # tasks are declared before models are ready

        kept = {"args": args, "kwargs": kwargs, REQUEST_ID: current_origin().request_id}
        return DBTaskResult.objects.create(
            id=self._get_id(),
            args_kwargs=normalize_json(kept),
            priority=task.priority,
            task_path=task.module_path,
            queue_name=task.queue_name,
            run_after=task.run_after,  # type: ignore[misc]  # its own save() turns None into the far future
            backend_name=self.alias,
        )
