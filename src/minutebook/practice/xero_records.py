"""Xero's records as ours, and ours as Xero's: one function for each kind and direction."""

import xpm
from minutebook.practice.records import (
    Client,
    ClientId,
    CostId,
    JobCost,
    JobReceipt,
    JobSeen,
    NewCost,
    NewJob,
    PriceItem,
    Staff,
    StaffId,
    Template,
    TemplateId,
)


def template_from(template: xpm.Named) -> Template:
    return Template(id=TemplateId(template.uuid), name=template.name)


def staff_from(person: xpm.Staff) -> Staff:
    return Staff(id=StaffId(person.uuid), name=person.name, email=person.email)


def carries(job: xpm.Job, reference: str) -> bool:
    """Whether the job has our reference: in its client order number, or as its description's last line."""
    return reference in {job.client_order_number.strip(), _latest_line(job)}


def seen_from(job: xpm.Job) -> JobSeen:
    """Where the client order number is empty, the reference may be the description's last line."""
    reference = job.client_order_number.strip() or _latest_line(job)
    return JobSeen(number=job.number, name=job.name, reference=reference)


def _latest_line(job: xpm.Job) -> str:
    return job.description.strip().rpartition("\n")[2].strip()


def in_order_of_number(job: xpm.Job) -> tuple[int, str]:
    """Sort J000009 before J000010, and J999999 before J1000000."""
    return len(job.number), job.number


def receipt_from(job: xpm.Job) -> JobReceipt:
    return JobReceipt(number=job.number, id=job.uuid, url=job.web_url)


def price_from(item: xpm.PriceListItem) -> PriceItem:
    return PriceItem(
        id=item.uuid,
        description=item.description,
        code=item.code,
        unit_cost=item.unit_cost,
        unit_price=item.unit_price,
    )


def client_from(record: xpm.ClientRecord) -> Client:
    return Client(
        id=ClientId(record.uuid),
        name=record.name,
        acn=_digits(record.company_number),
        abn=_digits(record.business_number),
        email=record.email,
        structure=record.business_structure,
        is_archived=record.is_archived,
        is_deleted=record.is_deleted,
    )


def _digits(number: str) -> str:
    return "".join(character for character in number if character in "0123456789")


def job_to(job: NewJob) -> xpm.NewJob:
    return xpm.NewJob(
        name=job.name,
        description=job.description,
        client_uuid=job.client,
        start_on=job.start_on,
        due_on=job.due_on,
        client_number=job.reference,
        template_uuid=job.template,
    )


def cost_to(cost: NewCost) -> xpm.NewCost:
    return xpm.NewCost(
        date=cost.date,
        description=cost.description,
        quantity=cost.quantity,
        unit_cost=cost.unit_cost,
        unit_price=cost.unit_price,
        billable=cost.billable,
        note=cost.marker,
    )


def cost_from(cost: xpm.Cost) -> JobCost:
    return JobCost(
        id=CostId(cost.uuid),
        date=cost.date,
        description=cost.description,
        billable=cost.billable,
        quantity=cost.quantity,
        unit_cost=cost.unit_cost,
        unit_price=cost.unit_price,
        marker=cost.note.strip(),
    )
