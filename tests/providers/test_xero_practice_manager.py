"""Xero Practice Manager as our own interface has it: the shared contract, then what is Xero's alone."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from minutebook.activity.models import Activity
from minutebook.firms.models import User
from minutebook.practice import governor
from minutebook.practice.models import Connection
from minutebook.practice.provider import (
    ConnectionLost,
    InDoubt,
    Lane,
    NotSent,
    PracticeManager,
    Throttled,
)
from minutebook.practice.records import CallReport, ClientId
from minutebook.practice.registry import manager_for
from tests.cast import signed_in
from tests.providers.contract import COURIER, PracticeManagerContract, make_job
from tests.sandbox import RunningSandbox
from xpm_sandbox.models.identity import AccessToken, RefreshToken


@pytest.fixture
def manager(connected_firm: Connection) -> PracticeManager:
    return manager_for(connected_firm)


@pytest.fixture
def firms_client(manager: PracticeManager) -> ClientId:
    return next(client.id for client in manager.clients() if not client.is_archived)


class TestXeroPracticeManager(PracticeManagerContract):
    @pytest.fixture
    def manager(self, connected_firm: Connection) -> PracticeManager:
        return manager_for(connected_firm)


class TestJobs:
    def test_a_job_has_number_identifier_and_address(
        self, manager: PracticeManager, firms_client: ClientId
    ) -> None:
        made = manager.add_job(make_job(firms_client))

        assert made.number.startswith("J0")
        assert len(made.id) == 36
        assert manager.job_url(job=made.number).endswith(made.number)

    def test_the_reference_is_also_found_as_the_descriptions_last_line(
        self, manager: PracticeManager, firms_client: ClientId
    ) -> None:
        made = manager.add_job(
            make_job(
                firms_client,
                reference="PO 4711",
                description="Appoint A. Ngata\nMB-000003-AAAA",
            )
        )

        assert manager.find_job(client=firms_client, reference="MB-000003-AAAA") == made

    def test_a_template_brings_its_costs(self, manager: PracticeManager, firms_client: ClientId) -> None:
        review = next(each for each in manager.templates() if each.name == "ASIC Annual Review")
        job = manager.add_job(make_job(firms_client, template=review.id))

        found = {cost.description: cost for cost in manager.costs(job=job.number)}

        assert found["File and postage"].unit_price == Decimal("12.50")
        assert found["File and postage"].marker == ""

    def test_a_state_goes_by_its_interface_code(
        self, manager: PracticeManager, firms_client: ClientId
    ) -> None:
        job = manager.add_job(make_job(firms_client))

        manager.set_state(job=job.number, code="COMPLETED")


class TestErrors:
    def test_a_lost_answer_leaves_doubt_and_the_look_up_settles_it(
        self, manager: PracticeManager, firms_client: ClientId, sandbox: RunningSandbox
    ) -> None:
        sandbox.fail("drop", path="job.api/add", when="after")

        with pytest.raises(InDoubt):
            manager.add_job(make_job(firms_client, reference="MB-000004-AAAA"))

        assert manager.find_job(client=firms_client, reference="MB-000004-AAAA") is not None

    @pytest.mark.parametrize("kind", ["status", "unavailable", "truncate"])
    def test_an_answer_that_says_nothing_leaves_doubt(
        self, manager: PracticeManager, firms_client: ClientId, sandbox: RunningSandbox, kind: str
    ) -> None:
        sandbox.fail(kind, path="job.api/add")

        with pytest.raises(InDoubt):
            manager.add_job(make_job(firms_client))

    def test_when_nobody_answers_nothing_was_sent(self, connected_firm: Connection, settings: object) -> None:
        settings.XPM_API_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]  # nothing listens there

        with pytest.raises(NotSent):
            manager_for(connected_firm).add_job(make_job(ClientId("any")))

    def test_a_429_is_waited_out_by_every_manager_of_the_practice(
        self, connected_firm: Connection, manager: PracticeManager, sandbox: RunningSandbox
    ) -> None:
        sandbox.fail("throttle", path="template.api", retry_after=22)

        with pytest.raises(Throttled) as told:
            manager.templates()
        with pytest.raises(Throttled):
            manager_for(connected_firm).staff()

        assert told.value.retry_after == 22
        assert sandbox.calls() == ["GET template.api/list"]

    def test_too_many_at_once_pauses_a_second_or_two(
        self, manager: PracticeManager, sandbox: RunningSandbox
    ) -> None:
        sandbox.fail("throttle", path="template.api", problem="concurrent")

        with pytest.raises(Throttled):
            manager.templates()
        with pytest.raises(Throttled) as told, manager.permit(Lane.INTERACTIVE):
            pass

        assert 0 < told.value.retry_after <= 2


class TestAuthorisation:
    def test_an_expired_token_is_renewed_and_a_reading_call_repeated(
        self, manager: PracticeManager, connected_firm: Connection, sandbox: RunningSandbox
    ) -> None:
        expire_tokens(sandbox)

        assert manager.templates()

        connected_firm.refresh_from_db()
        assert connected_firm.token_version == 2
        assert sandbox.calls() == ["GET template.api/list"] * 2

    def test_an_expired_token_is_renewed_for_a_streamed_list_too(
        self, manager: PracticeManager, sandbox: RunningSandbox
    ) -> None:
        expire_tokens(sandbox)

        assert next(iter(manager.clients())).name

    def test_a_token_about_to_expire_is_renewed_before_anything_is_sent(
        self, manager: PracticeManager, sandbox: RunningSandbox
    ) -> None:
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=26), tick=True):
            assert manager.templates()

        assert sandbox.calls() == ["GET template.api/list"]

    def test_a_job_whose_moment_has_passed_is_not_sent(
        self, manager: PracticeManager, firms_client: ClientId, sandbox: RunningSandbox
    ) -> None:
        """A process that was frozen between its intent and the first byte must not send what is stale."""
        now = datetime.now(UTC)
        with (
            pytest.raises(NotSent, match="moment to send has passed"),
            manager.permit(Lane.INTERACTIVE),
            time_machine.travel(now + timedelta(seconds=6), tick=True),
        ):
            manager.add_job(make_job(firms_client))

        assert "POST job.api/add" not in sandbox.calls()

    def test_a_connection_removed_in_xero_is_lost_with_the_reason(
        self, manager: PracticeManager, connected_firm: Connection, sandbox: RunningSandbox
    ) -> None:
        sandbox.end_connections()

        with pytest.raises(ConnectionLost, match="was removed in Xero"):
            manager.templates()

        connected_firm.refresh_from_db()
        assert connected_firm.is_lost
        assert "was removed in Xero" in connected_firm.lost_because
        assert Activity.objects.filter(action="connection.lost").count() == 1

    def test_a_permission_taken_away_is_told_apart(
        self, manager: PracticeManager, connected_firm: Connection, sandbox: RunningSandbox
    ) -> None:
        sandbox.fail("status", path="template.api", status=403)

        with pytest.raises(ConnectionLost, match="may no longer connect third-party add-ons"):
            manager.templates()

    def test_when_xero_cannot_say_why_nothing_is_lost_yet(
        self, manager: PracticeManager, connected_firm: Connection, sandbox: RunningSandbox
    ) -> None:
        sandbox.fail("status", path="template.api", status=403)
        sandbox.fail("unavailable", path="/connections")

        with pytest.raises(NotSent, match="could not be asked why"):
            manager.templates()

        connected_firm.refresh_from_db()
        assert connected_firm.is_connected

    def test_a_revoked_authorisation_is_lost_and_the_token_endpoint_left_alone(
        self, manager: PracticeManager, connected_firm: Connection, sandbox: RunningSandbox
    ) -> None:
        expire_tokens(sandbox)
        with sandbox.inside.database.writing() as session:
            session.query(RefreshToken).update({"revoked": True})

        for _ in range(2):
            with pytest.raises(ConnectionLost):
                manager.templates()

        connected_firm.refresh_from_db()
        assert connected_firm.is_lost
        assert len(sandbox.calls("/connect/token")) == 2  # the first exchange, and one refresh


def test_a_jobs_page_in_xpm_is_looked_up_when_it_is_opened(
    connected_firm: Connection, manager: PracticeManager, administrator: User, sandbox: RunningSandbox
) -> None:
    job = manager.add_job(make_job(next(each.id for each in manager.clients())))
    browser, address = (
        signed_in(administrator),
        reverse("practice:open-job", args=[connected_firm.tenant_id, job.number]),
    )

    opened = browser.get(address)
    sandbox.fail("unavailable", path="job.api/get")
    while_down = browser.get(address)
    elsewhere = browser.get(reverse("practice:open-job", args=["another-practice", job.number]))

    assert opened["Location"].endswith(job.number)
    assert while_down.status_code == 503
    assert f"search for {job.number}" in while_down.content.decode()
    assert elsewhere.status_code == 404


def test_every_call_is_reported_without_secrets(connected_firm: Connection, sandbox: RunningSandbox) -> None:
    reports: list[CallReport] = []
    manager = manager_for(connected_firm, on_call=reports.append)
    client = next(each.id for each in manager.clients())
    sandbox.fail("drop", path="job.api/cost", when="after")

    job = manager.add_job(make_job(client))
    with pytest.raises(InDoubt):
        manager.add_cost(job=job.number, cost=COURIER)

    told = [(each.method, each.path, each.status, each.outcome) for each in reports[1:]]
    assert told == [
        ("POST", "job.api/add", 200, "done"),
        ("POST", "job.api/cost", None, "in_doubt"),
    ]
    assert all(each.seconds >= 0 for each in reports)


def test_another_servers_calls_are_learned_from_the_headers(
    connected_firm: Connection, manager: PracticeManager, sandbox: RunningSandbox
) -> None:
    limits = sandbox.inside.limits
    kept = limits.minute, limits.day
    limits.minute, limits.day = 60, 5000
    limits.forget()
    try:
        for _ in range(29):
            limits.enter(app=sandbox.client_id, practice=connected_firm.tenant_id)
            limits.leave(app=sandbox.client_id, practice=connected_firm.tenant_id)
        manager.templates()
    finally:
        limits.minute, limits.day = kept
        limits.forget()

    found = governor.usage(connected_firm.tenant_id, now=datetime.now(UTC))
    assert (found.minute_used, found.day_used) == (30, 30)


def expire_tokens(sandbox: RunningSandbox) -> None:
    """Let Xero call every access token expired, however fresh it looks to us."""
    with sandbox.inside.database.writing() as session:
        session.query(AccessToken).update({"expires_at": datetime.now(UTC) - timedelta(minutes=1)})
