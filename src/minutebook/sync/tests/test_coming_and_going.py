"""Clients that are archived, deleted, and there again; and what the latest reading brought."""

from datetime import UTC, datetime

from django.urls import reverse

from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.practice.reading import read_changes, read_practice
from minutebook.sync.comparing import compare_changed
from minutebook.sync.deciding import link_pair
from minutebook.sync.models import Suggestion
from minutebook.sync.queries import to_decide
from minutebook.sync.suggesting import suggest_matches
from minutebook.sync.tests.conftest import change_there
from tests.cast import signed_in
from tests.sandbox import RunningSandbox
from xpm_sandbox.models.client import Client as SandboxClient

NOW = datetime.now(UTC)


def _news(user: User) -> str:
    page = signed_in(user).get(reverse("sync:clients"), {"status": "news"}).content.decode()
    return page[page.index("<tbody>") : page.index("</tbody>")] if "<tbody>" in page else ""


def test_an_archived_client_is_told_asked_about_no_more_and_comes_back(
    linked: ClientLink, read_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    there = linked.client
    change_there(sandbox, there, phone="03 9000 1111")
    with sandbox.inside.database.writing() as session:
        session.get_one(SandboxClient, there.remote_id).is_archived = True
    read_changes(read_firm, now=datetime.now(UTC))
    compare_changed(read_firm)

    assert "Archived in XPM" in _news(administrator)
    assert not to_decide(read_firm, now=NOW).exists()
    assert ClientLink.objects.filter(pk=linked.pk).exists()

    change_there(sandbox, there)
    with sandbox.inside.database.writing() as session:
        session.get_one(SandboxClient, there.remote_id).is_archived = False
    read_changes(read_firm, now=datetime.now(UTC))
    compare_changed(read_firm)

    assert "Back in XPM" in _news(administrator)
    assert to_decide(read_firm, now=NOW).exists()


def test_a_deleted_client_stays_linked_until_another_takes_its_place(
    linked: ClientLink, read_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    gone, contact = linked.client, linked.contact
    with sandbox.without_client(gone.remote_id):
        read_practice(read_firm, now=datetime.now(UTC))
        assert Client.objects.get(pk=gone.pk).is_gone
        assert not to_decide(read_firm, now=NOW).exists()
        anew = Client.objects.create(
            tenant_id=read_firm.tenant_id,
            remote_id="made-anew",
            name=gone.name,
            structure="Individual",
            details=gone.details,
            read_at=NOW,
        )

        suggest_matches(read_firm)
        suggestion = Suggestion.objects.get(client=anew)
        assert suggestion.contact == contact
        link_pair(contact, anew, by=administrator, now=NOW)

    assert ClientLink.objects.get().client == anew


def test_a_client_that_was_deleted_and_is_there_again_is_its_old_self(
    linked: ClientLink, read_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    with sandbox.without_client(linked.client.remote_id):
        read_practice(read_firm, now=datetime.now(UTC))
    change_there(sandbox, linked.client)
    read_changes(read_firm, now=datetime.now(UTC))

    assert "Back in XPM" in _news(administrator)
    assert not Client.objects.get(pk=linked.client_id).is_gone
    assert ClientLink.objects.get().contact == linked.contact
    assert Contact.objects.count() == 1


def test_what_the_latest_reading_brought_is_named_field_by_field(
    linked: ClientLink, read_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    change_there(sandbox, linked.client, phone="03 9000 1111", email="new@example.com")
    read_changes(read_firm, now=datetime.now(UTC))

    assert "Email, Phone" in _news(administrator)

    read_changes(read_firm, now=datetime.now(UTC))
    assert _news(administrator) == ""
