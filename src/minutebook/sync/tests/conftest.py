"""A firm that has read its practice, with one contact that the practice knows as well."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.sync.deciding import create_here
from tests.sandbox import RunningSandbox
from xpm_sandbox.models.client import Client as SandboxClient

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
_KEPT = (
    "name",
    "title",
    "gender",
    "first_name",
    "last_name",
    "email",
    "phone",
    "address",
    "city",
    "region",
    "post_code",
    "is_archived",
    "is_deleted",
)


@pytest.fixture
def person_there(read_firm: Connection, sandbox: RunningSandbox) -> Iterator[Client]:
    """An individual of the practice; whatever a test changes in XPM is put back."""
    client = Client.objects.of(read_firm).active().filter(structure="Individual").earliest("pk")
    with sandbox.inside.database.writing() as session:
        row = session.get_one(SandboxClient, client.remote_id)
        before = {name: getattr(row, name) for name in _KEPT}
    yield client
    with sandbox.inside.database.writing() as session:
        row = session.get_one(SandboxClient, client.remote_id)
        for name, value in before.items():
            setattr(row, name, value)


@pytest.fixture
def linked(person_there: Client, administrator: User) -> ClientLink:
    """That person as a contact here, linked, both sides saying the same."""
    create_here(person_there, by=administrator, now=NOW)
    return ClientLink.objects.select_related("contact", "client").get()


def change_there(sandbox: RunningSandbox, client: Client, **fields: str) -> None:
    """Do what somebody does who changes a client in XPM."""
    with sandbox.inside.database.writing() as session:
        row = session.get_one(SandboxClient, client.remote_id)
        for name, value in fields.items():
            setattr(row, name, value)
        row.modified_at = sandbox.inside.clock()


def stands_there(sandbox: RunningSandbox, client: Client) -> SandboxClient:
    with sandbox.inside.database.writing() as session:
        row = session.get_one(SandboxClient, client.remote_id)
        session.expunge(row)
        return row


def writes(sandbox: RunningSandbox) -> list[str]:
    """The calls that could have changed the practice."""
    return [call for call in sandbox.calls() if not call.startswith("GET ")]


def contact_of(link: ClientLink) -> Contact:
    return Contact.objects.get(pk=link.contact_id)
