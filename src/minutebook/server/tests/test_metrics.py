"""/metrics tells Prometheus how the work stands, whoever did it, and names no firm."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from minutebook.firms.models import Firm, User
from minutebook.jobs.models import JobRequest, JobStep
from minutebook.jobs.tasks import drive_request
from minutebook.server.models import Heartbeat
from tests.cast import make_company
from tests.job_cast import make_connection, make_link, make_pack, make_plan, release

pytestmark = pytest.mark.django_db


def figures(client: Client, **headers: str) -> dict[str, float]:
    """Return every figure by its name and labels, as Prometheus reads them."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.content
    lines = answer.content.decode().splitlines()
    named = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in named}


def test_the_work_of_every_firm_is_counted(client: Client, firm: Firm, preparer: User) -> None:
    make_connection()
    company = make_company()
    pack = make_pack(company, by=preparer)
    make_plan(pack, make_link(company), by=preparer)
    release(pack, by=preparer)
    now = timezone.now()
    request = JobRequest.objects.get(pack=pack) if JobRequest.objects.exists() else _ask(pack, preparer)
    JobStep.objects.filter(request=request, number=1).update(state=JobStep.State.IN_DOUBT)
    JobRequest.objects.update(status=JobRequest.Status.NEEDS_YOU)
    Heartbeat.objects.create(worker="web1:1", started_at=now, beat_at=now)
    Heartbeat.objects.create(worker="web2:2", started_at=now, beat_at=now - timedelta(minutes=1))

    told = figures(client)

    assert told['minutebook_job_requests{status="NEEDS_YOU"}'] == 1
    assert told['minutebook_job_requests{status="CREATED"}'] == 0
    assert told["minutebook_job_steps_in_doubt"] == 1
    assert told["minutebook_workers"] == 1
    assert told['minutebook_connections{status="CONNECTED"}'] == 1
    assert told['minutebook_allowance_used_ratio{period="day"}'] == 0
    assert firm.name not in str(told)


def _ask(pack: object, by: User) -> JobRequest:
    from minutebook.jobs.requests import request_job  # noqa: PLC0415

    request_job(pack, by=by, now=timezone.now())  # type: ignore[arg-type]
    return JobRequest.objects.get()


def test_tasks_that_are_due_are_counted_and_those_put_off_are_not(client: Client) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    drive_request.enqueue(nobody, 0)
    drive_request.using(run_after=timezone.now() + timedelta(hours=1)).enqueue(nobody, 0)

    told = figures(client)

    assert told['minutebook_queue_tasks{queue="interactive"}'] == 1
    assert told['minutebook_queue_tasks{queue="default"}'] == 0
    assert 0 <= told["minutebook_queue_oldest_seconds"] < 60


def test_requests_are_counted_by_page_and_answer(client: Client) -> None:
    name = 'minutebook_requests_total{status="200",view="metrics"}'
    before = figures(client).get(name, 0)

    assert figures(client)[name] == before + 1


def test_the_figures_are_counted_with_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        figures(client)


@pytest.mark.parametrize(
    "passed_on", [{"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-Proto": "https"}, {"Forwarded": "for=_x"}]
)
def test_without_a_token_nobody_whom_a_proxy_passed_on_may_read(
    client: Client, passed_on: dict[str, str]
) -> None:
    assert client.get("/metrics", headers=passed_on).status_code == 403


def test_without_a_token_no_other_machine_may_read(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403


def test_with_a_token_only_who_sends_it_may_read(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "pömetheus"

    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    assert (
        client.get(
            "/metrics", REMOTE_ADDR="203.0.113.9", headers={"Authorization": "Bearer pömetheus"}
        ).status_code
        == 200
    )
