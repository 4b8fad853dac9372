"""The jobs on their way, the calls of one, and the fee schedule."""

import html
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from minutebook.companies.events import KINDS
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import Firm, User
from minutebook.jobs import saga
from minutebook.jobs.fees.models import FeeLine
from minutebook.jobs.fees.schedule import seed_fee_schedule
from minutebook.jobs.models import JobRequest
from minutebook.jobs.queries import needs_you_count
from minutebook.jobs.requests import request_job
from minutebook.practice.models import ClientLink
from minutebook.scope import firm_scope
from tests.cast import make_user, signed_in
from tests.in_memory_practice import Fault, InMemoryPractice, Office
from tests.job_cast import NOW, make_plan, release

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office(clock=lambda: NOW)


@pytest.fixture
def request_(pack: DocumentPack, link: ClientLink, fees: None, preparer: User) -> JobRequest:
    """A job that was asked for, and that nobody drives yet."""
    make_plan(pack, link, by=preparer)
    release(pack, by=preparer)
    asked = request_job(pack, by=preparer, now=NOW)
    assert asked is not None
    return asked


def drive(request: JobRequest, office: Office) -> None:
    saga.drive(
        request.pk,
        clock=lambda: NOW,
        open_manager=lambda connection, on_call: InMemoryPractice(
            office, tenant_id=connection.tenant_id, on_call=on_call
        ),
    )


class TestHowFarItHasCome:
    def test_while_it_moves_the_page_looks_every_second(
        self, as_preparer: Browser, request_: JobRequest
    ) -> None:
        page = get_state(as_preparer, request_)

        assert_shows(page, "Waiting 11.42.07", "Creating", "Checking", "Filling", "Created Then the link")
        assert 'hx-trigger="every 1s"' in page.content.decode()

    def test_it_is_drawn_again_only_when_something_has_changed(
        self, as_preparer: Browser, request_: JobRequest, office: Office
    ) -> None:
        found = re.search(r'hx-get="([^"]*seen=[^"]*)"', get_state(as_preparer, request_).content.decode())
        assert found is not None

        assert as_preparer.get(html.unescape(found[1])).status_code == 204
        drive(request_, office)
        assert_shows(as_preparer.get(html.unescape(found[1])), "Job J000001 created")

    def test_a_lost_answer_is_said_as_it_is(
        self, as_preparer: Browser, request_: JobRequest, office: Office
    ) -> None:
        office.plan["add_job", 1], office.takes = Fault.ANSWER_LOST, 10.2
        drive(request_, office)

        page = get_state(as_preparer, request_)

        assert_shows(page, "Checking that XPM received it", "No clear answer in 10 s")
        assert_shows(page, "Nothing is repeated until we know")

    def test_filling_counts_the_lines(
        self, as_preparer: Browser, request_: JobRequest, office: Office
    ) -> None:
        office.plan["add_cost", 2] = Fault.THROTTLED
        drive(request_, office)

        assert_shows(get_state(as_preparer, request_), "Filling 1 of 3", "Cost lines", "Written", "Waiting")

    def test_created_brings_the_link_and_the_looking_ends(
        self, as_preparer: Browser, request_: JobRequest, office: Office
    ) -> None:
        drive(request_, office)

        page = get_state(as_preparer, request_)

        assert_shows(
            page, "Job J000001 created", "Open J000001 in XPM", "3 of 3 lines", "XPM answered at once"
        )
        assert_shows(page, "Southern Star P/L", "due 20/12/2026", "As XPM starts it")
        assert f'href="{reverse("jobs:open", args=[request_.pk])}"' in page.content.decode()
        opened = as_preparer.get(reverse("jobs:open", args=[request_.pk]))
        assert opened.headers["Location"] == "https://xpm.example/J000001"
        assert "every 1s" not in page.content.decode()
        assert page.headers["HX-Retarget"] == "#job-panel"

    def test_a_refusal_has_xpms_words_and_what_is_certain(
        self, as_preparer: Browser, request_: JobRequest, office: Office
    ) -> None:
        office.plan["add_job", 1] = Fault.REFUSED
        drive(request_, office)

        page = get_state(as_preparer, request_)

        assert_shows(
            page, "Needs you", "XPM refused the job: Invalid job template identifier. No job was created."
        )
        assert_shows(page, "The documents are not affected.", "Try again", "Do not create this job")
        assert_shows(page, "Create job now", "Reopen the costs")

    def test_the_buttons_decide(self, as_preparer: Browser, request_: JobRequest, office: Office) -> None:
        office.plan["add_job", 1] = Fault.REFUSED
        drive(request_, office)

        page = as_preparer.post(
            reverse("jobs:decide", args=[request_.pack_id]),
            {"decision": "cancel"},
            headers={"HX-Request": "true"},
        )

        assert_shows(page, "Cancelled")
        request_.refresh_from_db()
        assert request_.status == JobRequest.Status.CANCELLED


class TestTheList:
    def test_it_shows_each_job_with_its_state(
        self, as_preparer: Browser, request_: JobRequest, office: Office
    ) -> None:
        office.plan["add_job", 1] = Fault.REFUSED
        drive(request_, office)

        page = as_preparer.get(reverse("jobs:list"))

        assert_shows(
            page, "MB-000481-7K3Q", "Appoint A. Ngata as director – Southern Star Pty Ltd", "Needs you 1"
        )
        assert needs_you_count() == 1

    def test_its_views_and_its_search_narrow_it(self, as_preparer: Browser, request_: JobRequest) -> None:
        assert "MB-000481" in shown(
            as_preparer.get(reverse("jobs:list"), {"view": "moving", "q": "southern star"})
        )
        assert "MB-000481" not in shown(as_preparer.get(reverse("jobs:list"), {"view": "created"}))
        assert_shows(as_preparer.get(reverse("jobs:list"), {"q": "sothern"}), "No job matches ‘sothern’.")

    def test_one_job_shows_its_calls(
        self, as_preparer: Browser, request_: JobRequest, office: Office
    ) -> None:
        drive(request_, office)

        page = as_preparer.get(reverse("jobs:request", args=[request_.pk]))

        assert_shows(page, "What was sent, and what came back", "Create the job", "POST add_job")
        assert_shows(page, "100 ms", "4 calls, the fewest possible")

    def test_another_firms_jobs_are_not_there(self, other_firm: Firm, request_: JobRequest) -> None:
        stranger = signed_in(make_stranger(other_firm))

        assert "MB-000481" not in shown(stranger.get(reverse("jobs:list")))
        assert stranger.get(reverse("jobs:request", args=[request_.pk])).status_code == 404
        assert stranger.get(reverse("jobs:state", args=[request_.pack_id])).status_code == 404


def make_stranger(firm: Firm) -> User:
    return make_user(firm, "Hugo Stranger", "hugo@harbour.example")


class TestTheFeeSchedule:
    def test_a_new_firm_has_one_for_every_kind_of_event(self, as_preparer: Browser, fees: None) -> None:
        page = as_preparer.get(reverse("jobs:fees"))

        assert page.context["tables"]
        assert all(table.lines for table in page.context["tables"])
        assert {line.event_kind for line in FeeLine.objects.all()} >= set(KINDS)

    def test_seeding_twice_changes_nothing(self, firm: Firm, fees: None) -> None:
        before = FeeLine.objects.count()

        seed_fee_schedule(firm)

        assert FeeLine.objects.count() == before

    def test_a_fee_is_changed_in_place(self, as_preparer: Browser, fees: None) -> None:
        fee = FeeLine.objects.filter(event_kind="appoint_director").order_by("position").first()
        assert fee is not None

        page = post_fee(as_preparer, reverse("jobs:change-fee", args=[fee.pk]), unit_price="180")

        assert_shows(page, "180.00")
        fee.refresh_from_db()
        assert (fee.unit_price, fee.description) == (Decimal(180), "Minutes")

    def test_a_cell_that_makes_no_sense_is_refused_and_kept(self, as_preparer: Browser, fees: None) -> None:
        page = post_fee(as_preparer, reverse("jobs:add-fee", args=["appoint_director"]), quantity="0.125")

        assert page.status_code == 422
        assert_shows(page, "Quantity has 3 decimals. XPM keeps 2.")
        assert 'value="0.125"' in page.content.decode()

    def test_fees_are_added_at_the_end_and_removed(self, as_preparer: Browser, fees: None) -> None:
        post_fee(as_preparer, reverse("jobs:add-fee", args=["appoint_director"]), no_gst="on")
        added = FeeLine.objects.get(description="Minutes")
        assert (added.position, added.taxable) == (4, False)

        as_preparer.post(reverse("jobs:remove-fee", args=[added.pk]), headers={"HX-Request": "true"})

        assert not FeeLine.objects.filter(pk=added.pk).exists()

    def test_an_unknown_kind_of_event_is_not_found(self, as_preparer: Browser, fees: None) -> None:
        assert post_fee(as_preparer, reverse("jobs:add-fee", args=["nonsense"])).status_code == 404

    def test_another_firms_fee_is_not_found(self, as_preparer: Browser, other_firm: Firm) -> None:
        with firm_scope(other_firm.pk):
            seed_fee_schedule(other_firm)
            theirs = FeeLine.objects.first()
        assert theirs is not None

        assert post_fee(as_preparer, reverse("jobs:change-fee", args=[theirs.pk])).status_code == 404

    def test_a_viewer_may_look_but_not_change(self, viewer: User, fees: None) -> None:
        as_viewer = signed_in(viewer)

        assert "Add line item" not in shown(as_viewer.get(reverse("jobs:fees")))
        assert post_fee(as_viewer, reverse("jobs:add-fee", args=["appoint_director"])).status_code == 403


def post_fee(browser: Browser, url: str, **changes: str) -> Any:  # Django's test response, with its context
    typed = {
        "description": "Minutes",
        "quantity": "1",
        "unit_cost": "0",
        "unit_price": "90",
        "billable": "on",
    }
    return browser.post(url, typed | changes, headers={"HX-Request": "true"})


def get_state(browser: Browser, request: JobRequest) -> Any:  # as above
    return browser.get(reverse("jobs:state", args=[request.pack_id]), headers={"HX-Request": "true"})


def shown(page: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.content.decode())).split())


def assert_shows(page: Any, *words: str) -> None:
    text = shown(page)
    for each in words:
        assert each in text, f"{each!r} is not in: {text}"
