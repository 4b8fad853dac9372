"""What could not be prevented is found within a night, said on its job, and never deleted by us."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import reverse

from minutebook.activity.models import Activity, history_of
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.jobs import audit, saga
from minutebook.jobs.models import JobAudit, JobRequest, JobStep
from minutebook.jobs.queries import needs_you_count
from minutebook.jobs.requests import request_job
from minutebook.jobs.steps import new_job
from minutebook.practice.models import ClientLink, Connection
from minutebook.practice.provider import PracticeManagerError
from tests.in_memory_practice import Fault, InMemoryPractice, Office, RemoteJob
from tests.job_cast import NOW, make_plan, release

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office(clock=lambda: NOW)


@pytest.fixture
def request_(pack: DocumentPack, link: ClientLink, fees: None, preparer: User, office: Office) -> JobRequest:
    """A job that was created, with its three fees."""
    make_plan(pack, link, by=preparer)
    release(pack, by=preparer)
    request = request_job(pack, by=preparer, now=NOW)
    assert request is not None
    saga.drive(
        request.pk,
        clock=lambda: NOW,
        open_manager=lambda connection, on_call: InMemoryPractice(
            office, tenant_id=connection.tenant_id, on_call=on_call
        ),
    )
    request.refresh_from_db()
    assert request.status == JobRequest.Status.CREATED
    return request


def look(office: Office) -> JobAudit:
    return audit.audit_practice(
        Connection.objects.get(),
        now=NOW,
        open_manager=lambda connection: InMemoryPractice(office, tenant_id=connection.tenant_id),
    )


def make_second_job(office: Office, request: JobRequest) -> RemoteJob:
    second = RemoteJob(number="J000002", job=new_job(request.job, marker=request.marker), visible_from=NOW)
    office.jobs.append(second)
    return second


def send_first_line_twice(request: JobRequest, office: Office) -> JobStep:
    step = request.steps.filter(kind=JobStep.Kind.ADD_COST).order_by("number")[0]
    JobStep.objects.filter(pk=step.pk).update(attempt=2)
    (job,) = office.jobs
    key, line = next(
        (key, line) for key, line in job.costs.items() if line.marker.endswith(f"/{step.number}")
    )
    job.costs["again"], job.costs_visible_from["again"] = line, job.costs_visible_from[key]
    return step


def test_a_clean_night_says_nothing(request_: JobRequest, office: Office) -> None:
    before = Activity.objects.count()

    row = look(office)

    assert (row.jobs, row.surplus, row.strays) == (1, 0, [])
    assert needs_you_count() == 0
    assert Activity.objects.count() == before


def test_a_clean_night_is_one_call(request_: JobRequest, office: Office) -> None:
    office.calls.clear()

    look(office)

    assert office.calls == {"jobs_created": 1}


def test_a_second_job_of_one_trace_number_is_said_on_its_request(
    request_: JobRequest, office: Office
) -> None:
    make_second_job(office, request_)

    row = look(office)

    request_.refresh_from_db()
    assert row.surplus == 1
    assert request_.surplus == [
        "Job J000002 carries the trace number of job J000001. Delete the one that is not wanted in XPM."
    ]
    assert request_.job_number == "J000001"
    assert needs_you_count() == 1
    assert len(office.jobs) == 2  # we delete nothing
    assert "J000002" in [*history_of(request_.pack)][-1].sentence


def test_the_jobs_page_counts_it_among_what_needs_somebody_and_the_job_says_it(
    request_: JobRequest, office: Office, as_preparer: Browser
) -> None:
    make_second_job(office, request_)
    look(office)

    listed = as_preparer.get(reverse("jobs:list") + "?view=needs-you").content.decode()
    shown = as_preparer.get(reverse("jobs:request", args=[request_.pk])).content.decode()

    assert request_.marker in listed
    assert "Job J000002 carries the trace number of job J000001." in shown


def test_it_is_said_once_and_taken_back_when_somebody_has_deleted_it(
    request_: JobRequest, office: Office
) -> None:
    second = make_second_job(office, request_)
    look(office)
    look(office)
    assert Activity.objects.filter(action="job.surplus").count() == 1

    office.jobs.remove(second)
    row = look(office)

    request_.refresh_from_db()
    assert (row.surplus, request_.surplus, needs_you_count()) == (0, [], 0)


def test_a_line_that_was_sent_again_and_is_there_twice_is_said(request_: JobRequest, office: Office) -> None:
    step = send_first_line_twice(request_, office)

    look(office)

    request_.refresh_from_db()
    assert request_.surplus == [
        f"“{step.body['description']}” is on job J000001 2 times. Take out the ones that are not wanted in XPM."
    ]


def test_a_line_twice_on_a_job_of_somebody_elses_is_said_too(request_: JobRequest, office: Office) -> None:
    """The costs were added to a job that was there, which carries no trace number of ours."""
    request_.steps.filter(kind=JobStep.Kind.ADD_JOB).update(state=JobStep.State.SKIPPED)
    send_first_line_twice(request_, office)
    (job,) = office.jobs
    job.job = new_job(request_.job, marker="PO 77")

    assert look(office).surplus == 1


def test_a_job_with_a_trace_number_that_nobody_here_asked_for_is_reported_once(
    request_: JobRequest, office: Office
) -> None:
    stray = new_job(request_.job, marker="MB-000007-AAAA")
    office.jobs.append(RemoteJob(number="J000009", job=stray, visible_from=NOW))

    row = look(office)
    look(office)

    assert row.strays == [{"number": "J000009", "reference": "MB-000007-AAAA"}]
    assert Activity.objects.filter(action="job.stray").count() == 1


def test_jobs_of_other_people_are_nobodys_business(request_: JobRequest, office: Office) -> None:
    office.jobs.append(
        RemoteJob(number="J000003", job=new_job(request_.job, marker="PO 77"), visible_from=NOW)
    )

    assert look(office).jobs == 1


def test_an_audit_that_xpm_breaks_off_changes_nothing(request_: JobRequest, office: Office) -> None:
    make_second_job(office, request_)
    office.every = Fault.NOT_SENT

    with pytest.raises(PracticeManagerError):
        look(office)

    request_.refresh_from_db()
    assert request_.surplus == []


def test_each_firm_is_audited_once_a_night_by_whoever_asks_first(connection: Connection) -> None:
    night = NOW.replace(hour=16)  # 3 am in Melbourne

    assert [audit.audit_due(night), audit.audit_due(night)] == [1, 0]
    assert audit.audit_due(night + timedelta(days=1)) == 1


def test_nobody_is_audited_before_the_night_has_come(connection: Connection) -> None:
    assert audit.audit_due(NOW.replace(hour=14)) == 0  # 1 am in Melbourne


def test_an_audit_that_did_not_end_is_begun_again_after_an_hour(connection: Connection) -> None:
    night = NOW.replace(hour=16)
    audit.audit_due(night)

    assert audit.audit_due(night + timedelta(minutes=59)) == 0
    assert audit.audit_due(night + timedelta(minutes=61)) == 1


def test_the_command_says_what_it_found(capsys: pytest.CaptureFixture[str], firm: object) -> None:
    call_command("audit_jobs")

    assert capsys.readouterr().out == "No firm is connected.\n"
