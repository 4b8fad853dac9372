"""The client list: everybody on either side, how they stand, found, filtered, and taken along as CSV."""

from django.urls import reverse

from minutebook.contacts.models import Contact
from minutebook.firms.models import Firm, User
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.practice.reading import read_changes
from minutebook.scope import firm_scope
from minutebook.sync.comparing import compare_changed
from minutebook.sync.deciding import decide_fields, ignore_client
from minutebook.sync.models import Comparison, Decision
from minutebook.sync.parting import unlink_pair
from minutebook.sync.tests.conftest import NOW, change_there
from minutebook.sync.undoing import undo_decision
from tests.cast import make_person, signed_in
from tests.sandbox import RunningSandbox


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


def test_two_are_linked_by_hand_from_either_side_and_taken_apart_again(
    read_firm: Connection, administrator: User
) -> None:
    browser = signed_in(administrator)
    here = Contact.objects.create(kind="COMPANY", name="Nothing Alike Pty Ltd")
    client = Client.objects.of(read_firm).active().filter(structure="Company").earliest("pk")
    from_here, from_there = (
        reverse("sync:link-contact", args=[here.pk]),
        reverse("sync:link-client", args=[client.pk]),
    )

    nobody = browser.post(from_here, {"chosen": "Nobody"})
    assert nobody.status_code == 422
    assert "Choose an XPM client from the list." in nobody.content.decode()
    browser.post(from_here, {"chosen": client.name, "chosen_id": client.pk})
    assert ClientLink.objects.get().contact == here
    assert "Unlink" in _page(administrator, status="different")

    unlink = reverse("sync:unlink", args=[here.pk, client.pk])
    answer = browser.post(unlink, {"back": f"{reverse('sync:clients')}?status=there"})
    assert answer["Location"].endswith("?status=there")
    assert not ClientLink.objects.exists()
    browser.post(from_there, {"chosen": here.name, "chosen_id": here.pk})
    assert ClientLink.objects.get().client == client


def test_unlinking_undone_brings_back_what_had_been_agreed_and_left(
    linked: ClientLink, read_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    change_there(sandbox, linked.client, phone="03 9000 1111")
    read_changes(read_firm, now=NOW)
    compare_changed(read_firm)
    comparison = Comparison.objects.get()
    decide_fields(comparison, {"phone": "leave"}, seen=comparison.differences, by=administrator, now=NOW)
    before = Comparison.objects.values("agreed", "left", "differences", "open_count").get()

    decision = unlink_pair(linked.contact_id, linked.client_id, by=administrator, now=NOW)
    undo_decision(decision, by=administrator, now=NOW)

    assert Comparison.objects.values("agreed", "left", "differences", "open_count").get() == before


def test_the_second_of_two_at_one_row_gets_a_sentence(
    read_firm: Connection, administrator: User, preparer: User
) -> None:
    here = Contact.objects.create(kind="COMPANY", name="Nothing Alike Pty Ltd")
    client = Client.objects.of(read_firm).active().filter(structure="Company").earliest("pk")
    first, second = signed_in(administrator), signed_in(preparer)
    chosen = {"chosen": client.name, "chosen_id": client.pk}
    first.post(reverse("sync:link-contact", args=[here.pk]), chosen)

    def told(name: str, *args: int, **typed: object) -> str:
        return second.post(reverse(name, args=args), typed, follow=True).content.decode()

    assert "is linked to Nothing Alike Pty Ltd already" in told("sync:create-here", client.pk)
    assert "linked or ignored by somebody meanwhile" in told("sync:ignore", client.pk)
    assert "was linked or approved by somebody meanwhile" in told("sync:create-there", here.pk)
    assert "is linked to XPM client" in told("sync:link-contact", here.pk, **chosen)
    first.post(reverse("sync:unlink", args=[here.pk, client.pk]))
    assert "unlinked by somebody meanwhile" in told("sync:unlink", here.pk, client.pk)
    assert "is not ignored any more" in told("sync:ask-again", client.pk)
    assert Decision.objects.count() == 2


def test_an_ignored_client_is_asked_about_again(read_firm: Connection, administrator: User) -> None:
    client = Client.objects.of(read_firm).active().filter(structure="Company").earliest("pk")
    ignore_client(client, by=administrator, now=NOW)

    signed_in(administrator).post(reverse("sync:ask-again", args=[client.pk]))

    assert Decision.objects.get().undone_by == administrator
