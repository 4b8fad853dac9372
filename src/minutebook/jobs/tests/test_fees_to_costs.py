"""The fee schedule proposes the costs; Review Costs says where each line comes from and what differs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from minutebook.documents.models import Document, DocumentPack
from minutebook.documents.titles import TITLES
from minutebook.firms.models import User
from minutebook.jobs.fees.models import FeeLine, RegulatorAmount
from minutebook.jobs.fees.regulator import Amount, Amounts, amounts, late_fees
from minutebook.jobs.fees.schedule import add_fee, fees_for
from minutebook.jobs.models import JobRequest, PlannedCost
from minutebook.jobs.plan import Fee
from minutebook.jobs.planning import change_cost, remove_cost, set_billable
from minutebook.jobs.requests import request_job
from minutebook.jobs.steps import ADD_JOB
from minutebook.practice.models import Client, ClientLink
from tests.cast import TODAY, signed_in
from tests.job_cast import ANNUAL_REVIEW, NOW, TENANT, make_pack, make_plan, release

pytestmark = pytest.mark.django_db
Kind = RegulatorAmount.Kind
KIND = "appoint_director"


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def as_administrator(administrator: User) -> Browser:
    return signed_in(administrator)


def overdue(form: str, due_on: str) -> dict[str, str]:
    return {"title": "Lodge", "due_on": due_on, "section": "s 205B", "form": form}


class TestWhatAsicCharges:
    @pytest.mark.parametrize(
        ("due_on", "dollars"),
        [("2026-01-31", "98.00"), ("2026-01-15", "411.00")],
    )
    def test_late_by_a_month_or_more(self, due_on: str, dollars: str) -> None:
        [fee] = late_fees([overdue("484", due_on)], Amounts(()), today=date(2026, 2, 28))

        assert (fee.unit_price, fee.taxable) == (Decimal(dollars), False)
        assert fee.origin == "ASIC’s amount from 1 July 2025"

    def test_one_a_form_however_many_changes(self) -> None:
        deadlines = [
            overdue("484", "2026-02-01"),
            overdue("484", "2026-01-20"),
            overdue("205A", "2026-02-20"),
        ]

        fees = late_fees(deadlines, Amounts(()), today=date(2026, 2, 25))

        assert [fee.description for fee in fees] == [
            "ASIC late fee, Form 484 due 20/01/2026",
            "ASIC late fee, Form 205A due 20/02/2026",
        ]

    def test_in_time_or_of_another_form_it_is_none(self) -> None:
        deadlines = [overdue("484", "2026-02-25"), overdue("485", "2026-01-01"), overdue("", "2026-01-01")]

        assert late_fees(deadlines, Amounts(()), today=date(2026, 2, 25)) == []

    def test_after_a_first_of_july_it_says_to_check(self) -> None:
        amount = Amounts(()).of(Kind.REVIEW, on=date(2026, 7, 1))

        assert amount is not None
        assert not amount.is_stale(on=date(2026, 6, 30))
        assert amount.is_stale(on=date(2026, 7, 1))
        assert amount.origin(on=date(2026, 7, 1)).endswith("check it, ASIC changes its fees each July")

    def test_the_firms_own_amount_goes_before(self, as_preparer: Browser) -> None:
        typed = {"kind": Kind.REVIEW, "from_on": "2026-07-01", "dollars": "$340"}

        answer = as_preparer.post(reverse("jobs:regulator-fee"), typed)

        assert answer.status_code == 302
        assert amounts().of(Kind.REVIEW, on=date(2026, 8, 1)) == Amount(
            kind=Kind.REVIEW, from_on=date(2026, 7, 1), dollars=Decimal("340.00")
        )

    def test_an_amount_that_is_none_is_refused_beside_the_field(self, as_preparer: Browser) -> None:
        answer = as_preparer.post(
            reverse("jobs:regulator-fee"), {"kind": Kind.REVIEW, "from_on": "2026-07-01", "dollars": ""}
        )

        assert answer.status_code == 422
        assert "Type the amount as ASIC’s page of fees has it" in answer.content.decode()
        assert not RegulatorAmount.objects.exists()


def test_every_supplied_document_has_a_title() -> None:
    from minutebook.documents.produce import _ORDER  # noqa: PLC0415  # the list that is complete

    assert set(TITLES) == set(_ORDER)


class TestProposed:
    def test_each_line_says_what_it_is_for(self, pack: DocumentPack, link: ClientLink, fees: None) -> None:
        plan = make_plan(pack, link, by=pack.made_by, confirmed=False)

        lines = plan.costs.order_by("position").values_list("description", "origin", "unit_price")

        assert [(description, str(price)) for description, _, price in lines] == [
            ("Resolution, consent and register of officeholders", "165.00"),
            ("Form 484 data sheet and lodgement", "110.00"),
            ("Director ID check", "35.00"),
        ]
        assert {origin for _, origin, _ in lines} == {"Appoint director"}

    def test_asics_fee_says_from_when_it_is(self, fees: None) -> None:
        labels = {"annual_review": "Annual review"}

        *_, review = fees_for(["annual_review"], on=date(2026, 11, 22), labels=labels)

        assert (review.description, review.unit_price) == ("ASIC annual review fee", Decimal("329.00"))
        assert review.origin == "ASIC’s amount from 1 July 2025: check it, ASIC changes its fees each July"

    def test_an_amount_that_nobody_knows_is_said_and_not_guessed(self, preparer: User) -> None:
        add_fee(
            replace(fee_of(event_kind="change_company_name"), regulator_fee=Kind.CHANGE_NAME), by=preparer
        )

        [fee] = fees_for(["change_company_name"], on=date(2026, 11, 22))

        assert fee.origin == "ASIC’s amount is not known here: enter it under Fee schedule"

    def test_a_document_is_charged_as_often_as_it_is_switched_on(
        self, pack: DocumentPack, link: ClientLink, preparer: User
    ) -> None:
        Document.objects.filter(pack=pack).delete()
        for subject, is_on in (("1", True), ("2", True), ("3", False)):
            Document.objects.create(
                pack=pack, code="consent_to_act", subject=subject, title="Consent", position=1, is_on=is_on
            )
        add_fee(fee_of(document_code="consent_to_act"), by=preparer)

        plan = make_plan(pack, link, by=preparer, confirmed=False)

        [cost] = plan.costs.filter(fee_key__startswith="fee:", origin="Consent to act")
        assert (cost.quantity, cost.unit_price) == (Decimal("2.00"), Decimal("45.00"))

    def test_what_is_overdue_brings_the_late_fee(self, pack: DocumentPack, link: ClientLink) -> None:
        pack.deadlines = [overdue("484", "2026-11-01")]
        pack.save()

        plan = make_plan(pack, link, by=pack.made_by, confirmed=False)

        assert plan.costs.get(fee_key="late:484").description == "ASIC late fee, Form 484 due 01/11/2026"


class TestAgainstTheSchedule:
    def test_what_was_changed_says_what_the_schedule_has_and_takes_it(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, fees: None
    ) -> None:
        plan = make_plan(pack, link, by=pack.made_by, confirmed=False)
        cost = plan.costs.order_by("position")[0]
        set_billable(cost, billable=False, by=pack.made_by)
        assert f"Schedule: 1.00 × {cost.unit_price}" in shown(as_preparer, pack)

        answer = as_preparer.post(reverse("jobs:take-from-schedule", args=[pack.pk, cost.pk]))

        cost.refresh_from_db()
        assert answer.status_code == 302
        assert cost.billable
        assert "Schedule: " not in shown(as_preparer, pack)

    def test_what_was_left_out_can_be_put_in(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, fees: None
    ) -> None:
        plan = make_plan(pack, link, by=pack.made_by, confirmed=False)
        cost = plan.costs.get(description="Director ID check")
        remove_cost(cost, by=pack.made_by)
        assert "In the schedule, not here: Director ID check" in shown(as_preparer, pack)

        as_preparer.post(reverse("jobs:put-in", args=[pack.pk]), {"fee": cost.fee_key})

        again = plan.costs.get(description="Director ID check")
        assert (again.unit_price, again.source) == (cost.unit_price, PlannedCost.Source.FEE_SCHEDULE)
        assert "In the schedule, not here" not in shown(as_preparer, pack)

    def test_a_fee_that_is_gone_from_the_schedule_is_said(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, fees: None
    ) -> None:
        make_plan(pack, link, by=pack.made_by, confirmed=False)
        FeeLine.objects.filter(description="Director ID check").delete()

        assert "No longer in the schedule for this pack" in shown(as_preparer, pack)

    def test_a_line_typed_over_stays_the_schedules(
        self, pack: DocumentPack, link: ClientLink, fees: None
    ) -> None:
        plan = make_plan(pack, link, by=pack.made_by, confirmed=False)
        cost = plan.costs.order_by("position")[0]

        change_cost(cost, cost.as_line(), source=PlannedCost.Source.HAND, by=pack.made_by)

        assert cost.source == PlannedCost.Source.FEE_SCHEDULE


class TestDefaults:
    def test_a_plan_starts_from_what_was_chosen(
        self, as_administrator: Browser, pack: DocumentPack, link: ClientLink
    ) -> None:
        typed = {
            "template": ANNUAL_REVIEW, "staff": "jo-2", "mark_as": "AS_STARTED",
            "description": "{month}: {company} ({trace})",
        }  # fmt: skip

        answer = as_administrator.post(reverse("jobs:change-default", args=[KIND]), typed)

        assert answer.status_code == 302
        page = shown(as_administrator, pack)
        assert f'value="{ANNUAL_REVIEW}" selected' in page
        assert 'value="jo-2" selected' in page
        assert f"{TODAY:%B %Y}: {pack.company.name} ({pack.trace_number})" in page

    def test_words_that_mean_nothing_are_refused_and_kept(
        self, as_administrator: Browser, link: ClientLink
    ) -> None:
        typed = {"template": "none", "staff": "none", "mark_as": "AS_STARTED", "description": "{cmpany}"}

        answer = as_administrator.post(reverse("jobs:change-default", args=[KIND]), typed)

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "{cmpany} means nothing here. You may write {company}" in page
        assert 'value="{cmpany}"' in page

    def test_a_preparer_reads_them(self, as_preparer: Browser, link: ClientLink) -> None:
        assert (
            "Administrators and partners can change these."
            in as_preparer.get(reverse("jobs:defaults")).content.decode()
        )
        assert as_preparer.get(reverse("jobs:change-default", args=[KIND])).status_code == 403


class TestAJobThatIsThereAlready:
    @pytest.fixture
    def there(self, pack: DocumentPack, link: ClientLink, preparer: User) -> JobRequest:
        """Another pack's job for the same client, created a little earlier."""
        earlier = make_pack(pack.company, by=preparer, trace_number="MB-000480-AAAA")
        make_plan(earlier, link, by=preparer)
        release(earlier, by=preparer)
        request = request_job(earlier, by=preparer, now=NOW)
        assert request is not None
        request.status, request.job_number, request.job_id = JobRequest.Status.CREATED, "J000123", "uuid-123"
        request.has_no_job = False
        request.save()
        return request

    def test_it_is_shown_before_the_costs_are_confirmed(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, there: JobRequest
    ) -> None:
        make_plan(pack, link, by=pack.made_by, confirmed=False)

        page = shown(as_preparer, pack)

        assert "There may be a job for this already" in page
        assert reverse("jobs:request", args=[there.pk]) in page

    def test_of_another_kind_of_event_it_is_said_calmly(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, there: JobRequest
    ) -> None:
        DocumentPack.objects.filter(pk=there.pack_id).update(event_kinds=["annual_review"])
        make_plan(pack, link, by=pack.made_by, confirmed=False)

        page = shown(as_preparer, pack)

        assert "This client has another job about this time." in page
        assert "There may be a job" not in page

    def test_another_clients_or_another_years_is_not_shown(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, there: JobRequest
    ) -> None:
        plan = make_plan(pack, link, by=pack.made_by, confirmed=False)
        plan.client = Client.objects.create(tenant_id=TENANT, remote_id="else", name="Else P/L", read_at=NOW)
        plan.save()
        assert "There may be a job" not in shown(as_preparer, pack)
        plan.client = link.client
        plan.start_on, plan.due_on = date(2027, 11, 1), date(2027, 12, 1)
        plan.save()

        assert "There may be a job" not in shown(as_preparer, pack)

    def test_the_costs_can_go_to_it(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, there: JobRequest, fees: None
    ) -> None:
        plan = make_plan(pack, link, by=pack.made_by, confirmed=False)
        as_preparer.post(reverse("jobs:join", args=[pack.pk]), {"job": str(there.pk)})
        assert "These costs go to <b>job J000123</b>" in shown(as_preparer, pack)
        as_preparer.post(reverse("jobs:confirm", args=[pack.pk]))
        release(pack, by=pack.made_by)

        request = request_job(pack, by=pack.made_by, now=NOW)

        assert request is not None
        assert (request.job_number, request.job_id, request.has_no_job) == ("J000123", "uuid-123", False)
        add = request.steps.get(number=ADD_JOB)
        assert add.state == add.State.SKIPPED
        assert request.steps.filter(kind="ADD_COST").count() == plan.costs.count()
        assert not request.steps.filter(kind="READ_COSTS").exists()

    def test_and_to_one_of_their_own_again(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, there: JobRequest
    ) -> None:
        plan = make_plan(pack, link, by=pack.made_by, confirmed=False)
        as_preparer.post(reverse("jobs:join", args=[pack.pk]), {"job": str(there.pk)})

        as_preparer.post(reverse("jobs:join", args=[pack.pk]))

        plan.refresh_from_db()
        assert plan.joins is None
        assert "There may be a job" in shown(as_preparer, pack)

    def test_a_job_that_is_not_like_it_is_not_joined(
        self, as_preparer: Browser, pack: DocumentPack, link: ClientLink, there: JobRequest
    ) -> None:
        make_plan(pack, link, by=pack.made_by, confirmed=False)

        answer = as_preparer.post(reverse("jobs:join", args=[pack.pk]), {"job": str(pack.pk)})

        assert answer.status_code == 404


def fee_of(**changes: str) -> Fee:
    return Fee(
        description="Drawn up", billable=True, quantity=Decimal(1), unit_cost=Decimal(6), unit_price=Decimal(45),
        taxable=True, event_kind=changes.get("event_kind", ""), document_code=changes.get("document_code", ""),
    )  # fmt: skip


def shown(browser: Browser, pack: DocumentPack) -> str:
    return browser.get(reverse("jobs:panel", args=[pack.pk])).content.decode()
