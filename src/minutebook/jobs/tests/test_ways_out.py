"""What stops a job has its own sentence and its own way out, and afterwards the job goes on."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from minutebook.firms.models import User
from minutebook.jobs import saga
from minutebook.jobs.deciding import decide
from minutebook.jobs.models import JobPlan, JobRequest, JobStep
from minutebook.jobs.planning import PlanChoice, confirm_costs, save_plan
from minutebook.jobs.reasons import Reason, reason_of_refusal
from minutebook.jobs.requests import request_job
from minutebook.jobs.sweeper import sweep
from minutebook.jobs.tests.test_job_over_the_wire import QUICK, ask, costs_in_xpm, run, run_reviewed
from minutebook.practice import connect
from minutebook.practice.models import CallWindow, Client, ClientLink, Connection, JobTemplate, StaffMember
from tests.cast import make_company
from tests.sandbox import HARBOUR, RunningSandbox, connect_practice

pytestmark = pytest.mark.django_db(transaction=True)

Status = JobRequest.Status
HTMX = {"HX-Request": "true"}


@pytest.fixture
def asked(read_firm: Connection, preparer: User) -> JobRequest:
    """A job of a template with costs, for the sandbox's first active client; nothing was sent yet."""
    return ask(read_firm, make_company(), by=preparer)


class TestWhatXpmNoLongerHas:
    def test_a_template_that_was_deleted(
        self, asked: JobRequest, sandbox: RunningSandbox, preparer: User, as_preparer: Browser
    ) -> None:
        template = JobPlan.objects.get().template_id
        with sandbox.without_template(template):
            run(asked)

            assert asked.reason_code == Reason.TEMPLATE_GONE
            page = shown(as_preparer, asked)
            assert "XPM no longer has the template “ASIC Annual Review”. Choose another one" in page
            assert "No job was created." in page
            assert not JobTemplate.objects.filter(remote_id=template, is_gone=False).exists()
            other = JobTemplate.objects.filter(is_gone=False).first()
            assert other is not None
            again = planned_again(asked, preparer, template_id=other.remote_id, template_name=other.name)
            run_reviewed(again, preparer)

        assert again.status == Status.CREATED

    def test_a_staff_member_who_was_deleted(
        self, asked: JobRequest, sandbox: RunningSandbox, preparer: User, as_preparer: Browser
    ) -> None:
        chosen = JobPlan.objects.get()
        with sandbox.without_staff(chosen.staff_id):
            run_reviewed(asked, preparer)

            assert asked.reason_code == Reason.STAFF_GONE
            page = shown(as_preparer, asked)
            assert f"XPM no longer has {chosen.staff_name}, who was to be given the job." in page
            assert f"Job {asked.job_number} is in XPM, without what is missing here." in page
            other = StaffMember.objects.filter(is_gone=False).exclude(name=chosen.staff_name).first()
            assert other is not None
            as_preparer.post(reverse("jobs:mend", args=[asked.pack_id]), {"staff": other.remote_id})
            run_reviewed(asked, preparer)

        assert asked.status == Status.CREATED
        assert asked.job["staff_name"] == other.name

    def test_nobody_at_all_is_a_way_out_too(
        self, asked: JobRequest, sandbox: RunningSandbox, preparer: User, as_preparer: Browser
    ) -> None:
        with sandbox.without_staff(JobPlan.objects.get().staff_id):
            run_reviewed(asked, preparer)
            as_preparer.post(reverse("jobs:mend", args=[asked.pack_id]), {"staff": "none"})
            run_reviewed(asked, preparer)

        assert (asked.status, asked.job["staff_name"]) == (Status.CREATED, "")

    def test_a_client_that_was_archived_and_is_restored(
        self, asked: JobRequest, sandbox: RunningSandbox, preparer: User, as_preparer: Browser
    ) -> None:
        client = JobPlan.objects.get().client
        with sandbox.archived_client(client.remote_id):
            run(asked)
        page = shown(as_preparer, asked)
        assert asked.reason_code == Reason.CLIENT_ARCHIVED
        assert f"The client {client.name} is archived in XPM. Restore it there and try again" in page

        decide(asked, "try_again", by=preparer, now=timezone.now())
        run_reviewed(asked, preparer)

        assert asked.status == Status.CREATED

    def test_a_client_that_was_deleted(
        self, asked: JobRequest, sandbox: RunningSandbox, preparer: User, as_preparer: Browser
    ) -> None:
        plan = JobPlan.objects.get()
        with sandbox.without_client(plan.client.remote_id):
            run(asked)
            assert asked.reason_code == Reason.CLIENT_GONE
            assert f"XPM no longer has the client {plan.client.name}" in shown(as_preparer, asked)
            other = Client.objects.active().filter(is_gone=False).exclude(pk=plan.client_id).first()
            assert other is not None
            ClientLink.objects.update(client=other)
            again = planned_again(asked, preparer, client=other)
            run_reviewed(again, preparer)

        assert again.status == Status.CREATED


class TestWhatXpmRefuses:
    def test_a_wrong_state_code_leads_to_settings_and_then_goes_on(
        self, asked: JobRequest, preparer: User, as_preparer: Browser
    ) -> None:
        Connection.objects.update(in_progress_code="NO-SUCH-CODE")
        run_reviewed(asked, preparer)
        page = shown(as_preparer, asked)
        assert asked.reason_code == Reason.REFUSED_STATE
        assert "XPM refused the state: Invalid state code. Check the state’s code in Settings" in page
        assert "State codes in Settings" in page

        Connection.objects.update(in_progress_code="INPROGRESS")
        decide(asked, "try_again", by=preparer, now=timezone.now())
        run_reviewed(asked, preparer)

        assert asked.status == Status.CREATED

    def test_the_state_can_be_left_as_xpm_started_it(self, asked: JobRequest, preparer: User) -> None:
        Connection.objects.update(in_progress_code="NO-SUCH-CODE")
        run_reviewed(asked, preparer)

        decide(asked, "leave_state", by=preparer, now=timezone.now())
        run_reviewed(asked, preparer)

        assert (asked.status, asked.job["mark_as"]) == (Status.CREATED, "AS_STARTED")

    def test_a_refused_line_can_be_changed_in_place(
        self, asked: JobRequest, sandbox: RunningSandbox, preparer: User, as_preparer: Browser
    ) -> None:
        sandbox.fail("status", path="job.api/cost", status=400)
        run(asked)
        refused = asked.steps.get(state=JobStep.State.FAILED)
        page = shown(as_preparer, asked)
        assert asked.reason_code == Reason.REFUSED_LINE
        assert f"XPM refused the cost line “{refused.body['description']}”:" in page
        assert "Change the line and send it again, or leave it out." in page

        typed = refused.body | {"unit_price": "77.70", "date": "22/11/2026", "billable": "on"}
        wrong = as_preparer.post(
            reverse("jobs:mend", args=[asked.pack_id]), typed | {"unit_price": "seven"}, headers=HTMX
        )
        assert wrong.status_code == 422
        assert "Unit Price is not a number." in html.unescape(wrong.content.decode())
        as_preparer.post(reverse("jobs:mend", args=[asked.pack_id]), typed, headers=HTMX)
        run_reviewed(asked, preparer)

        assert asked.status == Status.CREATED
        assert [str(cost.unit_price) for cost in costs_in_xpm(asked)].count("77.70") == 1

    def test_a_refused_line_can_be_left_out(
        self, asked: JobRequest, sandbox: RunningSandbox, preparer: User, as_preparer: Browser
    ) -> None:
        sandbox.fail("status", path="job.api/cost", status=400)
        run(asked)
        left_out = asked.steps.get(state=JobStep.State.FAILED).body["description"]

        decide(asked, "leave_line_out", by=preparer, now=timezone.now())
        run_reviewed(asked, preparer)

        assert asked.status == Status.CREATED
        assert left_out not in [cost.description for cost in costs_in_xpm(asked)]
        assert "Left out" in shown(as_preparer, asked)


class TestWithoutAConnection:
    def test_disconnected_here(
        self,
        asked: JobRequest,
        sandbox: RunningSandbox,
        administrator: User,
        as_preparer: Browser,
    ) -> None:
        connect.disconnect(Connection.objects.get(), by=administrator, now=timezone.now())
        run(asked)
        page = shown(as_preparer, asked)
        assert asked.status == Status.PAUSED_CONNECTION
        assert "Xero Practice Manager was disconnected here at " in page
        assert "once somebody has connected it again. Nothing of it has been sent yet." in page

        goes_on_after_reconnecting(asked, administrator, sandbox)

    def test_revoked_in_xero(
        self, asked: JobRequest, sandbox: RunningSandbox, administrator: User, as_preparer: Browser
    ) -> None:
        sandbox.end_connections()
        run(asked)
        page = shown(as_preparer, asked)
        assert asked.status == Status.PAUSED_CONNECTION
        assert "The connection to XPM was lost at " in page
        assert "The connection was removed in Xero. Reconnect in Settings." in page

        goes_on_after_reconnecting(asked, administrator, sandbox)

    def test_the_permission_taken_away_in_xpm(
        self, asked: JobRequest, sandbox: RunningSandbox, administrator: User, as_preparer: Browser
    ) -> None:
        sandbox.fail("status", path="job.api/add", method="POST", status=403)
        run(asked)
        page = shown(as_preparer, asked)
        assert asked.status == Status.PAUSED_CONNECTION
        assert "may no longer connect third-party add-ons in XPM" in page
        assert "Somebody who may has to reconnect in Settings." in page

        goes_on_after_reconnecting(asked, administrator, sandbox)

    def test_another_practice_parks_what_was_under_way(
        self, asked: JobRequest, sandbox: RunningSandbox, administrator: User, as_preparer: Browser
    ) -> None:
        sandbox.end_connections()
        connect_practice(administrator, sandbox, practice=HARBOUR)
        run(asked)
        page = shown(as_preparer, asked)
        assert asked.reason_code == Reason.OTHER_PRACTICE
        assert "planned for another practice than the one that is connected now" in page
        assert not [call for call in sandbox.calls() if call == "POST job.api/add"]

        goes_on_after_reconnecting(asked, administrator, sandbox)


class TestTheDaysLimit:
    def test_it_says_until_when_and_goes_on_by_itself(
        self, asked: JobRequest, sandbox: RunningSandbox, preparer: User, as_preparer: Browser
    ) -> None:
        sandbox.fail("throttle", path="job.api/add", problem="day", retry_after=3600)
        drive_once(asked)
        page = shown(as_preparer, asked)
        assert (asked.status, asked.reason_code) == (Status.CREATING, Reason.DAY_LIMIT)
        assert re.search(
            r"XPM’s calls for today are used up. Minutebook goes on by itself at \d+\.\d\d [ap]m", page
        )
        assert timedelta(minutes=59) < asked.next_at - timezone.now() < timedelta(minutes=61)

        CallWindow.objects.all().delete()  # the hour has passed
        JobRequest.objects.update(next_at=timezone.now())
        run_reviewed(asked, preparer)

        assert asked.status == Status.CREATED


def planned_again(asked: JobRequest, by: User, **changes: Any) -> JobRequest:  # fields of PlanChoice
    """Save the plan with something else chosen, confirm its costs and create the job now."""
    plan, now = JobPlan.objects.get(), timezone.now()
    kept = {name: getattr(plan, name) for name in PlanChoice.__slots__}
    plan = save_plan(
        asked.pack,
        PlanChoice(**{**kept, **changes}),
        event_kinds=["appoint_director"],
        by=by,
        now=now,
        today=plan.start_on,
    )
    confirm_costs(plan, by=by, now=now)
    again = request_job(asked.pack, by=by, now=now)
    assert again is not None
    assert again.pk == asked.pk
    return again


def goes_on_after_reconnecting(asked: JobRequest, administrator: User, sandbox: RunningSandbox) -> None:
    """Reconnect as a person does; the sweeper finds what was paused, and the job is created."""
    sandbox.end_connections()
    connect_practice(administrator, sandbox)
    Connection.objects.update(in_progress_code="INPROGRESS")

    assert sweep(timezone.now()) == 1
    run_reviewed(asked, administrator)

    assert asked.status == Status.CREATED


def drive_once(request: JobRequest) -> None:
    saga.drive(request.pk, clock=timezone.now, timing=QUICK)
    request.refresh_from_db()


def shown(browser: Browser, request: JobRequest) -> str:
    """Return the text of the request's page."""
    page = browser.get(reverse("jobs:request", args=[request.pk]))
    assert page.status_code == 200
    text = html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode()))
    return re.sub(r"\s+", " ", text)


class TestWhatARefusalMeans:
    @pytest.mark.parametrize(
        ("general", "words", "reason"),
        [
            (Reason.REFUSED_JOB, "Invalid job template identifier", Reason.TEMPLATE_GONE),
            (Reason.REFUSED_JOB, "Client is archived", Reason.CLIENT_ARCHIVED),
            (Reason.REFUSED_JOB, "Invalid client identifier", Reason.CLIENT_GONE),
            (Reason.REFUSED_JOB, "The name is too long", Reason.REFUSED_JOB),
            (Reason.REFUSED_STAFF, "Invalid staff identifier for add request", Reason.STAFF_GONE),
            (Reason.REFUSED_STAFF, "Not today", Reason.REFUSED_STAFF),
            (Reason.REFUSED_LINE, "Invalid client identifier", Reason.REFUSED_LINE),
        ],
    )
    def test_xpms_words_decide(self, general: Reason, words: str, reason: Reason) -> None:
        assert reason_of_refusal(general, words) == reason
