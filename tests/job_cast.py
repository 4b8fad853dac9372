"""A firm connected to its practice, and a pack of Southern Star that wants a job there."""

from datetime import UTC, date, datetime
from decimal import Decimal

from minutebook.companies.models import Company, CorporateEvent
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.jobs.models import JobPlan, JobState
from minutebook.jobs.planning import PlanChoice, confirm_costs, save_plan
from minutebook.practice.models import Client, ClientLink, Connection, JobTemplate, Price, StaffMember
from tests.cast import TODAY, make_person

NOW = datetime(2026, 11, 22, 0, 42, 7, tzinfo=UTC)  # 11.42.07 am in Melbourne
TENANT = "4f1b7a52-0c55-4c61-9d39-1f2f4a6b7c11"
ANNUAL_REVIEW = "1f0a5f0e-5a51-4f5e-8d57-2c1b6f0d9a01"


def make_connection() -> Connection:
    """Return a connection that was read whole: one template, two people of one name, one price."""
    connection = Connection.objects.create(
        tenant_id=TENANT,
        label="Kauri & Wattle",
        connected_at=NOW,
        read_at=NOW,
        in_progress_code="INPROGRESS",
    )
    JobTemplate.objects.create(tenant_id=TENANT, remote_id=ANNUAL_REVIEW, name="ASIC Annual Review")
    for number in (1, 2):
        StaffMember.objects.create(
            tenant_id=TENANT, remote_id=f"jo-{number}", name="Jo Bloggs", email=f"jo{number}@kw.example"
        )
    Price.objects.create(
        tenant_id=TENANT,
        remote_id="extract",
        description="ASIC company extract",
        code="EXT",
        unit_cost=Decimal("10.00"),
        unit_price=Decimal("18.00"),
    )
    return connection


def make_link(company: Company) -> ClientLink:
    """Return Southern Star's link to the client that XPM calls Southern Star P/L."""
    client = Client.objects.create(
        tenant_id=TENANT, remote_id="southern-star", name="Southern Star P/L", acn=company.acn, read_at=NOW
    )
    return ClientLink.objects.create(
        tenant_id=TENANT,
        contact=company.contact,
        client=client,
        reason=ClientLink.Reason.ACN,
        linked_at=NOW,
    )


def make_pack(
    company: Company, *, by: User, trace_number: str = "MB-000481-7K3Q", wants_job: bool = True
) -> DocumentPack:
    """Return a draft pack that appoints Aroha Ngata as a director from today."""
    event = CorporateEvent.objects.create(
        company=company,
        kind="appoint_director",
        fields={"person": make_person().pk, "appointed_on": TODAY.isoformat()},
        effective_on=TODAY,
    )
    pack = DocumentPack.objects.create(
        company=company,
        trace_number=trace_number,
        title="Appoint director",
        event_kinds=["appoint_director"],
        headlines=["Appoint A. Ngata as director"],
        wants_job=wants_job,
        due_on=date(2026, 12, 20),
        made_by=by,
        made_at=NOW,
        saved_at=NOW,
    )
    pack.events.add(event)
    return pack


def release(pack: DocumentPack, *, by: User, now: datetime = NOW) -> None:
    """Release a pack as the release would: recorded, with what its documents were made from."""
    pack.status = DocumentPack.Status.RELEASED
    pack.released_at, pack.released_by, pack.snapshot = now, by, {}
    pack.save()


def make_plan(
    pack: DocumentPack,
    link: ClientLink,
    *,
    by: User,
    template: str = "",
    staff: str = "",
    mark_as: JobState = JobState.AS_STARTED,
    confirmed: bool = True,
) -> JobPlan:
    """Return a pack's plan, saved and (unless told otherwise) with its costs confirmed."""
    choice = PlanChoice(
        tenant_id=link.tenant_id,
        contact=link.contact,
        client=link.client,
        template_id=template,
        template_name="ASIC Annual Review" if template else "",
        name="Appoint A. Ngata as director – Southern Star Pty Ltd",
        description="Appoint A. Ngata as director – Southern Star Pty Ltd",
        start_on=TODAY,
        due_on=date(2026, 12, 20),
        staff_id=staff,
        staff_name="Jo Bloggs" if staff else "",
        mark_as=mark_as,
    )
    kinds = list(pack.events.values_list("kind", flat=True))
    plan = save_plan(pack, choice, event_kinds=kinds, by=by, now=NOW, today=TODAY)
    if confirmed:
        confirm_costs(plan, by=by, now=NOW)
    return plan
