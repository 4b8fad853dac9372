"""Worker processes create the jobs that were asked for, once each, also when the queue loses its memory."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from minutebook.companies.models import Company
from minutebook.firms.models import User
from minutebook.jobs.fees.schedule import seed_fee_schedule
from minutebook.jobs.models import JobCall, JobRequest
from minutebook.jobs.requests import request_job
from minutebook.jobs.sweeper import sweep
from minutebook.jobs.tasks import drive_request
from minutebook.practice.links import link_client
from minutebook.practice.models import Client, ClientLink, Connection
from tests.job_cast import make_pack, make_plan, release
from tests.sandbox import RunningSandbox
from tests.waiting import empty_queue, waiting_tasks
from tests.worker import on_postgresql, wait_until, worker

pytestmark = pytest.mark.django_db(transaction=True)

CREATED = JobRequest.Status.CREATED


@pytest.fixture
def link(read_firm: Connection, company: Company, preparer: User) -> ClientLink:
    """Southern Star's link to the sandbox's first active client; nothing waits in the queue."""
    seed_fee_schedule(read_firm.firm)
    client = Client.objects.active().filter(is_gone=False).order_by("pk").first()
    assert client is not None
    empty_queue()
    return link_client(company.contact, client, by=preparer, now=timezone.now())


def ask(link: ClientLink, company: Company, *, by: User, number: int = 481) -> JobRequest:
    """Release a pack with its job, as one transaction."""
    trace_number = f"MB-{number:06}-{time.time_ns() % 10_000:04}"
    pack = make_pack(company, by=by, trace_number=trace_number)
    make_plan(pack, link, by=by)
    with transaction.atomic():
        release(pack, by=by, now=timezone.now())
        request = request_job(pack, by=by, now=timezone.now())
    assert request is not None
    return request


def test_a_queue_that_lost_its_memory_is_filled_from_the_ledger(
    link: ClientLink, company: Company, preparer: User
) -> None:
    request = ask(link, company, by=preparer)
    empty_queue()

    woken = sweep(request.next_at + timedelta(seconds=10))

    assert woken == 1
    [task] = waiting_tasks()
    assert (task.path, task.args) == (drive_request.module_path, [str(request.pk), request.firm_id])


@on_postgresql
def test_a_running_worker_creates_the_job_though_the_queue_is_truncated(
    link: ClientLink, company: Company, preparer: User, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    with worker(tmp_path, _settings(sandbox)):
        asked_at = time.monotonic()
        with transaction.atomic():
            request = ask(link, company, by=preparer)
            empty_queue()
        wait_until(lambda: JobRequest.objects.filter(pk=request.pk, status=CREATED).exists())
        took = time.monotonic() - asked_at

    assert took < 35
    assert sandbox.calls().count("POST job.api/add") == 1


@on_postgresql
def test_two_workers_drive_each_request_once(
    link: ClientLink, company: Company, preparer: User, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    requests = [ask(link, company, by=preparer, number=number) for number in range(6)]
    epochs = {request.epoch for request in requests}

    with (
        worker(tmp_path / "first", _settings(sandbox)),
        worker(tmp_path / "second", _settings(sandbox)),
    ):
        wait_until(lambda: JobRequest.objects.filter(status=CREATED).count() == len(requests))

    for request in requests:
        request.refresh_from_db()
    assert {request.epoch for request in requests} == {epoch + 1 for epoch in epochs}  # claimed once
    assert sandbox.calls().count("POST job.api/add") == len(requests)
    fewest = sum(request.steps.count() for request in requests)
    assert JobCall.objects.count() == fewest
    assert len({request.job_number for request in requests}) == len(requests)


def _settings(sandbox: RunningSandbox) -> dict[str, str]:
    return {
        "XPM_LOGIN_URL": sandbox.url,
        "XPM_IDENTITY_URL": sandbox.url,
        "XPM_API_URL": sandbox.url,
        "XPM_CLIENT_ID": sandbox.client_id,
        "XPM_CLIENT_SECRET": sandbox.client_secret,
    }
