"""The one task that Procrastinate knows: run a task of Django's."""

from typing import Any

from django.tasks import TaskContext
from procrastinate import JobContext
from procrastinate.contrib.django import app

from minutebook.activity.origin import from_task
from minutebook.server.procrastinate_backend import RUN, task_at


@app.task(name=RUN, pass_context=True)
def run(
    context: JobContext, *, path: str, args: list[Any], kwargs: dict[str, Any], request_id: str = ""
) -> None:
    """Run the task at `path`. What it returns is not kept: our tasks leave their results in their own rows."""
    task = task_at(path)
    with from_task(task.name, request_id=request_id):
        if task.takes_context:
            result = task.get_backend().get_result(str(context.job.id))
            task.call(TaskContext(task_result=result), *args, **kwargs)
        else:
            task.call(*args, **kwargs)
