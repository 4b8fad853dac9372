"""A firm connected to its practice, and a pack of Southern Star that wants a job there."""

import pytest

from minutebook.companies.models import Company
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import Firm, User
from minutebook.jobs.fees.schedule import seed_fee_schedule
from minutebook.practice.models import ClientLink, Connection
from minutebook.scope import firm_scope
from tests.job_cast import make_connection, make_link, make_pack


@pytest.fixture
def connection(firm: Firm) -> Connection:
    return make_connection()


@pytest.fixture
def link(company: Company, connection: Connection) -> ClientLink:
    return make_link(company)


@pytest.fixture
def pack(company: Company, preparer: User) -> DocumentPack:
    return make_pack(company, by=preparer)


@pytest.fixture
def fees(firm: Firm) -> None:
    """The fee schedule that every new firm starts with."""
    seed_fee_schedule(firm)


@pytest.fixture
def pack_of_another_firm(other_firm: Firm, company_of_another_firm: Company, preparer: User) -> DocumentPack:
    with firm_scope(other_firm.pk):
        return make_pack(company_of_another_firm, by=preparer, trace_number="MB-000001-AAAA")
