"""Jobs: reading, adding, changing, states, templates, deletion."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from xpm_sandbox.api.body import Body
from xpm_sandbox.api.client_fields import find_client
from xpm_sandbox.api.endpoint import Call, Routes
from xpm_sandbox.api.errors import Refused
from xpm_sandbox.api.job_fields import describe_job, find_job, job_web_url, jobs_of
from xpm_sandbox.api.job_templates import apply_template, find_template
from xpm_sandbox.api.staff import find_staff
from xpm_sandbox.api.values import clean_uuid, read_date, read_money
from xpm_sandbox.api.wire import Items, OnlyInJson, OnlyInXml, Tree
from xpm_sandbox.models.base import new_uuid
from xpm_sandbox.models.client import Client, Contact, ContactLink
from xpm_sandbox.models.job import Job, JobTask
from xpm_sandbox.models.practice import Category, JobState, Staff

routes = Routes("job")


@routes.get("job.api/current")
def list_current_jobs(call: Call) -> Tree:
    """Jobs that are neither completed nor cancelled."""
    return _list(call, jobs_of(call).where(Job.state.has(JobState.is_closed.is_(False))))


@routes.get("job.api/list")
def list_jobs(call: Call) -> Tree:
    """Jobs created from one day to another, at most a year apart."""
    first, last = _read_window(call)
    begin = datetime.combine(first, time.min, _ZONE).astimezone(UTC)
    end = datetime.combine(last, time.max, _ZONE).astimezone(UTC)
    return _list(call, jobs_of(call).where(Job.created_at >= begin, Job.created_at <= end))


@routes.get("job.api/get/<number>")
def get_job(call: Call, number: str) -> Tree:
    job = find_job(call, number)
    return {"WebUrl": OnlyInXml(job_web_url(call, job)), "Job": describe_job(call, job)}


@routes.get("job.api/client/<uuid>")
def list_jobs_of_client(call: Call, uuid: str) -> Tree:
    """All jobs of a client, whatever their state."""
    client = find_client(call, uuid)
    return _list(call, jobs_of(call).where(Job.client_uuid == client.uuid))


@routes.get("job.api/staff/<uuid>")
def list_jobs_of_staff(call: Call, uuid: str) -> Tree:
    staff = find_staff(call, uuid)
    if staff is None:
        raise Refused("Invalid staff identifier")
    assigned = jobs_of(call).where(
        Job.state.has(JobState.is_closed.is_(False)), Job.assigned.any(Staff.uuid == staff.uuid)
    )
    return _list(call, assigned)


@routes.post("job.api/add", root="Job")
def add_job(call: Call) -> Tree:
    """Create a job in the first state, with what its template brings."""
    body = call.body
    for name in ("Name", "ClientUUID", "StartDate", "DueDate"):
        body.require(name)
    client = _find_open_client(call, body.require("ClientUUID"))
    template = find_template(call, uuid) if (uuid := body.text("TemplateUUID")) else None
    job = Job(
        uuid=new_uuid(),
        practice_uuid=call.practice.uuid,
        internal_id=_next_internal_id(call),
        description="",
        client_order_number="",
        client=client,
        contact=_find_contact(call, client, body.text("ContactUUID")),
        state=_first_state(call),
        created_at=call.clock(),
        is_deleted=False,
        template_name=template.name if template else "",
    )
    with call.session.no_autoflush:
        _fill(call, job, body)
        job.number = _number(call, body.text("ID"))
        if template is not None:
            apply_template(job, template)
        call.session.add(job)
    return _answer(call, job)


@routes.put("job.api/update", root="Job")
def update_job(call: Call) -> Tree:
    """Change what the body names. A client sent along is ignored: a job stays with its client."""
    job = _job_meant(call)
    _fill(call, job, call.body)
    return _answer(call, job)


@routes.put("job.api/state", root="Job")
def set_state(call: Call) -> Tree:
    """Move a job to the state with the given interface code."""
    job = _job_meant(call)
    job.state = _find_state(call, call.body.require("State"))
    job.completed_date = call.today if job.state.is_completed else None
    return {"Job": OnlyInJson(describe_job(call, job))}


@routes.post("job.api/applytemplate", root="Job")
def apply_template_to_job(call: Call) -> Tree:
    job = _job_meant(call)
    template = find_template(call, call.body.require("TemplateUUID"))
    mode = (call.body.text("TaskMode") or "AddNew").strip().lower()
    apply_template(job, template, append_existing=mode == "appendexisting")
    return _answer(call, job)


@routes.post("job.api/delete", root="Job")
def delete_job(call: Call) -> Tree:
    job = _job_meant(call)
    job.is_deleted = True
    return {"Job": OnlyInJson(describe_job(call, job))}


_ZONE = ZoneInfo("Australia/Melbourne")


def _list(call: Call, query: Select[Job]) -> Tree:
    detailed = call.asks("detailed")
    if detailed:
        query = query.options(
            selectinload(Job.tasks).joinedload(JobTask.library_task),
            selectinload(Job.tasks).selectinload(JobTask.assigned),
            selectinload(Job.milestones),
            selectinload(Job.notes),
        )
    query = query.options(joinedload(Job.category), joinedload(Job.contact))
    found = call.session.scalars(query)
    return {"Jobs": Items("Job", [describe_job(call, job, detailed=detailed) for job in found])}


def _answer(call: Call, job: Job) -> Tree:
    call.session.flush()
    call.session.refresh(job)
    return {"Job": describe_job(call, job)}


def _job_meant(call: Call) -> Job:
    """Return the job that ID names; a UUID sent along must be the same job's."""
    job = find_job(call, call.body.require("ID"))
    uuid = call.body.text("UUID")
    if uuid and clean_uuid(uuid) != job.uuid:
        raise Refused("Invalid job identifier")
    return job


def _fill(call: Call, job: Job, body: Body) -> None:
    if (name := body.text("Name")) and name.strip():
        job.name = name
    if (description := body.text("Description")) is not None:
        job.description = description
    if (order := body.text("ClientNumber", "ClientOrderNumber")) is not None:
        job.client_order_number = order
    if text := body.text("StartDate"):
        job.start_date = read_date(text, element="StartDate")
    if text := body.text("DueDate"):
        job.due_date = read_date(text, element="DueDate")
    if text := body.text("Budget"):
        job.budget = read_money(text, element="Budget")
    if text := body.text("CategoryUUID", "CategoryID"):
        job.category = _find_category(call, text)


def _number(call: Call, wanted: str | None) -> str:
    """Return the wanted number if it is free, or the next of the practice's sequence."""
    taken = select(func.count()).select_from(Job).where(Job.practice_uuid == call.practice.uuid)
    if wanted and wanted.strip():
        number = wanted.strip()
        if call.session.scalar(taken.where(Job.number == number)):
            raise Refused(f"A job with the number {number} already exists")
        return number
    while True:
        number = f"{call.practice.job_prefix}{call.practice.next_job:06d}"
        call.practice.next_job += 1
        if not call.session.scalar(taken.where(Job.number == number)):
            return number


def _next_internal_id(call: Call) -> int:
    return (call.session.scalar(select(func.max(Job.internal_id))) or 0) + 1


def _find_open_client(call: Call, uuid: str) -> Client:
    client = find_client(call, uuid)
    if client.is_archived:
        raise Refused("Client is archived")
    return client


def _find_contact(call: Call, client: Client, uuid: str | None) -> Contact | None:
    if not uuid:
        return None
    link = call.session.get(ContactLink, (client.uuid, clean_uuid(uuid)))
    if link is None or link.contact.is_deleted:
        raise Refused("Invalid contact identifier")
    return link.contact


def _find_category(call: Call, uuid: str) -> Category:
    category = call.session.get(Category, clean_uuid(uuid))
    if category is None or category.practice_uuid != call.practice.uuid:
        raise Refused("Invalid category identifier")
    return category


def _first_state(call: Call) -> JobState:
    states = select(JobState).where(JobState.practice_uuid == call.practice.uuid).order_by(JobState.position)
    return call.session.scalars(states).first() or _no_states()


def _no_states() -> JobState:
    raise Refused("Invalid state code")


def _find_state(call: Call, text: str) -> JobState:
    """Find a state by its code, spelt with or without underscores, or by its plain name."""
    wanted = _squeezed(text)
    states = select(JobState).where(JobState.practice_uuid == call.practice.uuid)
    for state in call.session.scalars(states):
        if wanted in {_squeezed(state.code), _squeezed(state.name)}:
            return state
    raise Refused("Invalid state code")


def _squeezed(text: str) -> str:
    return text.replace(" ", "").replace("_", "").strip().upper()


def _read_window(call: Call) -> tuple[date, date]:
    """Read from and to. Complaints come one at a time, as Xero's do. Raises Refused (400)."""
    for name in ("from", "to"):
        if not call.query.get(name):
            raise Refused(f"The {name} parameter is required", status=400)
    try:
        first, last = (read_date(call.query[name], element=name) for name in ("from", "to"))
    except Refused as refusal:
        raise Refused(refusal.description, status=400) from None
    if not first <= last <= _a_year_after(first):
        raise Refused("The date range must not be longer than one year", status=400)
    return first, last


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)
