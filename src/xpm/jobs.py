"""Jobs: add one, read one or a client's, put staff on it, move it to a state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xpm.calls import Calls, nothing, segment
from xpm.xml import (
    Element,
    Named,
    date_of,
    day,
    decimal,
    decimal_of,
    flag_of,
    list_of,
    named_of,
    one_of,
    pointer,
    read_named,
    required_text_of,
    text,
    text_if,
    text_of,
    whole_of,
    write,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewJob:
    """A job to add. Staff cannot be given here: `assign` them afterwards.

    `client_number` comes back as `Job.client_order_number`: a unique reference there finds the job again.
    """

    name: str
    description: str
    client_uuid: str
    start_on: date
    due_on: date
    client_number: str = ""
    template_uuid: str | None = None  # its tasks, milestones and costs are copied into the job
    category_uuid: str | None = None
    contact_uuid: str | None = None
    budget: Decimal | None = None  # dollars
    id: str | None = None  # a job number of one's own; None: the next in the practice's sequence


@dataclass(frozen=True, kw_only=True, slots=True)
class JobTask:
    """A task of a job."""

    uuid: str  # of this task in this job
    task_uuid: str  # of the kind of task, in the practice's library; "" when not given
    name: str
    description: str
    estimated_minutes: int
    actual_minutes: int
    completed: bool
    billable: bool
    start_on: date | None
    due_on: date | None
    assigned: tuple[Named, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A job as Practice Manager tells it. Lists leave out the tasks and, at times, the UUID."""

    number: str  # such as "J000123"
    uuid: str  # "" where the answer leaves it out
    name: str
    description: str
    state: str  # display name, such as "Planned"
    client_order_number: str  # written as NewJob.client_number
    category: str  # display name
    client: Named | None
    contact: Named | None
    manager: Named | None
    partner: Named | None
    start_on: date | None
    due_on: date | None
    completed_on: date | None
    budget: Decimal | None  # dollars
    assigned: tuple[Named, ...]  # staff; does not include the manager
    tasks: tuple[JobTask, ...]
    web_url: str  # "" where the answer leaves it out


class JobCalls(Calls):
    """The calls of job.api that concern the job itself."""

    def add_job(self, job: NewJob) -> Job:
        """Create a job in the practice's first state and return it.

        Not idempotent, and the API has no idempotency key: after InDoubt look through `jobs_of_client` for
        the `client_number` before trying again.
        Raises NotSent, Throttled, Unauthorised, Refused (in the server's words), InDoubt.

        Source: Practice Manager API 3.1, Jobs, POST job.api/add.
        """
        return self._post("job.api/add", write_new_job(job), read_job)

    def get_job(self, number: str) -> Job:
        """Return the job of that number, with its tasks.

        Raises NotSent, Throttled, Unauthorised, Refused (also when there is no such job), InDoubt.

        Source: Practice Manager API 3.1, Jobs, GET job.api/get/{number}.
        """
        return self._get(f"job.api/get/{segment(number)}", read_job)

    def jobs_of_client(self, uuid: str) -> tuple[Job, ...]:
        """Return all jobs of a client, in any state, without their tasks.

        Raises NotSent, Throttled, Unauthorised, Refused, InDoubt.

        Source: Practice Manager API 3.1, Jobs, GET job.api/client/{uuid}.
        """
        return self._get(f"job.api/client/{segment(uuid)}", read_jobs)

    def jobs_created(self, first: date, last: date) -> tuple[Job, ...]:
        """Return the jobs created from one day to another, both included, without their tasks.

        At most a year lies between them. The days are the practice's own.
        Raises NotSent, Throttled, Unauthorised, Refused, InDoubt.

        Source: Practice Manager API 3.1, Jobs, GET job.api/list.
        """
        window = {"from": f"{first:%Y%m%d}", "to": f"{last:%Y%m%d}"}
        return self._get("job.api/list", read_jobs, **window)

    def assign(
        self,
        number: str,
        *,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
        manager: str | None = None,
        partner: str | None = None,
    ) -> Job:
        """Put staff on a job or take them off, all by UUID, and return the job.

        `manager` and `partner` replace who is there; being manager does not put a person among `assigned`.
        Idempotent: after InDoubt it may simply be made again.
        Raises NotSent, Throttled, Unauthorised, Refused (such as an unknown staff member), InDoubt.

        Source: Practice Manager API 3.1, Jobs, PUT job.api/assign.
        """
        body = write_assignment(number, add=add, remove=remove, manager=manager, partner=partner)
        return self._put("job.api/assign", body, read_job)

    def set_state(self, number: str, code: str) -> None:
        """Move a job to the state with this interface code, such as "COMPLETED".

        The code is set by the practice in its own administration and cannot be listed; it is not the name
        that `job_states` returns. Idempotent: after InDoubt it may simply be made again.
        Raises NotSent, Throttled, Unauthorised, Refused ("Invalid state code"), InDoubt.

        Source: Practice Manager API 3.1, Jobs, PUT job.api/state.
        """
        self._put("job.api/state", write("Job", text("ID", number), text("State", code)), nothing)


def write_new_job(job: NewJob) -> bytes:
    return write(
        "Job",
        text_if("ID", job.id),
        text("Name", job.name),
        text("Description", job.description),
        text("ClientUUID", job.client_uuid),
        text_if("ContactUUID", job.contact_uuid),
        day("StartDate", job.start_on),
        day("DueDate", job.due_on),
        text_if("ClientNumber", job.client_number),
        text_if("TemplateUUID", job.template_uuid),
        text_if("CategoryUUID", job.category_uuid),
        None if job.budget is None else decimal("Budget", job.budget),
    )


def write_assignment(
    number: str, *, add: Iterable[str], remove: Iterable[str], manager: str | None, partner: str | None
) -> bytes:
    return write(
        "Job",
        text("ID", number),
        *(pointer("add", uuid) for uuid in add),
        *(pointer("remove", uuid) for uuid in remove),
        pointer("add-manager", manager) if manager else None,
        pointer("add-partner", partner) if partner else None,
    )


def read_job(root: Element) -> Job:
    """Read the job of an answer; its web address may stand in the job or beside it."""
    return _read_one(one_of(root, "Job"), web_url=text_of(root, "WebUrl"))


def read_jobs(root: Element) -> tuple[Job, ...]:
    return tuple(_read_one(job, web_url="") for job in list_of(root, "Jobs", "Job"))


def _read_one(job: Element, *, web_url: str) -> Job:
    return Job(
        number=required_text_of(job, "ID"),
        uuid=text_of(job, "UUID").lower(),
        name=text_of(job, "Name"),
        description=text_of(job, "Description"),
        state=text_of(job, "State"),
        client_order_number=text_of(job, "ClientOrderNumber"),
        category=text_of(job, "Type"),
        client=named_of(job, "Client"),
        contact=named_of(job, "Contact"),
        manager=named_of(job, "Manager"),
        partner=named_of(job, "Partner"),
        start_on=date_of(job, "StartDate"),
        due_on=date_of(job, "DueDate"),
        completed_on=date_of(job, "CompletedDate"),
        budget=decimal_of(job, "Budget"),
        assigned=_read_staff(job),
        tasks=tuple(_read_task(task) for task in list_of(job, "Tasks", "Task")),
        web_url=text_of(job, "WebUrl") or web_url,
    )


def _read_task(task: Element) -> JobTask:
    return JobTask(
        uuid=text_of(task, "UUID").lower(),
        task_uuid=text_of(task, "TaskUUID").lower(),
        name=text_of(task, "Name"),
        description=text_of(task, "Description"),
        estimated_minutes=whole_of(task, "EstimatedMinutes"),
        actual_minutes=whole_of(task, "ActualMinutes"),
        completed=flag_of(task, "Completed"),
        billable=flag_of(task, "Billable"),
        start_on=date_of(task, "StartDate"),
        due_on=date_of(task, "DueDate"),
        assigned=_read_staff(task),
    )


def _read_staff(holder: Element) -> tuple[Named, ...]:
    return tuple(
        read_named(staff) for staff in list_of(holder, "Assigned", "Staff") if text_of(staff, "UUID")
    )
