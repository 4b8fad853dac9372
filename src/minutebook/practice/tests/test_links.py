"""Only what is certain is offered for linking; everything else says why not."""

from datetime import UTC, datetime

import pytest

from minutebook.activity.models import Activity
from minutebook.contacts.models import Contact
from minutebook.firms.models import Firm, User
from minutebook.practice import links
from minutebook.practice.models import Connection
from tests.cast import make_person
from tests.practice import make_client, make_connection

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.fixture
def connection(firm: Firm) -> Connection:
    return make_connection(firm)


def organisation(name: str = "Southern Star", acn: str = "004085616") -> Contact:
    return Contact.objects.create(kind=Contact.Kind.COMPANY, name=name, acn=acn)


def test_one_contact_and_one_client_of_an_acn_match(connection: Connection) -> None:
    client, contact = make_client(connection), organisation()
    make_client(connection, "No Number Pty Ltd", "")
    organisation("Also no number", "")

    assert links.exact_acn_matches(connection) == [links.Match(contact=contact, client=client)]


def test_two_clients_of_one_acn_are_left_out_with_the_reason(connection: Connection) -> None:
    make_client(connection, "Southern Star Pty Ltd")
    make_client(connection, "Southern Star (old)")
    organisation()

    assert links.exact_acn_matches(connection) == []
    assert links.ambiguous_acns(connection) == [
        links.LeftOut(
            acn="004085616",
            reason="2 clients in XPM have it (Southern Star (old), Southern Star Pty Ltd): "
            "link the right one by hand.",
        )
    ]


def test_two_contacts_of_one_acn_are_left_out(connection: Connection) -> None:
    make_client(connection)
    organisation("Southern Star")
    organisation("Southern Star again")

    assert links.exact_acn_matches(connection) == []
    assert "merge them" in links.ambiguous_acns(connection)[0].reason


def test_an_archived_client_does_not_match(connection: Connection) -> None:
    make_client(connection, is_archived=True)
    organisation()

    assert links.exact_acn_matches(connection) == []


def test_what_is_linked_is_not_offered_again(connection: Connection, administrator: User) -> None:
    client, contact = make_client(connection), organisation()
    links.link_client(contact, client, by=administrator, now=NOW)

    assert links.exact_acn_matches(connection) == []


def test_a_linked_twin_does_not_make_the_other_one_certain(
    connection: Connection, administrator: User
) -> None:
    first, _second = make_client(connection, "Star A"), make_client(connection, "Star B")
    links.link_client(organisation(), first, by=administrator, now=NOW)
    organisation("Southern Star again")

    assert links.exact_acn_matches(connection) == []


def test_linking_matches_writes_each_into_the_history(connection: Connection, administrator: User) -> None:
    make_client(connection)
    organisation()

    count = links.link_matches(links.exact_acn_matches(connection), by=administrator, now=NOW)

    assert count == 1
    assert Activity.objects.get().sentence == "Linked to XPM client Southern Star Pty Ltd by ACN"


def test_what_somebody_linked_meanwhile_is_left_out(connection: Connection, administrator: User) -> None:
    client, _contact = make_client(connection), organisation()
    matches = links.exact_acn_matches(connection)
    links.link_client(make_person(), client, by=administrator, now=NOW)

    assert links.link_matches(matches, by=administrator, now=NOW) == 0


def test_a_contact_has_one_client(connection: Connection, administrator: User) -> None:
    contact = make_person()
    links.link_client(contact, make_client(connection), by=administrator, now=NOW)

    with pytest.raises(links.CannotLink, match="Unlink it first"):
        links.link_client(contact, make_client(connection, "Another", ""), by=administrator, now=NOW)


def test_an_archived_client_cannot_be_linked(connection: Connection, administrator: User) -> None:
    with pytest.raises(links.CannotLink, match="archived or deleted in XPM"):
        links.link_client(make_person(), make_client(connection, is_archived=True), by=administrator, now=NOW)


def test_unlinking_leaves_a_trace(connection: Connection, administrator: User) -> None:
    contact = make_person()
    link = links.link_client(contact, make_client(connection), by=administrator, now=NOW)

    links.unlink(link, by=administrator)

    assert links.link_of(contact, connection) is None
    assert Activity.objects.filter(action="client.unlinked").count() == 1
