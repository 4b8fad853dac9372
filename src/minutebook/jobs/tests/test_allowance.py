"""The calls used and left, by whom, and what waits because of it."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.jobs.models import JobCall, JobRequest
from minutebook.jobs.reasons import Reason
from minutebook.jobs.requests import request_job
from minutebook.practice import governor
from minutebook.practice.models import ClientLink
from minutebook.practice.provider import Lane
from tests.job_cast import NOW, TENANT, make_plan, release

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def request_(pack: DocumentPack, link: ClientLink, fees: None, preparer: User) -> JobRequest:
    """A job that was asked for, and that nobody drives yet."""
    make_plan(pack, link, by=preparer)
    release(pack, by=preparer)
    asked = request_job(pack, by=preparer, now=NOW)
    assert asked is not None
    return asked


def test_it_says_who_used_the_calls(as_preparer: Browser, request_: JobRequest) -> None:
    for lane in (Lane.INTERACTIVE, Lane.INTERACTIVE, Lane.BULK, Lane.REPAIR):
        governor.give_back(governor.take_permit(TENANT, lane, now=NOW), now=NOW)
    JobCall.objects.create(
        request=request_, method="POST", path="job.api/add", outcome="done", milliseconds=90, called_at=NOW
    )

    shown = text(as_preparer, "jobs:allowance")

    assert "This minute 4 used, 56 left" in shown
    assert "4 used, 4,996 left" in shown
    assert "– Jobs 2 – Look-ups after a lost answer 1 – Reading XPM and nightly checks 1" in shown
    assert f"{request_.job['name']} 1 call" in shown


def test_what_waits_is_said_there_and_among_the_jobs(as_preparer: Browser, request_: JobRequest) -> None:
    again = NOW + timedelta(hours=3)
    JobRequest.objects.update(reason_code=Reason.DAY_LIMIT, next_at=again)

    for page in ("jobs:allowance", "jobs:list"):
        assert (
            "1 job waits. XPM’s calls for today are used up. Minutebook goes on by itself at 2.42 pm."
        ) in text(as_preparer, page)


def test_an_outage_says_since_when(as_preparer: Browser, request_: JobRequest) -> None:
    JobRequest.objects.update(
        status=JobRequest.Status.PAUSED_UNREACHABLE,
        reason_code=Reason.UNREACHABLE,
        paused_at=NOW - timedelta(minutes=30),
    )

    assert "XPM has not answered since 11.12 am. Minutebook goes on by itself." in text(
        as_preparer, "jobs:list"
    )


def test_without_anything_waiting_nothing_is_said(as_preparer: Browser, request_: JobRequest) -> None:
    assert "goes on by itself" not in text(as_preparer, "jobs:list")


def text(browser: Browser, page: str) -> str:
    shown = html.unescape(re.sub(r"<[^>]+>", " ", browser.get(reverse(page)).content.decode()))
    return re.sub(r"\s+", " ", shown)
