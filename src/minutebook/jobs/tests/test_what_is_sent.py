"""What will be sent is shown before anything is; afterwards, what was sent and what came back."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from minutebook.firms.models import User
from minutebook.jobs.counting import CallMade, count_calls
from minutebook.jobs.models import JobCall, JobRequest
from minutebook.jobs.sending import calls_left, count_of
from minutebook.jobs.tests.test_job_over_the_wire import ask, run_reviewed
from minutebook.practice.models import Connection
from minutebook.retention.applying import apply_retention
from tests.cast import make_company, signed_in
from tests.sandbox import RunningSandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(read_firm: Connection, preparer: User) -> JobRequest:
    """A job of a template with costs, for the sandbox's first active client; nothing was sent yet."""
    return ask(read_firm, make_company(), by=preparer)


def test_what_was_shown_is_what_is_sent(
    asked: JobRequest, read_firm: Connection, preparer: User, sandbox: RunningSandbox
) -> None:
    ahead = calls_left(asked, asked.steps.order_by("number"), connection=read_firm)
    run_reviewed(asked, preparer)

    def now_known(text: str) -> str:
        return text.replace("[job number]", asked.job_number)

    shown = [(each.call.method, now_known(each.call.path), now_known(each.call.body)) for each in ahead.calls]
    made = JobCall.objects.filter(request=asked).order_by("called_at", "pk")
    assert shown == list(made.values_list("method", "path", "sent"))
    assert ahead.in_words == "7 calls"
    assert count_of(asked.steps.all(), made).in_words(is_whole=True) == "7 calls, the fewest possible"


def test_of_an_answer_only_what_matters_is_kept(
    asked: JobRequest, preparer: User, sandbox: RunningSandbox
) -> None:
    run_reviewed(asked, preparer)

    kept = {call.path: call.came_back for call in JobCall.objects.filter(request=asked)}
    assert kept["job.api/add"].splitlines()[:2] == ["Status: OK", f"ID: {asked.job_number}"]
    assert asked.job["client_name"] not in "".join(kept.values())
    assert kept[f"job.api/costs/{asked.job_number}"].endswith("cost lines")
    stored = "".join(call.sent + call.came_back for call in JobCall.objects.all())
    assert "Bearer" not in stored
    assert "token" not in stored.lower()


def test_xpms_own_words_of_a_refusal_are_kept_with_the_call(
    asked: JobRequest, preparer: User, sandbox: RunningSandbox
) -> None:
    JobRequest.objects.update(job=asked.job | {"template": "00000000-0000-4000-8000-000000000001"})
    asked.refresh_from_db()
    run_reviewed(asked, preparer)

    page = signed_in(preparer).get(reverse("jobs:request", args=[asked.pk])).content.decode()

    (call,) = JobCall.objects.all()
    assert "ErrorDescription: " in call.came_back
    assert "refused" in page
    assert "&lt;ClientNumber&gt;" in page


def test_a_lost_answer_costs_a_look_up_and_the_page_says_so(
    asked: JobRequest, preparer: User, sandbox: RunningSandbox
) -> None:
    sandbox.fail("status", path="job.api/add", when="after")
    run_reviewed(asked, preparer)

    page = signed_in(preparer).get(reverse("jobs:request", args=[asked.pk])).content.decode()

    assert "8 calls, 1 of them a look-up after a lost answer" in page
    assert "no clear answer" in page


def test_bodies_are_forgotten_in_time(asked: JobRequest, preparer: User) -> None:
    run_reviewed(asked, preparer)
    before = JobCall.objects.count()

    assert "calls" not in apply_retention(asked.firm, now=timezone.now())
    later = timezone.now() + JobCall.BODIES_KEPT + timedelta(days=1)
    assert apply_retention(asked.firm, now=later)["calls"] == before
    assert set(JobCall.objects.values_list("sent", "came_back")) == {("", "")}


def test_before_confirming_each_call_can_be_read(
    as_preparer: Browser, asked: JobRequest, sandbox: RunningSandbox
) -> None:
    JobRequest.objects.all().delete()

    page = as_preparer.get(reverse("jobs:panel", args=[asked.pack_id])).content.decode()

    assert "What will be sent" in page
    assert "7 calls" in page
    assert "&lt;ClientNumber&gt;" in page
    assert "Create the job" in page


class TestCounting:
    def test_what_nobody_needed_is_named(self) -> None:
        calls = [
            CallMade(step=1, is_writing=True, looks_for_lost=False),
            CallMade(step=1, is_writing=False, looks_for_lost=True),
            CallMade(step=1, is_writing=False, looks_for_lost=True),
            CallMade(step=1, is_writing=True, looks_for_lost=False),
            CallMade(step=2, is_writing=True, looks_for_lost=False),
            CallMade(step=None, is_writing=False, looks_for_lost=False),
        ]

        words = count_calls(calls, fewest=2).in_words(is_whole=True)

        assert words == (
            "6 calls, 2 of them look-ups after a lost answer, 1 sent again, 1 to find the job’s address"
        )

    def test_on_its_way_it_says_how_many_are_needed(self) -> None:
        calls = [CallMade(step=1, is_writing=True, looks_for_lost=False)]

        assert count_calls(calls, fewest=7).in_words(is_whole=False) == "1 call so far of 7 needed"
