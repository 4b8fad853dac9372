"""The client list: everybody on either side, how they stand, found, filtered, and taken along as CSV."""

from django.urls import reverse

from minutebook.contacts.models import Contact
from minutebook.firms.models import Firm, User
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.scope import firm_scope
from minutebook.sync.deciding import ignore_client
from minutebook.sync.models import Decision
from minutebook.sync.tests.conftest import NOW
from minutebook.sync.undoing import undo_decision
from tests.cast import make_person, signed_in


def _page(user: User, **query: str) -> str:
    return signed_in(user).get(reverse("sync:clients"), query).content.decode()


def test_both_sides_stand_in_one_list(linked: ClientLink, read_firm: Connection, preparer: User) -> None:
    make_person("Aroha", "Zz Ngata")

    assert linked.contact.name in _page(preparer, status="linked")
    assert "Aroha Zz Ngata" in _page(preparer, status="here", q="zz ng")
    assert "Aroha Zz Ngata" in _page(preparer, q="zz ng")
    assert "Aroha Zz Ngata" not in _page(preparer, status="there")


def test_it_is_found_by_acn(read_firm: Connection, preparer: User) -> None:
    client = Client.objects.of(read_firm).exclude(acn="").active().earliest("pk")

    assert client.name.replace("&", "&amp;") in _page(preparer, q=client.acn[:6])


def test_another_firms_contacts_are_not_in_it(
    read_firm: Connection, preparer: User, other_firm: Firm
) -> None:
    with firm_scope(other_firm.pk):
        Contact.objects.create(kind="COMPANY", name="Secret Reef Pty Ltd")

    assert "Secret Reef" not in _page(preparer, q="Secret Reef").replace("‘Secret Reef’", "").replace(
        'value="Secret Reef"', ""
    ).replace("q=Secret%20Reef", "")


def test_a_csv_takes_no_formula_along(read_firm: Connection, preparer: User) -> None:
    Contact.objects.create(kind="COMPANY", name="=HYPERLINK(1)")

    answer = signed_in(preparer).get(reverse("sync:clients-csv"), {"status": "here"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]

    assert text.splitlines()[0] == "Name,Type,ACN,ABN,Status,Last change"
    assert "'=HYPERLINK(1),Company" in text


def test_ignored_is_not_asked_about_until_undone(read_firm: Connection, administrator: User) -> None:
    client = Client.objects.of(read_firm).active().filter(structure="Company").earliest("pk")
    ignore_client(client, by=administrator, now=NOW)
    shown = client.name.replace("&", "&amp;")
    assert shown in _page(administrator, status="ignored")

    undo_decision(Decision.objects.get(), by=administrator, now=NOW)

    assert shown not in _page(administrator, status="ignored")
