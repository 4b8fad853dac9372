"""What the client library changes in a practice is there when it is read again, over real HTTP semantics."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx2
import pytest

import xpm
from xpm_sandbox.app import create_app
from xpm_sandbox.sandbox import sandbox_of
from xpm_sandbox.settings import Settings
from xpm_sandbox.testing import connect_app

ORIGIN = "http://localhost"


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[xpm.Client]:
    """A practice of twenty clients, connected."""
    app = create_app(Settings(data=tmp_path), clients=20)
    transport = httpx2.WSGITransport(app=app)
    with httpx2.Client(transport=transport, base_url=ORIGIN) as browser:
        caller = connect_app(browser)
        endpoints = xpm.Endpoints(login_url=ORIGIN, identity_url=ORIGIN, api_url=ORIGIN)
        with xpm.Client(
            access_token=caller.access_token,
            tenant_id=caller.tenant,
            endpoints=endpoints,
            transport=transport,
        ) as practice:
            yield practice
    sandbox_of(app).database.close()


AROHA = xpm.ClientChanges(
    name="Aroha Ngata",
    first_name="Aroha",
    last_name="Ngata",
    born_on=date(1984, 5, 9),
    email="aroha@southernstar.example",
    address="17 Bastings Street",
    city="Northcote",
    region="VIC",
    post_code="3070",
    business_structure="Individual",
)


def test_a_client_that_is_added_reads_as_it_was_written(practice: xpm.Client) -> None:
    added = practice.add_client(AROHA)

    seen = practice.get_client(added.uuid)
    assert (seen.name, seen.born_on, seen.business_structure) == (
        "Aroha Ngata",
        date(1984, 5, 9),
        "Individual",
    )
    assert seen.address == xpm.Address(
        lines="17 Bastings Street", city="Northcote", region="VIC", post_code="3070", country=""
    )


def test_an_update_changes_what_it_names_and_leaves_the_rest(practice: xpm.Client) -> None:
    added = practice.add_client(AROHA)

    practice.update_client(added.uuid, xpm.ClientChanges(name="Aroha Ngata", email="", phone="03 9000 0000"))

    seen = practice.get_client(added.uuid)
    assert (seen.email, seen.phone, seen.address.post_code) == ("", "03 9000 0000", "3070")


def test_the_tax_number_comes_masked_and_an_update_leaves_it_alone(practice: xpm.Client) -> None:
    before = next(client for client in practice.clients() if client.tax_number)

    practice.update_client(before.uuid, xpm.ClientChanges(name="Renamed"))

    assert before.tax_number.startswith("*")
    assert practice.get_client(before.uuid).tax_number == before.tax_number


def test_a_relationship_is_read_with_its_kind_and_dates_and_goes_when_it_is_deleted(
    practice: xpm.Client,
) -> None:
    company = next(client for client in practice.clients() if client.business_structure == "Company")
    aroha = practice.add_client(AROHA)

    added = practice.add_relationship(
        xpm.NewRelationship(
            client_uuid=aroha.uuid, related_uuid=company.uuid, type="Director", start_on=date(2026, 11, 22)
        )
    )

    assert added.type == "Director"
    [seen] = practice.get_client(aroha.uuid).relationships
    assert seen.related is not None
    assert (seen.type, seen.related.uuid, seen.start_on) == ("Director", company.uuid, date(2026, 11, 22))
    practice.delete_relationship(seen.uuid)
    assert practice.get_client(aroha.uuid).relationships == ()


def test_an_archived_client_is_gone_from_the_pages_and_marked_in_the_list(practice: xpm.Client) -> None:
    added = practice.add_client(AROHA)

    practice.archive_client(added.uuid)

    assert added.uuid not in {client.uuid for client in practice.client_page(size=500).clients}
    assert {client.is_archived for client in practice.clients() if client.uuid == added.uuid} == {True}


def test_what_the_practice_does_not_know_is_refused_in_its_words(practice: xpm.Client) -> None:
    with pytest.raises(xpm.Refused, match="Invalid client identifier"):
        practice.update_client("00000000-0000-4000-8000-000000000000", xpm.ClientChanges(name="Nobody"))
    with pytest.raises(ValueError, match="needs a name"):
        practice.add_client(xpm.ClientChanges())
