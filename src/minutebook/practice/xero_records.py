"""Xero's records as ours, and ours as Xero's: one function for each kind and direction."""

import xpm
from minutebook.practice.records import (
    Client,
    ClientAddress,
    ClientEdit,
    ClientId,
    ClientPage,
    ClientRelationship,
    CostId,
    JobCost,
    JobReceipt,
    JobSeen,
    NewCost,
    NewJob,
    NewRelationship,
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
        title=record.title,
        gender=record.gender,
        given_names=" ".join(f"{record.first_name} {record.middle_name}".split()),
        family_name=record.last_name,
        born_on=record.born_on,
        phone=record.phone,
        address=_address_from(record.address),
        postal_address=_address_from(record.postal_address),
        relationships=tuple(
            relationship_from(each) for each in record.relationships if each.related is not None
        ),
    )


def relationship_from(relationship: xpm.Relationship) -> ClientRelationship:
    return ClientRelationship(
        id=relationship.uuid,
        kind=relationship.type,
        related=ClientId(relationship.related.uuid if relationship.related else ""),
        shares=relationship.shares,
        start_on=relationship.start_on,
        end_on=relationship.end_on,
    )


def relationship_to(new: NewRelationship) -> xpm.NewRelationship:
    return xpm.NewRelationship(
        client_uuid=new.holder,
        related_uuid=new.of,
        type=new.kind,
        shares=new.shares,
        start_on=new.start_on,
    )


def client_page_from(page: xpm.ClientPage) -> ClientPage:
    return ClientPage(clients=tuple(map(client_from, page.clients)), next_token=page.next_token)


def client_edit_to(edit: ClientEdit) -> xpm.ClientChanges:
    """The first of several given names is the first name there, the others are middle names."""
    first, _, middle = (edit.given_names or "").partition(" ")
    street, postal = edit.address, edit.postal_address
    return xpm.ClientChanges(
        name=edit.name,
        title=edit.title,
        gender=edit.gender,
        first_name=None if edit.given_names is None else first,
        middle_name=None if edit.given_names is None else middle,
        last_name=edit.family_name,
        born_on=edit.born_on,
        email=edit.email,
        phone=edit.phone,
        company_number=edit.acn,
        business_number=edit.abn,
        business_structure=edit.structure,
        address=street.street if street else None,
        city=street.suburb if street else None,
        region=street.state if street else None,
        post_code=street.postcode if street else None,
        country=street.country if street else None,
        postal_address=postal.street if postal else None,
        postal_city=postal.suburb if postal else None,
        postal_region=postal.state if postal else None,
        postal_post_code=postal.postcode if postal else None,
        postal_country=postal.country if postal else None,
    )


def _address_from(address: xpm.Address) -> ClientAddress:
    return ClientAddress(
        street=", ".join(line.strip(" ,") for line in address.lines.splitlines() if line.strip(" ,")),
        suburb=address.city,
        state=address.region,
        postcode=address.post_code,
        country=address.country,
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
