"""Who works on a job: staff, task by task, manager and partner."""

from xpm_sandbox.api.body import Body
from xpm_sandbox.api.endpoint import Call, Routes
from xpm_sandbox.api.errors import Refused
from xpm_sandbox.api.job_fields import describe_job, find_job
from xpm_sandbox.api.staff import find_staff
from xpm_sandbox.api.values import clean_uuid
from xpm_sandbox.api.wire import Tree
from xpm_sandbox.models.job import Job
from xpm_sandbox.models.practice import Staff

routes = Routes("job")


@routes.put("job.api/assign", root="Job")
def assign(call: Call) -> Tree:
    """Carry out every operation of the body, or none of them."""
    body = call.body
    job = find_job(call, body.require("ID"))
    uuid = body.text("UUID")
    if uuid and clean_uuid(uuid) != job.uuid:
        raise Refused("Invalid job identifier")
    for operation in body.all("remove"):
        _take_off(call, job, operation)
    for operation in body.all("add"):
        _put_on(call, job, operation)
    if body.has("remove-manager"):
        job.manager = None
    if body.has("remove-partner"):
        job.partner = None
    for operation in body.all("add-manager"):
        job.manager = _staff_of(call, operation, request="add-manager")
    for operation in body.all("add-partner"):
        job.partner = _staff_of(call, operation, request="add-partner")
    call.session.flush()
    call.session.refresh(job)
    return {"Job": describe_job(call, job)}


def _put_on(call: Call, job: Job, operation: Body) -> None:
    staff = _staff_of(call, operation, request="add")
    assigned = _assigned_to(job, operation)
    if staff not in assigned:
        assigned.append(staff)
    if assigned is not job.assigned and staff not in job.assigned:
        job.assigned.append(staff)  # whoever works on a task works on the job


def _take_off(call: Call, job: Job, operation: Body) -> None:
    staff = _staff_of(call, operation, request="remove")
    assigned = _assigned_to(job, operation)
    if staff in assigned:
        assigned.remove(staff)


def _staff_of(call: Call, operation: Body, *, request: str) -> Staff:
    """Attributes may be spelt uuid or id, as the vendor's own examples do."""
    staff = find_staff(call, operation.text("uuid", "id") or "")
    if staff is None:
        raise Refused(f"Invalid staff identifier for {request} request")
    return staff


def _assigned_to(job: Job, operation: Body) -> list[Staff]:
    """Return the staff of the task that the operation names, or of the job."""
    uuid = operation.text("task-uuid", "task-id")
    if not uuid:
        return job.assigned
    for task in job.tasks:
        if task.uuid == clean_uuid(uuid):
            return task.assigned
    raise Refused("Invalid task identifier")
