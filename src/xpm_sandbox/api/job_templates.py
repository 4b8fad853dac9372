"""What a template gives to a job: copies of its tasks, milestones and costs."""

from datetime import timedelta

from xpm_sandbox.api.endpoint import Call
from xpm_sandbox.api.errors import Refused
from xpm_sandbox.api.values import clean_uuid
from xpm_sandbox.models.job import Job, JobCost, JobTask, Milestone
from xpm_sandbox.models.practice import Template


def find_template(call: Call, uuid: str) -> Template:
    template = call.session.get(Template, clean_uuid(uuid))
    if template is None or template.practice_uuid != call.practice.uuid:
        raise Refused("Invalid job template identifier")
    return template


def apply_template(job: Job, template: Template, *, append_existing: bool = False) -> None:
    """Copy the template onto the job; with `append_existing`, equal tasks are merged, not doubled."""
    _copy_tasks(job, template, append_existing=append_existing)
    for position, milestone in enumerate(template.milestones, start=len(job.milestones) + 1):
        job.milestones.append(
            Milestone(
                position=position,
                description=milestone.description,
                due_on=job.start_date + timedelta(days=milestone.days),
            )
        )
    for position, cost in enumerate(template.costs, start=len(job.costs) + 1):
        job.costs.append(
            JobCost(
                position=position,
                incurred_on=job.start_date,
                description=cost.description,
                code=cost.code,
                quantity=cost.quantity,
                unit_cost=cost.unit_cost,
                unit_price=cost.unit_price,
                billable=cost.billable,
            )
        )


def _copy_tasks(job: Job, template: Template, *, append_existing: bool) -> None:
    known = {task.library_task_uuid: task for task in job.tasks}
    for task in template.tasks:
        if append_existing and task.library_task_uuid in known:
            known[task.library_task_uuid].estimated_minutes += task.estimated_minutes
            continue
        job.tasks.append(
            JobTask(
                position=len(job.tasks) + 1,
                library_task=task.library_task,
                description=task.library_task.description,
                estimated_minutes=task.estimated_minutes,
                billable=task.billable,
            )
        )
