"""The whole way to a Practice Manager and back, over HTTP: job, template's lines, ours, staff and state."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from minutebook.companies.models import Company
from minutebook.firms.models import User
from minutebook.jobs import saga
from minutebook.jobs.deciding import decide
from minutebook.jobs.fees.models import TemplateCost
from minutebook.jobs.fees.schedule import seed_fee_schedule
from minutebook.jobs.models import JobCall, JobRequest, JobState
from minutebook.jobs.opening import find_job_url
from minutebook.jobs.planning import PlanChoice, confirm_costs, save_plan
from minutebook.jobs.reasons import Reason
from minutebook.jobs.requests import request_job
from minutebook.jobs.tasks import drive_request, wake
from minutebook.jobs.timing import Timing
from minutebook.practice.links import link_client
from minutebook.practice.models import Client, Connection, JobTemplate, StaffMember
from minutebook.practice.records import JobCost
from minutebook.practice.registry import manager_for
from tests.cast import make_company
from tests.job_cast import make_pack, release
from tests.sandbox import RunningSandbox
from tests.waiting import waiting_tasks

pytestmark = pytest.mark.django_db(transaction=True)

QUICK = Timing(
    first_look=timedelta(seconds=0.02),
    settle=timedelta(seconds=0.1),
    between_looks=timedelta(seconds=0.05),
    first_retry=timedelta(seconds=0.01),
    longest_retry=timedelta(seconds=0.05),
)


@pytest.fixture
def asked(read_firm: Connection, preparer: User) -> JobRequest:
    """A job of a template with costs, for the sandbox's first active client."""
    return ask(read_firm, make_company(), by=preparer)


def ask(connection: Connection, company: Company, *, by: User, number: int = 481) -> JobRequest:
    connection.in_progress_code = "INPROGRESS"
    connection.save()
    seed_fee_schedule(connection.firm)
    pack = make_pack(company, by=by, trace_number=f"MB-{number:06}-{time.time_ns() % 10_000:04}")
    client = Client.objects.active().filter(is_gone=False).order_by("pk").first()
    template = JobTemplate.objects.get(name="ASIC Annual Review")
    staff = StaffMember.objects.order_by("pk").first()
    assert client is not None
    assert staff is not None
    link = link_client(company.contact, client, by=by, now=timezone.now())
    today = timezone.now().date()
    plan = save_plan(
        pack,
        PlanChoice(
            tenant_id=connection.tenant_id,
            contact=link.contact,
            client=client,
            template_id=template.remote_id,
            template_name=template.name,
            name="Appoint A. Ngata & others <director>",
            description="Appoint “Ngā” as director\nsecond line",
            start_on=today,
            due_on=today + timedelta(days=28),
            staff_id=staff.remote_id,
            staff_name=staff.name,
            mark_as=JobState.IN_PROGRESS,
        ),
        event_kinds=["appoint_director"],
        by=by,
        now=timezone.now(),
        today=today,
    )
    confirm_costs(plan, by=by, now=timezone.now())
    release(pack, by=by, now=timezone.now())
    request = request_job(pack, by=by, now=timezone.now())
    assert request is not None
    return request


def run(request: JobRequest) -> None:
    """Drive until the request stands still, waiting as it says."""
    for _ in range(60):
        request.refresh_from_db()
        if not request.is_moving:
            return
        time.sleep(max(0.0, (request.next_at - timezone.now()).total_seconds()))
        saga.drive(request.pk, clock=timezone.now, timing=QUICK)
    raise AssertionError(f"It goes on for ever: {request}, {request.reason}")


def costs_in_xpm(request: JobRequest) -> list[JobCost]:
    return list(manager_for(Connection.objects.get()).costs(job=request.job_number))


def run_reviewed(request: JobRequest, by: User) -> None:
    """Run, keeping the template's lines when somebody is asked about them."""
    run(request)
    if request.reason_code == Reason.UNREVIEWED_LINES:
        decide(request, "keep_lines", by=by, now=timezone.now())
        run(request)


def test_the_job_is_there_with_everything_in_it(
    asked: JobRequest, sandbox: RunningSandbox, preparer: User
) -> None:
    run(asked)
    assert asked.reason_code == Reason.UNREVIEWED_LINES  # nobody had seen this template add lines before
    decide(asked, "take_out_lines", by=preparer, now=timezone.now())
    run(asked)

    assert (asked.status, asked.reason) == (JobRequest.Status.CREATED, "")
    costs = costs_in_xpm(asked)
    ours = [cost for cost in costs if cost.marker.startswith(asked.marker)]
    others = [cost for cost in costs if cost not in ours]
    assert [cost.unit_price for cost in ours] == [Decimal(165), Decimal(110), Decimal(35)]
    assert others
    assert {(cost.quantity, cost.billable) for cost in others} == {(Decimal(0), False)}
    assert TemplateCost.objects.count() == len(others)
    assert JobCall.objects.filter(request=asked).count() == 1 + 1 + 3 + len(others) + 1 + 1


def test_its_address_is_asked_for_once_when_creating_did_not_tell_it(
    asked: JobRequest, sandbox: RunningSandbox, preparer: User
) -> None:
    run_reviewed(asked, preparer)
    JobRequest.objects.update(job_url="")
    asked.refresh_from_db()

    url = find_job_url(asked)

    assert url.startswith("http")
    asked.refresh_from_db()
    assert asked.job_url == url


def test_a_worker_that_hears_the_wake_up_drives_the_request(asked: JobRequest) -> None:
    drive_request.call(str(asked.pk), asked.firm_id)

    asked.refresh_from_db()
    assert asked.job_number


def test_a_release_that_fails_wakes_nobody(asked: JobRequest) -> None:
    woken = len(waiting_tasks())

    with transaction.atomic():
        wake(asked)
        transaction.set_rollback(True)

    assert len(waiting_tasks()) == woken


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "path", ["job.api/add", "job.api/cost", "job.api/costs", "job.api/assign", "job.api/state"]
)
def test_a_broken_answer_makes_no_second_job_and_no_second_line(
    asked: JobRequest, sandbox: RunningSandbox, preparer: User, path: str, when: str
) -> None:
    sandbox.fail("status", path=path, when=when)

    run_reviewed(asked, preparer)

    assert asked.status == JobRequest.Status.CREATED
    costs = costs_in_xpm(asked)
    assert len({cost.description for cost in costs}) == len(costs)
    found = [call for call in sandbox.calls() if call == "POST job.api/add"]
    assert len(found) == (2 if (path, when) == ("job.api/add", "before") else 1)
