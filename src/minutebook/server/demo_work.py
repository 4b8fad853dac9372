"""Work the demo's firm has done already: two packs released with their jobs, each step as its people would.

So the lists are not empty, and what two of the practice manager's templates add to a job is known by having
been seen: it stands in Review Costs the next time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from minutebook.companies.events import kind_of
from minutebook.companies.models import Company
from minutebook.contacts.models import Contact
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.jobs.models import JobRequest, JobState
from minutebook.jobs.planning import PlanChoice, confirm_costs, save_plan, switch_job
from minutebook.jobs.requests import settle_lines
from minutebook.jobs.saga import drive
from minutebook.practice.models import ClientLink, Connection, JobTemplate, StaffMember
from minutebook.production.events import ChosenEvent
from minutebook.production.prepare import prepare_documents
from minutebook.production.release import release_pack


@dataclass(frozen=True, kw_only=True, slots=True)
class _PastPack:
    """One pack: of which company, for what event with which fields, and its job's template."""

    company: str
    event: str
    fields: Mapping[str, str]
    template: str


def do_past_work(*, by: User) -> int:
    """Release the demo's packs that are not there yet and create their jobs; return how many jobs there are.

    Talks to the practice manager. Call in the firm's scope.
    """
    today = by.memberships.get().firm.day_of(timezone.now())
    for past in _past_packs(today):
        company = Company.objects.filter(contact__name=past.company).first()
        if company is not None and not company.packs.exists():
            _release(_prepared(past, company, by=by, today=today), past.template, by=by)
    for request in JobRequest.objects.unfinished():
        _create(request, by=by)
    return JobRequest.objects.filter(status=JobRequest.Status.CREATED).count()


def _past_packs(today: date) -> tuple[_PastPack, ...]:
    secretary = Contact.objects.filter(kind=Contact.Kind.PERSON, name="Aroha Ngata").first()
    return (
        _PastPack(
            company="Wren & Daughters Pty Ltd",
            event="change_principal_place",
            fields={"changed_on": today.isoformat(), "address": "6 Kinnaird Place, Preston VIC 3072"},
            template="ASIC Annual Review",
        ),
        _PastPack(
            company="Kestrel Analytics Pty Ltd",
            event="appoint_secretary",
            fields={
                "person": secretary.name if secretary else "",
                "person_id": str(secretary.pk) if secretary else "",
                "appointed_on": (today - timedelta(days=2)).isoformat(),
            },
            template="Company secretarial - Change of officeholder",
        ),
    )


def _prepared(past: _PastPack, company: Company, *, by: User, today: date) -> DocumentPack:
    kind = kind_of(past.event)
    form = kind.form_class(
        {f"past-{name}": value for name, value in past.fields.items()},
        company=company,
        today=today,
        prefix="past",
    )
    if not form.is_valid():
        raise ValueError(f"The demo’s own event is refused: {form.errors.as_text()}")
    return prepare_documents(
        company, [ChosenEvent(number=1, kind=kind, form=form)], by=by, now=timezone.now()
    )


def _release(pack: DocumentPack, template_name: str, *, by: User) -> None:
    now = timezone.now()
    today = pack.firm.day_of(now)
    connection = Connection.objects.get()
    link = ClientLink.objects.select_related("client").get(
        contact=pack.company.contact, tenant_id=connection.tenant_id
    )
    template = JobTemplate.objects.of(connection).get(name=template_name)
    staff = StaffMember.objects.of(connection).get(name="Jo Bloggs")
    description = f"{'; '.join(pack.headlines)} – {pack.company.name}"
    choice = PlanChoice(
        tenant_id=connection.tenant_id,
        contact=pack.company.contact,
        client=link.client,
        template_id=template.remote_id,
        template_name=template.name,
        name=description,
        description=description,
        start_on=today,
        due_on=pack.due_on or today,
        staff_id=staff.remote_id,
        staff_name=staff.name,
        mark_as=JobState.IN_PROGRESS,
    )
    switch_job(pack, on=True, by=by)
    plan = save_plan(pack, choice, event_kinds=pack.event_kinds, by=by, now=now, today=today)
    confirm_costs(plan, by=by, now=now)
    release_pack(pack, delivery=DocumentPack.Delivery.DOWNLOADED, by=by, now=now, with_job=True)


def _create(request: JobRequest, *, by: User) -> None:
    """Drive the job to its end here, as a worker would, and keep what its template brings."""
    driven = drive(request.pk, clock=timezone.now)
    if driven is not None and driven.reason_code == "unreviewed_lines":
        settle_lines(driven, keep=True, by=by, now=timezone.now())
        drive(request.pk, clock=timezone.now)
