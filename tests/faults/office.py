"""Firms connected to the practices of the kit's sandbox, and the jobs that they ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.utils import timezone

from minutebook.companies.models import Company
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import Firm, User
from minutebook.jobs.models import JobPlan, JobRequest, JobState, PlannedCost
from minutebook.jobs.requests import request_job
from minutebook.jobs.steps import line_of
from minutebook.jobs.template_lines import is_ours
from minutebook.practice import connect
from minutebook.practice.models import Client, Connection, JobTemplate, StaffMember
from minutebook.practice.reading import read_practice
from minutebook.practice.records import ClientId, NewJob, TemplateId
from minutebook.practice.registry import manager_for
from minutebook.scope import firm_scope
from tests.cast import make_company, make_firm, make_user
from tests.sandbox import consented

OWN_LINES = 3  # of a job without a template: with adding, staff and state its fewest calls are six


@dataclass(frozen=True, kw_only=True)
class Office:
    """One firm of the kit."""

    firm: Firm
    user: User
    company: Company
    connection: Connection
    clients: Sequence[Client]
    staff: StaffMember
    template: JobTemplate | None
    template_lines: Sequence[dict[str, object]]

    def ask(self, batch: str, count: int, *, from_template: bool = False) -> None:
        """Ask for jobs as a release does; those of one batch are found again by its name."""
        with firm_scope(self.firm.pk):
            for number in range(count):
                with transaction.atomic():
                    self.ask_one(batch, number, from_template=from_template)

    def ask_one(
        self, batch: str, number: int, *, from_template: bool = False, lines: int = OWN_LINES
    ) -> JobRequest:
        """Release one pack with its job. Call in the firm's scope and a transaction."""
        now, today = timezone.now(), date.today()  # noqa: DTZ011  # any day does
        count = DocumentPack.objects.count()
        pack = DocumentPack.objects.create(
            company=self.company,
            trace_number=f"MB-{count:06}-{self.firm.pk:04}",
            title=batch,
            status=DocumentPack.Status.RELEASED,
            snapshot={},
            wants_job=True,
            made_by=self.user,
            made_at=now,
            saved_at=now,
            released_at=now,
            released_by=self.user,
        )
        plan = JobPlan.objects.create(
            pack=pack,
            tenant_id=self.connection.tenant_id,
            contact=self.company.contact,
            client=self.clients[number % len(self.clients)],
            template_id=self.template.remote_id if self.template and from_template else "",
            template_name=self.template.name if self.template and from_template else "",
            name=f"Job {number} of {batch}",
            start_on=today,
            due_on=today + timedelta(days=28),
            staff_id=self.staff.remote_id,
            staff_name=self.staff.name,
            mark_as=JobState.IN_PROGRESS,
            saved_at=now,
            saved_by=self.user,
            costs_confirmed_at=now,
            costs_confirmed_by=self.user,
        )
        PlannedCost.objects.bulk_create(self._costs(plan, today, from_template=from_template, own=lines))
        request = request_job(pack, by=self.user, now=now)
        assert request is not None
        return request

    def requests(self, batch: str) -> list[JobRequest]:
        return list(JobRequest.everywhere.filter(pack__title=batch, firm_id=self.firm.pk))

    def _costs(
        self, plan: JobPlan, today: date, *, from_template: bool, own: int = OWN_LINES
    ) -> list[PlannedCost]:
        descriptions = [str(line["description"]) for line in self.template_lines] if from_template else []
        lines = [*descriptions, *[""] * (1 if from_template else own)]
        return [
            PlannedCost(
                firm_id=self.firm.pk,
                plan=plan,
                position=position,
                date=today,
                description=described or f"Line {position}",
                quantity=Decimal(1),
                unit_cost=Decimal(10),
                unit_price=Decimal("12.34"),  # the template's lines differ, so each is updated
                template_description=described,
                source=PlannedCost.Source.TEMPLATE if described else PlannedCost.Source.HAND,
            )
            for position, described in enumerate(lines, start=1)
        ]


def open_office(name: str, *, email: str, practice: str) -> Office:
    """Make a firm, connect it to a practice and read it. Talks to the sandbox."""
    firm = make_firm(name)
    user = make_user(firm, email=email)
    with firm_scope(firm.pk):
        connection = connect_firm(firm, user, practice)
        read_practice(connection, now=timezone.now())
        connection.refresh_from_db()
        if connection.read_at is None:
            raise RuntimeError(
                f"{practice} could not be read: {connection.reading_problem} {connection.tenant_id}"
            )
        template = JobTemplate.objects.filter(name="ASIC Annual Review").first()
        clients = list(Client.objects.active().order_by("pk")[:60])
        return Office(
            firm=firm,
            user=user,
            company=make_company(),
            connection=connection,
            clients=clients,
            staff=StaffMember.objects.order_by("pk")[0],
            template=template,
            template_lines=_lines_of(template, connection, clients[0]) if template else [],
        )


def connect_firm(firm: Firm, user: User, practice: str) -> Connection:
    """Connect, or connect again, as a person does. Call in the firm's scope."""
    session, now = SessionStore(), timezone.now()
    address = consented(connect.begin(session, firm=firm, now=now), practices=[practice])
    answer = dict(parse_qsl(urlsplit(address).query))
    connection = connect.finish(session, answer, firm=firm, by=user, now=now)
    if connection is None:
        offered = connect.offered(session, firm=firm, now=now).practices
        chosen = next(each for each in offered if each.name in {practice, ""})
        connection = connect.choose(
            session, firm=firm, tenant_id=chosen.tenant_id, label=practice, by=user, now=now
        )
    Connection.objects.update(in_progress_code="INPROGRESS", completed_code="COMPLETED")
    connection.refresh_from_db()
    return connection


def _lines_of(template: JobTemplate, connection: Connection, client: Client) -> list[dict[str, object]]:
    """Return the costs that a template brings, as one job of it shows."""
    manager = manager_for(connection)
    today = date.today()  # noqa: DTZ011  # any day does
    job = manager.add_job(
        NewJob(
            client=ClientId(client.remote_id),
            template=TemplateId(template.remote_id),
            name="A first job of the template",
            description="",
            start_on=today,
            due_on=today,
            reference="a first look",
        )
    )
    lines = [line_of(cost) for cost in manager.costs(job=job.number)]
    return [line for line in lines if not is_ours(line, "MB-")]
