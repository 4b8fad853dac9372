"""The job's part of Document Production: its switch, its plan and its costs."""

import html
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.jobs.fees.models import TemplateCost
from minutebook.jobs.models import JobPlan, JobRequest, PlannedCost
from minutebook.practice.models import ClientLink, Connection, JobTemplate
from tests.cast import make_person, signed_in
from tests.job_cast import ANNUAL_REVIEW, NOW, TENANT, make_plan, release

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


class TestTheSwitch:
    def test_without_a_connection_it_is_disabled_and_says_why(
        self, as_preparer: Browser, pack: DocumentPack
    ) -> None:
        page = post(as_preparer, "switch", pack, wants_job="on")

        assert_shows(page, "Xero Practice Manager is not connected.")
        assert 'aria-disabled="true"' in text_of(page, raw=True)

    def test_without_a_job_template_it_says_how_to_make_one(
        self, as_preparer: Browser, pack: DocumentPack, connection: Connection
    ) -> None:
        JobTemplate.objects.update(is_gone=True)

        page = post(as_preparer, "switch", pack, wants_job="on")

        assert_shows(page, "XPM has no job template yet.")

    def test_off_makes_only_documents(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        page = post(as_preparer, "switch", pack)

        assert_shows(page, "Off. Only documents are made.")
        assert "Job Integration" not in text_of(page)
        pack.refresh_from_db()
        assert not pack.wants_job

    def test_on_opens_the_panel_with_every_field_filled(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        DocumentPack.objects.update(wants_job=False)

        page = post(as_preparer, "switch", pack, wants_job="on")

        assert_shows(page, "On. The job is sent when you download or send.")
        assert_shows(page, "Xero Practice Manager - Job Integration", "Schedule Information", "Create job")
        form = page.context["panel"].plan_form
        assert form["client"].value() == "Southern Star Pty Ltd"
        assert form["description"].value() == "Appoint A. Ngata as director – Southern Star Pty Ltd"
        assert form["name"].value() == "Appoint A. Ngata as director – Southern Star Pty Ltd"
        assert form["start_on"].value() == date(2026, 11, 22)
        assert form["due_on"].value() == date(2026, 12, 20)
        assert [label for _, label in form["mark_as"].field.choices] == [
            "As XPM starts it",
            "In progress",
            "Completed",
        ]

    def test_two_people_of_one_name_are_told_apart_by_their_addresses(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        page = get(as_preparer, "panel", pack)

        assert_shows(page, "Jo Bloggs (jo1@kw.example)", "Jo Bloggs (jo2@kw.example)")


class TestThePlan:
    def test_create_job_keeps_the_plan_and_sends_nothing(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, fees: None
    ) -> None:
        page = post(as_preparer, "plan", pack, **plan_of(link))

        assert_shows(page, "Plan saved", "Nothing has been sent to XPM.", "Review Costs")
        plan = JobPlan.objects.get()
        assert (plan.client, plan.template_name, plan.staff_name) == (
            link.client,
            "ASIC Annual Review",
            "Jo Bloggs",
        )
        assert not JobRequest.objects.exists()

    def test_a_client_that_is_not_linked_is_refused_beside_its_field(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        stranger = make_person("Petra", "Southern")

        page = post(
            as_preparer, "plan", pack, **plan_of(link, client="Petra Southern", client_id=stranger.pk)
        )

        assert page.status_code == 422
        assert_shows(
            page, "Petra Southern is not linked to an XPM client. Link it first, then create the job."
        )
        assert_shows(page, "XPM client", "Link to this client")
        assert not JobPlan.objects.exists()

    def test_a_contact_of_another_firm_cannot_be_chosen(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, pack_of_another_firm: DocumentPack
    ) -> None:
        theirs = pack_of_another_firm.company_id

        page = post(as_preparer, "plan", pack, **plan_of(link, client_id=theirs + 1000))

        assert_shows(page, "Choose a client from the list")

    def test_a_due_date_before_the_start_is_refused_and_what_was_typed_stays(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        page = post(
            as_preparer, "plan", pack, **plan_of(link, due_on="2026-11-20", description="My own words")
        )

        assert page.status_code == 422
        assert_shows(page, "Before the start date, 22/11/2026. Choose a later date.")
        assert 'value="2026-11-20"' in text_of(page, raw=True)
        assert "My own words" in text_of(page, raw=True)

    def test_a_template_that_has_gone_is_refused(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        JobTemplate.objects.create(tenant_id=TENANT, remote_id="other", name="Another")
        JobTemplate.objects.filter(remote_id=ANNUAL_REVIEW).update(is_gone=True)

        page = post(as_preparer, "plan", pack, **plan_of(link))

        assert_shows(page, "XPM no longer has this template. Choose another one.")

    def test_a_state_whose_code_nobody_has_typed_is_refused(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        page = post(as_preparer, "plan", pack, **plan_of(link, mark_as="COMPLETED"))

        assert_shows(page, "Minutebook does not know XPM’s code for “Completed”.")

    def test_the_template_brings_the_lines_it_was_last_seen_to_add(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, fees: None
    ) -> None:
        remember_template_cost("File and postage")

        page = post(as_preparer, "plan", pack, **plan_of(link))

        assert_shows(page, "File and postage from template", "Adds 1 cost line of its own, listed below")

    def test_another_template_changes_only_the_templates_lines(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, fees: None
    ) -> None:
        remember_template_cost("File and postage")
        post(as_preparer, "plan", pack, **plan_of(link))

        page = post(as_preparer, "plan", pack, **plan_of(link, template="none"))

        assert "File and postage" not in text_of(page)
        assert_shows(page, "Director ID check")

    def test_names_are_shown_literally(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        page = post(as_preparer, "plan", pack, **plan_of(link, description='<b>"&amp;', due_on="2026-11-20"))

        assert "<b>&quot;" not in text_of(page, raw=True)
        assert "&lt;b&gt;&quot;&amp;amp;" in text_of(page, raw=True)


class TestReviewCosts:
    def test_a_regulator_fee_carries_no_gst(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        make_plan(pack, link, by=pack.made_by, confirmed=False)
        post(as_preparer, "add-cost", pack, **line_of(description="Fixed fee", unit_price="300"))

        page = post(
            as_preparer,
            "add-cost",
            pack,
            **line_of(description="ASIC late fee", unit_cost="98", unit_price="98", no_gst="on"),
        )

        assert_shows(page, "Before GST 398.00", "GST 10 % 30.00", "Total $428.00")
        assert_shows(page, "Cost 98.00", "Margin 300.00, 75.4 %")

    def test_a_line_that_is_not_billable_counts_in_cost_and_never_in_the_total(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        plan = make_plan(pack, link, by=pack.made_by, confirmed=False)
        post(as_preparer, "add-cost", pack, **line_of(unit_cost="40", unit_price="100"))
        cost = plan.costs.get()

        page = post(as_preparer, "billable", pack, cost.pk)

        assert_shows(page, "Before GST 0.00", "Total $0.00", "Cost 40.00")

    def test_three_decimals_are_refused_and_what_was_typed_stays(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        plan = make_plan(pack, link, by=pack.made_by, confirmed=False)
        post(as_preparer, "add-cost", pack, **line_of())
        cost = plan.costs.get()

        page = post(as_preparer, "change-cost", pack, cost.pk, **line_of(quantity="1.555"))

        assert page.status_code == 422
        assert_shows(page, "Quantity has 3 decimals. XPM keeps 2.")
        assert 'value="1.555"' in text_of(page, raw=True)
        cost.refresh_from_db()
        assert cost.quantity == Decimal("1.00")

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("12e", "Unit Price is not a number. Type one such as 110.00."),
            ("NaN", "Unit Price is not a number."),
            ("-5", "Unit Price is below zero."),
            ("99999999", "Unit Price is more than 9,999,999.99."),
        ],
    )
    def test_a_price_that_makes_no_sense_is_refused(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, typed: str, words: str
    ) -> None:
        make_plan(pack, link, by=pack.made_by, confirmed=False)

        page = post(as_preparer, "add-cost", pack, **line_of(unit_price=typed))

        assert_shows(page, words)
        assert not PlannedCost.objects.exists()

    def test_dollars_and_commas_are_read_as_people_type_them(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        make_plan(pack, link, by=pack.made_by, confirmed=False)

        page = post(as_preparer, "add-cost", pack, **line_of(unit_price="$1,145.00"))

        assert_shows(page, "Before GST 1,145.00")

    def test_a_row_opens_with_the_users_own_labels(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        plan = make_plan(pack, link, by=pack.made_by, confirmed=False)
        post(as_preparer, "add-cost", pack, **line_of(quantity="1.5"))

        page = as_preparer.get(
            reverse("jobs:costs", args=[pack.pk]),
            {"edit": plan.costs.get().pk},
            headers={"HX-Request": "true"},
        )

        raw = text_of(page, raw=True)
        for label in ("Date", "Cost Description", "Billable", "Quantity", "Unit Cost", "Unit Price"):
            assert f'aria-label="{label}"' in raw
        assert 'value="1.50"' in raw
        assert 'value="2026-11-22"' in raw

    def test_a_line_of_the_price_list_says_so(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        make_plan(pack, link, by=pack.made_by, confirmed=False)

        page = post(
            as_preparer, "add-cost", pack, **line_of(description="ASIC company extract", unit_price="18")
        )

        assert_shows(page, "ASIC company extract price list")

    def test_the_price_list_is_suggested_as_the_user_types(
        self, as_preparer: Browser, link: ClientLink
    ) -> None:
        page = as_preparer.get(reverse("jobs:price-options"), {"q": "extr"})

        assert_shows(page, "ASIC company extract", "XPM price list: $18.00 each")
        assert 'data-unit-price="18.00"' in text_of(page, raw=True)

    def test_a_templates_line_is_taken_out_and_put_back(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        remember_template_cost("File and postage")
        plan = make_plan(pack, link, by=pack.made_by, template=ANNUAL_REVIEW, confirmed=False)
        cost = plan.costs.get()

        page = post(as_preparer, "remove", pack, cost.pk)
        assert_shows(page, "Taken out: File and postage", "Total $0.00")

        page = post(as_preparer, "put-back", pack, cost.pk)
        assert_shows(page, "Total $13.75")

    def test_confirm_fixes_the_lines_until_they_are_reopened(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, fees: None
    ) -> None:
        plan = make_plan(pack, link, by=pack.made_by, confirmed=False)
        cost = plan.costs.first()
        assert cost is not None

        page = post(as_preparer, "confirm", pack)
        assert_shows(page, "Confirmed by Priya Raman", "Reopen the costs")
        assert page.context["panel"].is_ready

        page = post(as_preparer, "remove", pack, cost.pk)
        assert page.status_code == 422
        assert_shows(page, "These costs are confirmed. Reopen them to change a line.")

        page = post(as_preparer, "reopen", pack)
        assert page.context["panel"].needs_confirmation

    def test_a_released_pack_without_a_job_ends_in_create_job_now(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, fees: None
    ) -> None:
        make_plan(pack, link, by=pack.made_by)
        release(pack, by=pack.made_by)

        assert_shows(get(as_preparer, "panel", pack), "Create job now")
        page = post(as_preparer, "create-now", pack)

        assert_shows(page, "Waiting", "You can leave this page; the job goes on without you.")
        assert 'hx-trigger="every 1s"' in text_of(page, raw=True)
        assert JobRequest.objects.get().marker == "MB-000481-7K3Q"

    def test_once_asked_for_nothing_of_it_can_be_changed(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, fees: None
    ) -> None:
        plan = make_plan(pack, link, by=pack.made_by)
        release(pack, by=pack.made_by)
        post(as_preparer, "create-now", pack)

        assert post(as_preparer, "reopen", pack).status_code == 422
        assert post(as_preparer, "plan", pack, **plan_of(link, name="Another")).status_code == 422
        post(as_preparer, "switch", pack)

        plan.refresh_from_db()
        pack.refresh_from_db()
        assert (plan.is_confirmed, plan.name == "Another", pack.wants_job) == (True, False, True)


class TestWhoMaySeeWhat:
    @pytest.mark.parametrize("name", ["panel", "costs", "client-note"])
    def test_another_firms_pack_is_not_found(
        self, as_preparer: Browser, pack_of_another_firm: DocumentPack, name: str
    ) -> None:
        assert get(as_preparer, name, pack_of_another_firm).status_code == 404

    @pytest.mark.parametrize(
        "name", ["switch", "plan", "add-cost", "confirm", "reopen", "create-now", "decide"]
    )
    def test_another_firms_pack_cannot_be_changed(
        self, as_preparer: Browser, pack_of_another_firm: DocumentPack, name: str
    ) -> None:
        assert post(as_preparer, name, pack_of_another_firm).status_code == 404

    def test_a_line_of_another_pack_is_not_found(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        make_plan(pack, link, by=pack.made_by, confirmed=False)

        assert post(as_preparer, "remove", pack, 999_999).status_code == 404

    @pytest.mark.parametrize(
        "name", ["switch", "plan", "add-cost", "confirm", "reopen", "create-now", "decide"]
    )
    def test_a_viewer_is_refused(self, viewer: User, pack: DocumentPack, name: str) -> None:
        assert post(signed_in(viewer), name, pack).status_code == 403

    def test_the_panel_takes_few_queries(
        self,
        as_preparer: Browser,
        pack: DocumentPack,
        link: ClientLink,
        fees: None,
        django_assert_max_num_queries: Any,
    ) -> None:
        make_plan(pack, link, by=pack.made_by, confirmed=False)

        with django_assert_max_num_queries(14):  # 3 of them find the session, the user and the firm
            get(as_preparer, "panel", pack)


def plan_of(link: ClientLink, **changes: object) -> dict[str, object]:
    return {
        "client": link.contact.name,
        "client_id": link.contact_id,
        "template": ANNUAL_REVIEW,
        "description": "Appoint A. Ngata as director",
        "name": "Appoint A. Ngata as director",
        "start_on": "2026-11-22",
        "due_on": "2026-12-20",
        "staff": "jo-1",
        "mark_as": "IN_PROGRESS",
    } | changes


def line_of(**changes: object) -> dict[str, object]:
    return {
        "date": "2026-11-22",
        "description": "Resolution and consent",
        "billable": "on",
        "quantity": "1.00",
        "unit_cost": "0.00",
        "unit_price": "110.00",
    } | changes


def remember_template_cost(description: str) -> None:
    TemplateCost.objects.create(
        tenant_id=TENANT,
        template_id=ANNUAL_REVIEW,
        position=1,
        description=description,
        billable=True,
        quantity=Decimal("1.00"),
        unit_cost=Decimal("12.50"),
        unit_price=Decimal("12.50"),
        seen_at=NOW,
    )


def get(browser: Browser, name: str, pack: DocumentPack) -> Any:  # Django's test response, with its context
    return browser.get(reverse(f"jobs:{name}", args=[pack.pk]), headers={"HX-Request": "true"})


def post(
    browser: Browser, name: str, pack: DocumentPack, /, *args: object, **data: object
) -> Any:  # as above
    url = reverse(f"jobs:{name}", args=[pack.pk, *args])
    return browser.post(url, data, headers={"HX-Request": "true"})


def text_of(page: Any, *, raw: bool = False) -> str:
    markup: str = page.content.decode()
    return markup if raw else " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def assert_shows(page: Any, *words: str) -> None:
    shown = text_of(page)
    for each in words:
        assert each in shown, f"{each!r} is not in: {shown}"
