"""What the practice has set up: categories, templates, task library, job states. Read only."""

from sqlalchemy import select

from xpm_sandbox.api.endpoint import Call, Routes
from xpm_sandbox.api.errors import Refused
from xpm_sandbox.api.values import clean_uuid
from xpm_sandbox.api.wire import Items, Tree
from xpm_sandbox.models.practice import Category, JobState, LibraryTask, Template

routes = Routes()
state_routes = Routes("job")


@routes.get("category.api/list")
def list_categories(call: Call) -> Tree:
    return {"Categories": Items("Category", _named(call, Category))}


@routes.get("template.api/list")
def list_templates(call: Call) -> Tree:
    """Names only: what a template holds is seen once it is used."""
    return {"Templates": Items("Template", _named(call, Template))}


@state_routes.get("jobstate.api/list")
def list_job_states(call: Call) -> Tree:
    """Names only: the codes that `job.api/state` wants are on the sandbox's page of states."""
    return {"JobStates": Items("JobState", _named(call, JobState))}


@routes.get("task.api/list")
def list_tasks(call: Call) -> Tree:
    mine = select(LibraryTask).where(LibraryTask.practice_uuid == call.practice.uuid)
    found = call.session.scalars(mine.order_by(LibraryTask.position))
    return {"TaskList": Items("Task", [_describe_task(task) for task in found])}


@routes.get("task.api/get/<uuid>")
def get_task(call: Call, uuid: str) -> Tree:
    task = call.session.get(LibraryTask, clean_uuid(uuid))
    if task is None or task.practice_uuid != call.practice.uuid:
        raise Refused("Invalid task identifier")
    return {"Task": _describe_task(task)}


def _named[T: (Category, Template, JobState)](call: Call, table: type[T]) -> list[Tree]:
    mine = select(table).where(table.practice_uuid == call.practice.uuid).order_by(table.position)
    return [{"UUID": row.uuid, "Name": row.name} for row in call.session.scalars(mine)]


def _describe_task(task: LibraryTask) -> Tree:
    return {"UUID": task.uuid, "Name": task.name, "Description": task.description}
