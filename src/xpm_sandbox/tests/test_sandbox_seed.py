"""What is planted: believable, valid, and the same every time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.au import abn, acn, tfn

from xpm_sandbox.database import Database
from xpm_sandbox.models.base import Base
from xpm_sandbox.models.client import Client
from xpm_sandbox.models.identity import SigningKey
from xpm_sandbox.models.practice import Practice, Staff, Template
from xpm_sandbox.seed import reset, seed
from xpm_sandbox.seed.clients import seed_companies, seed_people


def rows_of(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, except the key, which is random."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != SigningKey.__tablename__]
    return {
        table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
        for table in tables
    }


def test_the_same_rows_come_of_every_seeding(tmp_path: Path) -> None:
    contents = []
    for folder in ("first", "second"):
        database = Database(tmp_path / folder)
        seed(database, clients=120)
        with database.reading() as session:
            contents.append(rows_of(session))
        database.close()

    assert contents[0] == contents[1]


def test_a_second_seeding_changes_nothing_and_a_reset_forgets(tmp_path: Path) -> None:
    database = Database(tmp_path)
    seed(database, clients=50)
    with database.writing() as session:
        session.scalars(select(Client)).first().name = "Changed"  # type: ignore[union-attr]  # there are 50

    seeded_again = seed(database, clients=50)
    with database.reading() as session:
        kept = session.scalar(select(Client.uuid).where(Client.name == "Changed"))
    reset(database, clients=50)
    with database.reading() as session:
        forgotten = session.scalar(select(Client.uuid).where(Client.name == "Changed"))
    database.close()

    assert not seeded_again
    assert kept is not None
    assert forgotten is None


@pytest.fixture(scope="session")
def full_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(tmp_path_factory.mktemp("full"))
    seed(database)
    yield database
    database.close()


@pytest.fixture
def session(full_database: Database) -> Iterator[Session]:
    with full_database.reading() as session:
        yield session


class TestAtFullSize:
    def test_kauri_and_wattle_has_1200_clients_of_every_structure(self, session: Session) -> None:
        clients = clients_of(session, "Kauri & Wattle")

        assert len(clients) == 1200
        assert {person.xpm_name for person in seed_people()} <= {client.name for client in clients}
        assert {
            "Individual",
            "Company",
            "Trust",
            "Partnership",
            "Self Managed Superannuation Fund",
            "Incorporated Association",
            "",
        } <= {client.business_structure for client in clients}
        assert 20 < sum(client.is_archived for client in clients) < 100

    def test_all_numbers_check_out(self, session: Session) -> None:
        for client in session.scalars(select(Client)):
            assert not client.company_number or acn.is_valid(client.company_number)
            assert not client.business_number or abn.is_valid(client.business_number)
            assert tfn.is_valid(client.tax_number)

    def test_the_listed_companies_come_first_under_the_practices_own_names(self, session: Session) -> None:
        by_acn = {client.company_number: client for client in clients_of(session, "Kauri & Wattle")}

        assert all(by_acn[company.acn].name == company.xpm_name for company in seed_companies())
        assert by_acn["918844023"].client_code.endswith("0001")

    def test_the_second_practice_has_no_templates(self, session: Session) -> None:
        practice = session.scalars(select(Practice).where(Practice.name == "Harbour & Pine Partners")).one()

        assert session.scalar(select(Template.uuid).where(Template.practice_uuid == practice.uuid)) is None
        assert session.scalar(select(Staff.uuid).where(Staff.practice_uuid == practice.uuid)) is not None


def test_the_listed_companies_have_valid_numbers_and_unique_names() -> None:
    companies = seed_companies()

    assert len(companies) >= 40
    assert len({company.name for company in companies}) == len(companies)
    for company in companies:
        assert acn.is_valid(company.acn)
        assert abn.is_valid(company.abn)
        assert company.abn.endswith(company.acn)


def clients_of(session: Session, practice: str) -> list[Client]:
    return list(session.scalars(select(Client).join(Practice).where(Practice.name == practice)))
