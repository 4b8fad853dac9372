"""Reading fills the cache, and a reading that fails leaves it usable."""

from datetime import UTC, datetime, timedelta

import pytest

from minutebook.activity.models import Activity
from minutebook.contacts.models import Contact
from minutebook.practice import governor, reading
from minutebook.practice.models import Client, Connection, JobTemplate, Price, StaffMember
from minutebook.practice.provider import Lane, Throttled
from minutebook.practice.reading import read_in_background, read_practice
from tests.sandbox import CLIENTS, RunningSandbox
from tests.waiting import empty_queue, waiting_tasks
from xpm_sandbox.models.client import Client as SandboxClient

LATER = datetime(2027, 1, 1, tzinfo=UTC)


def test_everything_is_read_and_no_contact_made(read_firm: Connection) -> None:
    assert Client.objects.of(read_firm).count() >= CLIENTS - 5  # a few are deleted there
    assert JobTemplate.objects.of(read_firm).filter(name="ASIC Annual Review").count() == 1
    assert StaffMember.objects.of(read_firm).exclude(email="").exists()
    assert Price.objects.of(read_firm).filter(code="CERT", unit_price="15.00").count() == 1
    assert read_firm.read_at == read_firm.connected_at
    assert (read_firm.reading_since, read_firm.reading_problem) == (None, "")
    assert not Contact.objects.exists()
    assert Activity.objects.filter(action="practice.read").count() == 1


def test_numbers_are_kept_as_digits(read_firm: Connection) -> None:
    numbers = list(Client.objects.of(read_firm).exclude(acn="").values_list("acn", flat=True))

    assert numbers
    assert all(number.isdigit() for number in numbers)


def test_archived_clients_are_known_as_such(read_firm: Connection) -> None:
    everybody = Client.objects.of(read_firm)

    assert 0 < everybody.active().count() < everybody.count()


def test_a_first_reading_takes_its_pages_and_then_everything_at_once(
    connected_firm: Connection, sandbox: RunningSandbox
) -> None:
    read_practice(connected_firm, now=connected_firm.connected_at)

    assert sandbox.calls() == [
        "GET template.api/list",
        "GET staff.api/list",
        "GET cost.api/list?page=1",
        "GET cost.api/list?page=2",
        "GET client.api/paged-list?pageSize=500",
        "GET client.api/list?detailed=true",
    ]


def test_reading_again_updates_and_marks_what_has_gone(
    read_firm: Connection, sandbox: RunningSandbox
) -> None:
    changed, gone = Client.objects.of(read_firm).active().order_by("pk")[:2]
    with sandbox.inside.database.writing() as session:
        session.get_one(SandboxClient, changed.remote_id).name = "Renamed Pty Ltd"
        leaving = session.get_one(SandboxClient, gone.remote_id)
        leaving.is_deleted = True

    try:
        read_practice(read_firm, now=LATER)
    finally:
        with sandbox.inside.database.writing() as session:
            session.get_one(SandboxClient, gone.remote_id).is_deleted = False
            session.get_one(SandboxClient, changed.remote_id).name = changed.name

    assert Client.objects.get(pk=changed.pk).name == "Renamed Pty Ltd"
    assert Client.objects.get(pk=gone.pk).is_gone


def test_what_the_list_no_longer_holds_is_gone_and_can_come_back(read_firm: Connection) -> None:
    Client.objects.create(
        firm=read_firm.firm,
        tenant_id=read_firm.tenant_id,
        remote_id="x",
        name="X",
        read_at=read_firm.connected_at,
    )
    JobTemplate.objects.create(
        firm=read_firm.firm, tenant_id=read_firm.tenant_id, remote_id="y", name="Made up"
    )
    known = JobTemplate.objects.of(read_firm).exclude(name="Made up").earliest("pk")
    JobTemplate.objects.filter(pk=known.pk).update(is_gone=True)

    read_practice(read_firm, now=LATER)

    assert Client.objects.get(remote_id="x").is_gone
    assert JobTemplate.objects.get(remote_id="y").is_gone
    assert not JobTemplate.objects.get(pk=known.pk).is_gone


def test_hidden_staff_stay_hidden(read_firm: Connection) -> None:
    hidden = StaffMember.objects.of(read_firm).earliest("pk")
    StaffMember.objects.hide(read_firm, [hidden.pk])

    read_practice(read_firm, now=LATER)

    assert StaffMember.objects.get(pk=hidden.pk).is_hidden


@pytest.mark.parametrize("kind", ["drop", "truncate", "status"])
@pytest.mark.parametrize("path", ["template.api", "client.api"])
def test_a_broken_reading_leaves_the_old_one_and_says_why(
    read_firm: Connection, sandbox: RunningSandbox, kind: str, path: str
) -> None:
    before = (read_firm.read_at, Client.objects.of(read_firm).count(), JobTemplate.objects.count())
    sandbox.fail(kind, path=path, times=2)  # the stream of clients is begun twice

    read_practice(read_firm, now=LATER)

    read_firm.refresh_from_db()
    after = (read_firm.read_at, Client.objects.of(read_firm).count(), JobTemplate.objects.count())
    assert after == before
    assert "What was read before still serves." in read_firm.reading_problem
    assert read_firm.reading_since is None


def test_a_lost_connection_ends_the_reading_and_says_so(
    connected_firm: Connection, sandbox: RunningSandbox
) -> None:
    sandbox.end_connections()

    read_practice(connected_firm, now=LATER)

    connected_firm.refresh_from_db()
    assert connected_firm.is_lost
    assert connected_firm.reading_problem == "The connection was removed in Xero. Reconnect in Settings."
    assert connected_firm.read_at is None


class TestInTheBackground:
    def test_the_task_reads(self, connected_firm: Connection) -> None:
        read_in_background.call(connected_firm.firm_id, connected_firm.pk)

        connected_firm.refresh_from_db()
        assert connected_firm.read_at is not None

    def test_connecting_leaves_one_reading_waiting(self, connected_firm: Connection) -> None:
        [task] = waiting_tasks()

        assert task.path == read_in_background.module_path
        assert task.args == [connected_firm.firm_id, connected_firm.pk, False]

    def test_when_the_allowance_is_used_up_it_comes_back_later(self, connected_firm: Connection) -> None:
        now = datetime.now(UTC)
        for _ in range(45):
            governor.give_back(governor.take_permit(connected_firm.tenant_id, Lane.BULK, now=now), now=now)
        empty_queue()

        read_in_background.call(connected_firm.firm_id, connected_firm.pk)

        [waiting] = waiting_tasks()
        assert waiting.run_after is not None
        assert timedelta(seconds=40) < waiting.run_after - now < timedelta(seconds=70)
        connected_firm.refresh_from_db()
        assert connected_firm.is_reading(now=now)

    def test_a_spent_day_is_not_waited_for(self, connected_firm: Connection) -> None:
        now = datetime.now(UTC)
        governor.give_back(governor.take_permit(connected_firm.tenant_id, Lane.BULK, now=now), now=now)
        governor.learn(connected_firm.tenant_id, governor.Told(asked_at=now, day_left=1_000), now=now)
        empty_queue()

        read_in_background.call(connected_firm.firm_id, connected_firm.pk)

        connected_firm.refresh_from_db()
        assert waiting_tasks() == []
        assert connected_firm.reading_problem.endswith("Read again later.")

    def test_xeros_own_refusal_is_waited_out(
        self, connected_firm: Connection, sandbox: RunningSandbox
    ) -> None:
        sandbox.fail("throttle", path="staff.api", retry_after=22)

        with pytest.raises(Throttled) as told:
            reading.read_practice(connected_firm, now=LATER)

        assert told.value.retry_after == 22
        with pytest.raises(Throttled):
            governor.take_permit(connected_firm.tenant_id, Lane.INTERACTIVE, now=datetime.now(UTC))
