"""What every practice manager behind our interface must do. A provider's test class inherits these.

It gives three fixtures: `manager`, `firms_client` (a client's id there) and `two_staff`.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from minutebook.practice import governor
from minutebook.practice.provider import Capability, Lane, PracticeManager, Refused
from minutebook.practice.records import ClientId, CostId, NewCost, NewJob, StaffId, TemplateId

COURIER = NewCost(
    date=date(2026, 11, 22),
    description="Courier & “signing” – O’Brien <one>",
    billable=True,
    quantity=Decimal("2.50"),
    unit_cost=Decimal("9.00"),
    unit_price=Decimal("18.05"),
    marker="MB-000481-7K3Q/2",
)


def make_job(
    client: ClientId,
    *,
    reference: str = "MB-000481-7K3Q",
    template: TemplateId | None = None,
    description: str = "Appoint A. Ngata as director\nof Southern Star Pty Ltd",
) -> NewJob:
    return NewJob(
        client=client,
        template=template,
        name="Change of officeholder – Southern Star Pty Ltd",
        description=description,
        start_on=date(2026, 11, 22),
        due_on=date(2026, 12, 20),
        reference=reference,
    )


class PracticeManagerContract:
    """One method per promise of `minutebook.practice.provider.PracticeManager`."""

    @pytest.fixture
    def manager(self) -> PracticeManager:
        raise NotImplementedError

    @pytest.fixture
    def firms_client(self, manager: PracticeManager) -> ClientId:
        return next(client.id for client in manager.clients() if not client.is_archived)

    def test_it_offers_what_the_product_uses(self, manager: PracticeManager) -> None:
        assert manager.offers >= {Capability.COSTS, Capability.STAFF, Capability.STATES}
        assert manager.name
        assert manager.tenant_id

    def test_lists_hold_something_to_choose_from(self, manager: PracticeManager) -> None:
        assert all(template.id and template.name for template in manager.templates())
        assert all(member.id and member.name for member in manager.staff())
        assert all(price.description for price in manager.prices())

    def test_clients_come_with_digits_only(self, manager: PracticeManager) -> None:
        clients = list(manager.clients())

        assert clients
        assert all((client.acn + client.abn + "0").isdigit() for client in clients)

    def test_clients_changed_since_tomorrow_are_none(self, manager: PracticeManager) -> None:
        assert list(manager.clients(changed_since=datetime.now(UTC) + timedelta(days=1))) == []

    def test_a_job_is_found_again_by_its_reference(
        self, manager: PracticeManager, firms_client: ClientId
    ) -> None:
        made = manager.add_job(make_job(firms_client, reference="MB-000001-AAAA"))

        assert made.number
        assert manager.find_job(client=firms_client, reference="MB-000001-AAAA") == made

    def test_of_two_jobs_with_one_reference_the_oldest_is_found(
        self, manager: PracticeManager, firms_client: ClientId
    ) -> None:
        first = manager.add_job(make_job(firms_client, reference="MB-000002-AAAA"))
        manager.add_job(make_job(firms_client, reference="MB-000002-AAAA"))

        assert manager.find_job(client=firms_client, reference="MB-000002-AAAA") == first

    def test_an_unknown_reference_is_not_found(
        self, manager: PracticeManager, firms_client: ClientId
    ) -> None:
        assert manager.find_job(client=firms_client, reference="MB-999999-ZZZZ") is None

    def test_a_cost_comes_back_as_it_was_written(
        self, manager: PracticeManager, firms_client: ClientId
    ) -> None:
        job = manager.add_job(make_job(firms_client))

        added = manager.add_cost(job=job.number, cost=COURIER)
        (found,) = manager.costs(job=job.number)

        assert found.id == added
        assert (found.description, found.marker, found.date) == (
            COURIER.description,
            COURIER.marker,
            COURIER.date,
        )
        assert (found.quantity, found.unit_cost, found.unit_price) == (
            Decimal("2.5"),
            Decimal(9),
            Decimal("18.05"),
        )
        assert found.billable

    def test_a_cost_can_be_changed_twice_over(self, manager: PracticeManager, firms_client: ClientId) -> None:
        job = manager.add_job(make_job(firms_client))
        cost = manager.add_cost(job=job.number, cost=COURIER)
        removed = NewCost(
            date=COURIER.date,
            description="Taken out",
            billable=False,
            quantity=Decimal(0),
            unit_cost=Decimal(0),
            unit_price=Decimal(0),
            marker=COURIER.marker,
        )

        for _ in range(2):
            manager.update_cost(cost=cost, to=removed)
        (found,) = manager.costs(job=job.number)

        assert (found.id, found.description, found.quantity, found.billable) == (
            cost,
            "Taken out",
            Decimal(0),
            False,
        )

    def test_staff_may_be_assigned_twice_over(self, manager: PracticeManager, firms_client: ClientId) -> None:
        job = manager.add_job(make_job(firms_client))
        member = manager.staff()[0]

        for _ in range(2):
            manager.assign_staff(job=job.number, staff=member.id)

    def test_a_document_is_attached(self, manager: PracticeManager, firms_client: ClientId) -> None:
        job = manager.add_job(make_job(firms_client))

        manager.attach_document(
            job=job.number, title="Resolution", file_name="resolution.pdf", content=b"%PDF-1.7"
        )

        assert list(manager.documents(job=job.number)) == ["resolution.pdf"]

    def test_what_is_not_there_is_refused_in_words(
        self, manager: PracticeManager, firms_client: ClientId
    ) -> None:
        job = manager.add_job(make_job(firms_client)).number
        unknown = "00000000-0000-4000-8000-000000000000"

        for ask in (
            lambda: manager.add_job(make_job(ClientId(unknown))),
            lambda: manager.add_job(make_job(firms_client, template=TemplateId(unknown))),
            lambda: manager.assign_staff(job=job, staff=StaffId(unknown)),
            lambda: manager.set_state(job=job, code="NO SUCH STATE"),
            lambda: manager.update_cost(cost=CostId(unknown), to=COURIER),
        ):
            with pytest.raises(Refused, match="Invalid"):
                ask()

    def test_text_that_cannot_be_written_is_refused(
        self, manager: PracticeManager, firms_client: ClientId
    ) -> None:
        with pytest.raises(Refused):
            manager.add_job(make_job(firms_client, description="a bell \x07"))

    def test_calls_in_one_permit_hold_one_slot_and_are_each_counted(self, manager: PracticeManager) -> None:
        with manager.permit(Lane.INTERACTIVE):
            manager.templates()
            manager.staff()
            during = governor.usage(manager.tenant_id, now=datetime.now(UTC))
        after = governor.usage(manager.tenant_id, now=datetime.now(UTC))

        assert (during.at_once, during.day_used) == (1, 2)
        assert (after.at_once, after.day_used) == (0, 2)

    def test_a_call_outside_a_permit_is_counted_too(self, manager: PracticeManager) -> None:
        manager.templates()

        found = governor.usage(manager.tenant_id, now=datetime.now(UTC))
        assert (found.at_once, found.day_used) == (0, 1)
