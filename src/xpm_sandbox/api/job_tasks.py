"""Tasks of a job: adding, changing, completing, reordering, and looking for them across jobs."""

from sqlalchemy import ColumnElement, and_, select

from xpm_sandbox.api.body import Body
from xpm_sandbox.api.endpoint import Call, Routes
from xpm_sandbox.api.errors import Refused
from xpm_sandbox.api.job_fields import describe_job, describe_task, find_job, jobs_of
from xpm_sandbox.api.values import clean_uuid, read_date, read_whole
from xpm_sandbox.api.wire import Items, OnlyInJson, Tree
from xpm_sandbox.models.base import new_uuid
from xpm_sandbox.models.job import Job, JobTask
from xpm_sandbox.models.practice import LibraryTask

routes = Routes("job")


@routes.get("job.api/tasks")
def list_tasks(call: Call) -> Tree:
    """Jobs with those of their tasks that match, and no others."""
    wanted = _wanted(call)
    jobs = call.session.scalars(jobs_of(call).where(Job.tasks.any(wanted))).all()
    matching = set(call.session.scalars(select(JobTask.uuid).where(wanted)))
    described: list[Tree] = []
    for job in jobs:
        tasks = [describe_task(task) for task in job.tasks if task.uuid in matching]
        described.append(describe_job(call, job, detailed=False) | {"Tasks": Items("Task", tasks)})
    return {"Jobs": Items("Job", described)}


@routes.post("job.api/task", root="Task")
def add_task(call: Call) -> Tree:
    body = call.body
    job = find_job(call, body.require("Job"))
    library_task = call.session.get(LibraryTask, clean_uuid(body.require("TaskUUID")))
    if library_task is None or library_task.practice_uuid != call.practice.uuid:
        raise Refused("Invalid task identifier")
    body.require("EstimatedMinutes")
    task = JobTask(
        uuid=new_uuid(),
        position=max((task.position for task in job.tasks), default=0) + 1,
        library_task=library_task,
        label="",
        description=library_task.description,
    )
    _fill(task, body)
    job.tasks.append(task)
    return {"UUID": task.uuid}


@routes.put("job.api/task", root="Task")
def update_task(call: Call) -> Tree:
    task = _find(call, call.body.require("UUID", "TaskUUID"))
    _fill(task, call.body)
    return {"UUID": task.uuid}


@routes.put("job.api/task/<uuid>/complete")
def complete_task(call: Call, uuid: str) -> Tree:
    task = _find(call, uuid)
    task.completed = True
    return {"Job": OnlyInJson(describe_job(call, task.job))}


@routes.put("job.api/task/<uuid>/reopen")
def reopen_task(call: Call, uuid: str) -> Tree:
    task = _find(call, uuid)
    task.completed = False
    return {"Job": OnlyInJson(describe_job(call, task.job))}


@routes.put("job.api/reordertasks", root="Job")
def reorder_tasks(call: Call) -> Tree:
    """Put the named tasks first, in the order given; the others follow in theirs."""
    job = find_job(call, call.body.require("ID"))
    wanted = [clean_uuid(item.require("UUID")) for item in call.body.items("Tasks", "Task")]
    known = {task.uuid for task in job.tasks}
    if not set(wanted) <= known:
        raise Refused("Invalid task identifier")
    order = {uuid: position for position, uuid in enumerate(wanted)}
    for position, task in enumerate(
        sorted(job.tasks, key=lambda task: order.get(task.uuid, len(order))), start=1
    ):
        task.position = position
    call.session.flush()
    call.session.refresh(job)
    return {"Job": describe_job(call, job)}


def _wanted(call: Call) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [JobTask.uuid.is_not(None)]
    if complete := call.query.get("complete"):
        conditions.append(JobTask.completed.is_(complete.lower() == "true"))
    if due := call.query.get("due"):
        conditions.append(JobTask.due_date <= read_date(due, element="due"))
    if start := call.query.get("start"):
        conditions.append(JobTask.start_date >= read_date(start, element="start"))
    return and_(*conditions)


def _find(call: Call, uuid: str) -> JobTask:
    task = call.session.get(JobTask, clean_uuid(uuid))
    if task is None or task.job.practice_uuid != call.practice.uuid or task.job.is_deleted:
        raise Refused("Invalid task identifier")
    return task


def _fill(task: JobTask, body: Body) -> None:
    for name, attribute in (("Label", "label"), ("Description", "description")):
        if (text := body.text(name)) is not None:
            setattr(task, attribute, text)
    if text := body.text("EstimatedMinutes"):
        task.estimated_minutes = read_whole(text, element="EstimatedMinutes")
    if text := body.text("StartDate"):
        task.start_date = read_date(text, element="StartDate")
    if text := body.text("DueDate"):
        task.due_date = read_date(text, element="DueDate")
