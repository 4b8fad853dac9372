"""What goes wrong in a first synchronisation: it goes on by itself, or says what to do; nothing is made up."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.practice.client_reading import read_all_clients
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.practice.reading import read_in_background, read_practice
from minutebook.practice.records import Client as ClientRecord
from minutebook.practice.records import ClientId, ClientPage
from minutebook.sync.models import FirstSync, Suggestion
from minutebook.sync.suggesting import suggest_matches
from minutebook.sync.tasks import after_reading, sweep_first_syncs
from minutebook.sync.tests.conftest import writes
from tests.cast import signed_in
from tests.in_memory_practice import InMemoryPractice, Office
from tests.sandbox import RunningSandbox
from tests.waiting import empty_queue, waiting_tasks

NOW = datetime.now(UTC)
STAR = ClientRecord(
    id=ClientId("star"), name="Southern Star Pty Ltd", acn="004085616", abn="", email="", structure="Company",
    is_archived=False, is_deleted=False,
)  # fmt: skip


class Listing(InMemoryPractice):
    """A practice that lists exactly these."""

    def __init__(self, records: Sequence[ClientRecord], tenant_id: str) -> None:
        super().__init__(Office(clock=lambda: NOW), tenant_id=tenant_id)
        self.records = records

    def clients(self, *, changed_since: datetime | None = None) -> Iterator[ClientRecord]:
        return iter(self.records)

    def client_page(self, *, token: str | None = None) -> ClientPage:
        return ClientPage(clients=tuple(self.records), next_token=None)


def _read(connection: Connection, *records: ClientRecord) -> int:
    return read_all_clients(connection, Listing(records, connection.tenant_id), now=NOW)


def test_one_uuid_twice_is_one_client(connected_firm: Connection) -> None:
    assert _read(connected_firm, STAR, replace(STAR, name="Southern Star P/L")) == 2

    assert [client.name for client in Client.objects.all()] == ["Southern Star P/L"]


def test_a_client_without_a_name_is_listed_and_cannot_become_a_contact(
    connected_firm: Connection, administrator: User
) -> None:
    _read(connected_firm, replace(STAR, name="", acn=""))
    client = Client.objects.get()

    page = signed_in(administrator).get(reverse("sync:clients")).content.decode()
    answer = signed_in(administrator).post(reverse("sync:create-here", args=[client.pk]), follow=True)

    assert "Without a name" in page
    assert "This client has no name in XPM." in answer.content.decode()
    assert not Contact.objects.exists()


def test_a_wrong_acn_proves_nothing_and_cannot_be_taken_over(
    connected_firm: Connection, administrator: User
) -> None:
    Contact.objects.create(kind="COMPANY", name="Quite Another Pty Ltd", acn="004085616")
    _read(connected_firm, replace(STAR, acn="004085617"))

    assert suggest_matches(connected_firm) == 0
    answer = signed_in(administrator).post(
        reverse("sync:create-here", args=[Client.objects.get().pk]), follow=True
    )
    assert "ACN “004085617” cannot be taken over." in answer.content.decode()
    assert not ClientLink.objects.exists()


def test_a_name_of_500_characters_is_read_and_refused_in_words(
    connected_firm: Connection, administrator: User
) -> None:
    _read(connected_firm, replace(STAR, name="S" * 500))

    answer = signed_in(administrator).post(
        reverse("sync:create-here", args=[Client.objects.get().pk]), follow=True
    )

    assert "It has 500 characters, and 200 fit." in answer.content.decode()


def test_a_list_cut_half_way_says_so_and_is_gone_on_with(
    connected_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    browser = signed_in(administrator)
    browser.post(reverse("sync:begin"))
    sandbox.fail("truncate", path="client.api/list", times=2)
    read_in_background.call(connected_firm.firm_id, connected_firm.pk)

    page = browser.get(reverse("sync:together")).content.decode()
    assert "The reading did not end whole." in page
    assert "Go on reading" in page
    assert Client.objects.exists()

    read_in_background.call(connected_firm.firm_id, connected_firm.pk)
    after_reading.call(connected_firm.firm_id, connected_firm.pk)
    assert FirstSync.objects.get().stage == FirstSync.Stage.REVIEWING
    assert writes(sandbox) == []


@pytest.mark.parametrize("stage", ["READING", "MATCHING"])
def test_what_was_killed_goes_on_by_itself(
    connected_firm: Connection, administrator: User, stage: str
) -> None:
    signed_in(administrator).post(reverse("sync:begin"))
    long_ago = NOW - timedelta(minutes=20)
    if stage == "MATCHING":
        read_practice(connected_firm, now=NOW)
    else:
        Connection.objects.update(reading_since=long_ago, reading_heard_at=long_ago)
    FirstSync.objects.update(stage=stage, heard_at=long_ago)
    empty_queue()

    assert sweep_first_syncs(NOW) == 1
    [task] = waiting_tasks()
    (read_in_background if stage == "READING" else after_reading).call(*task.args)
    after_reading.call(connected_firm.firm_id, connected_firm.pk)

    assert FirstSync.objects.get().stage == FirstSync.Stage.REVIEWING
    assert Suggestion.objects.count() == 0


def test_a_connection_taken_away_half_way_leads_to_settings_and_then_goes_on(
    connected_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    browser = signed_in(administrator)
    browser.post(reverse("sync:begin"))
    sandbox.end_connections()

    read_in_background.call(connected_firm.firm_id, connected_firm.pk)

    page = browser.get(reverse("sync:together")).content.decode()
    assert "Xero Practice Manager is not connected." in page
    assert FirstSync.objects.get().stage == FirstSync.Stage.READING
    assert sweep_first_syncs(NOW + timedelta(hours=1)) == 0
