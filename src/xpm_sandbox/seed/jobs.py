"""A dozen jobs that were there before the sandbox was started."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from xpm_sandbox.api.job_templates import apply_template
from xpm_sandbox.models.client import Client
from xpm_sandbox.models.job import Job
from xpm_sandbox.models.practice import Category, JobState, Practice, Staff, Template
from xpm_sandbox.seed.identifiers import fixed_uuid

_JOBS = (  # template, state, days after 1 July 2026, order number
    ("ASIC Annual Review", "Completed", 0, ""),
    ("Company secretarial - Change of officeholder", "Completed", 6, "PO 7781"),
    ("Annual Accounts", "In Progress", 9, ""),
    ("Activity Statement", "Completed", 12, ""),
    ("ASIC Annual Review", "In Progress", 30, ""),
    ("Company secretarial - Share issue", "On Hold", 41, ""),
    ("Tax Return - Individual", "Planned", 48, ""),
    ("Company secretarial - Change of address", "Cancelled", 55, ""),
    ("SMSF Annual Accounts", "Planned", 60, ""),
    ("Consulting", "In Progress", 72, "KW-2026-14"),
    ("ASIC Annual Review", "Planned", 80, ""),
    ("Xero Setup/Conversion", "Planned", 91, ""),
)
_FIRST_DAY = date(2026, 7, 1)


def plant_jobs(session: Session, practice: Practice, clients: list[Client], staff: list[Staff]) -> None:
    """Plant the jobs on the practice's first clients; their numbers end just before J000031."""
    session.flush()
    templates = _by_name(session, practice, Template)
    states = _by_name(session, practice, JobState)
    categories = _by_name(session, practice, Category)
    for place, (template_name, state_name, days, order) in enumerate(_JOBS, start=1):
        start = _FIRST_DAY + timedelta(days=days)
        state = states[state_name]
        secretarial = template_name.startswith(("Company secretarial", "ASIC"))
        job = Job(
            uuid=fixed_uuid("job", practice.position, place),
            practice_uuid=practice.uuid,
            number=f"{practice.job_prefix}{practice.next_job - len(_JOBS) + place - 1:06d}",
            internal_id=place,
            name=template_name,
            description=f"{template_name} for {clients[place].name}",
            client_order_number=order,
            client=clients[place],
            state=state,
            category=categories["Company secretarial" if secretarial else "Compliance"],
            start_date=start,
            due_date=start + timedelta(days=28),
            completed_date=start + timedelta(days=20) if state.is_completed else None,
            created_at=datetime.combine(start, datetime.min.time(), UTC),
            template_name=template_name,
            manager=staff[place % 3],
            assigned=[staff[place % len(staff)]],
        )
        apply_template(job, templates[template_name])
        _fix_uuids(job)
        session.add(job)


def _by_name[T: (Template, JobState, Category)](
    session: Session, practice: Practice, table: type[T]
) -> dict[str, T]:
    return {
        row.name: row for row in session.scalars(select(table).where(table.practice_uuid == practice.uuid))
    }


def _fix_uuids(job: Job) -> None:
    for kind, rows in (("task", job.tasks), ("milestone", job.milestones), ("cost", job.costs)):
        for row in rows:
            row.uuid = fixed_uuid("job", job.number, kind, row.position)
