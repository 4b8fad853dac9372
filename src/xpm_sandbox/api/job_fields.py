"""A job as the API shows it: in full, or as lists do."""

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from xpm_sandbox.api.client_fields import client_reference
from xpm_sandbox.api.endpoint import Call
from xpm_sandbox.api.errors import Refused
from xpm_sandbox.api.staff import staff_reference
from xpm_sandbox.api.wire import Items, OnlyInJson, Tree
from xpm_sandbox.models.job import Job, JobNote, JobTask, Milestone


def describe_job(call: Call, job: Job, *, detailed: bool = True) -> Tree:
    tree: Tree = {
        "ID": job.number,
        "UUID": job.uuid,
        "Name": job.name,
        "Description": job.description,
        "State": job.state.name,
        "ClientOrderNumber": job.client_order_number,
        "Budget": job.budget,
        "Type": job.category.name if job.category else None,
        "StartDate": job.start_date,
        "DueDate": job.due_date,
        "CompletedDate": job.completed_date,
        "Client": client_reference(job.client),
        "Contact": {"UUID": job.contact.uuid, "Name": job.contact.name} if job.contact else None,
        "InternalID": str(job.internal_id),
        "Manager": staff_reference(job.manager),
        "Partner": staff_reference(job.partner),
        "Assigned": Items("Staff", [staff_reference(staff) for staff in job.assigned]),
    }
    if detailed:
        tree["Tasks"] = Items("Task", [describe_task(task) for task in job.tasks])
        tree["Milestones"] = Items("Milestone", [_describe_milestone(one) for one in job.milestones])
        tree["Notes"] = Items("Note", [_describe_note(note) for note in job.notes])
    tree["WebUrl"] = OnlyInJson(job_web_url(call, job))
    return tree


def describe_task(task: JobTask) -> Tree:
    return {
        "UUID": task.uuid,
        "TaskUUID": task.library_task_uuid,
        "Name": task.name,
        "Description": task.description,
        "EstimatedMinutes": task.estimated_minutes,
        "ActualMinutes": task.actual_minutes,
        "Completed": task.completed,
        "Billable": task.billable,
        "Folder": task.folder,
        "StartDate": task.start_date,
        "DueDate": task.due_date,
        "Assigned": Items("Staff", [staff_reference(staff) for staff in task.assigned])
        if task.assigned
        else None,
    }


def find_job(call: Call, number: str) -> Job:
    """Return the practice's job by its printed number, or by its UUID. Raises Refused."""
    text = number.strip()
    job = call.session.scalar(
        jobs_of(call).where(or_(Job.number == text.upper(), Job.number == text, Job.uuid == text.lower()))
    )
    if job is None:
        raise Refused("Invalid job identifier")
    return job


def jobs_of(call: Call) -> Select[Job]:
    """Select the practice's jobs in the order of their creation."""
    return (
        select(Job)
        .where(Job.practice_uuid == call.practice.uuid, Job.is_deleted.is_(False))
        .options(joinedload(Job.state), joinedload(Job.client), selectinload(Job.assigned))
        .order_by(Job.internal_id)
    )


def job_web_url(call: Call, job: Job) -> str:
    return f"{call.origin}/practices/{call.practice.uuid}/jobs/{job.number}"


def _describe_milestone(milestone: Milestone) -> Tree:
    return {
        "UUID": milestone.uuid,
        "Date": milestone.due_on,
        "Description": milestone.description,
        "Completed": milestone.completed,
        "Folder": milestone.folder,
    }


def _describe_note(note: JobNote) -> Tree:
    return {
        "UUID": note.uuid,
        "Title": note.title,
        "Text": note.text,
        "Folder": note.folder,
        "Date": note.noted_at,
        "CreatedBy": note.created_by,
        "Comments": Items("Comment", []),
    }
