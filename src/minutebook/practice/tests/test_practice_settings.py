"""Settings → Practice manager says how the connection stands and what to do next."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from minutebook.contacts.models import Contact
from minutebook.firms.models import Firm, User
from minutebook.practice.loss import lose_connection
from minutebook.practice.models import ClientLink, Connection, StaffMember
from minutebook.scope import firm_scope
from tests.cast import make_person, signed_in
from tests.practice import make_client, make_connection, make_price, make_staff, make_template

NOON = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SETTINGS = "/settings/practice-manager/"


@pytest.fixture(autouse=True)
def at_noon() -> object:
    with time_machine.travel(NOON, tick=False):
        yield


def page(user: User, address: str = SETTINGS) -> str:
    answer = signed_in(user).get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_before_connecting_the_page_offers_to_connect(administrator: User) -> None:
    shown = page(administrator)

    assert "Xero Practice Manager is not connected." in shown
    assert "Connect to Xero Practice Manager" in shown
    assert "Connect third-party add-ons" in shown


def test_a_preparer_is_told_who_can_connect(preparer: User) -> None:
    shown = page(preparer)

    assert "Only an administrator or a partner can connect it." in shown
    assert 'action="/settings/practice-manager/connect/"' not in shown


def test_a_read_practice_shows_what_was_read(firm: Firm, administrator: User) -> None:
    connection = make_connection(firm, by=administrator)
    make_template(connection)
    make_staff(connection)
    make_price(connection)
    make_client(connection)
    make_client(connection, "Old Trust", "", is_archived=True)

    shown = page(administrator)

    assert "Connected to Kauri &amp; Wattle" in shown
    assert "1 template" in shown
    assert "Hide Jo Bloggs" in shown
    assert "1 line of the price list" in shown
    assert "1 active client, 1 archived; 0 linked with contacts here." in shown
    assert "0 of 5,000" in shown


def test_a_lost_connection_says_when_and_why_and_that_jobs_wait(firm: Firm, administrator: User) -> None:
    lose_connection(make_connection(firm), because="The connection was removed in Xero.", now=NOON)

    shown = page(administrator)

    assert "Lost on 22 November 2026 at 12.00 pm: The connection was removed in Xero." in shown
    assert "Jobs that wait continue by themselves once you reconnect;" in shown
    assert "What still works" in shown


def test_dates_are_those_of_the_firms_own_clock(firm: Firm, administrator: User) -> None:
    late_in_utc = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)  # half past midnight of the 22nd in Melbourne
    make_connection(firm, read_at=late_in_utc)

    assert "Last read on 22 November 2026 at 12.30 am" in page(administrator)


def test_while_reading_the_page_asks_each_second(firm: Firm, administrator: User) -> None:
    connection = make_connection(firm)
    connection.reading_since, connection.reading_count = NOON, 500
    connection.save()

    shown = page(administrator)
    fragment = signed_in(administrator).get(reverse("practice:reading")).content.decode()

    assert 'hx-trigger="every 1s"' in shown
    assert "500 clients so far." in fragment
    assert "<html" not in fragment


def test_when_the_reading_has_ended_the_page_comes_anew(firm: Firm, administrator: User) -> None:
    make_connection(firm)

    answer = signed_in(administrator).get(reverse("practice:reading"))

    assert answer["HX-Refresh"] == "true"


def test_a_reading_that_died_with_its_process_says_so(firm: Firm, administrator: User) -> None:
    connection = make_connection(firm)
    connection.reading_since = NOON - Connection.READING_SILENCE
    connection.save()

    assert "The latest reading stopped part-way." in page(administrator)


def test_reading_again_starts_once(firm: Firm, administrator: User) -> None:
    connection = make_connection(firm)
    browser = signed_in(administrator)

    for _ in range(2):
        assert browser.post(reverse("practice:read-again")).status_code == 302

    connection.refresh_from_db()
    assert connection.reading_since == NOON


def test_a_viewer_cannot_change_anything(firm: Firm, viewer: User) -> None:
    make_connection(firm)
    browser = signed_in(viewer)

    for name in ("connect", "disconnect", "read-again", "states", "hide-staff", "link-matches"):
        assert browser.post(reverse(f"practice:{name}")).status_code == 403


def test_state_codes_count_as_not_proved_until_a_job_accepts_them(firm: Firm, administrator: User) -> None:
    make_connection(firm)

    signed_in(administrator).post(
        reverse("practice:states"), {"in_progress": " INPROGRESS ", "completed": "COMPLETED"}
    )

    connection = Connection.objects.get()
    assert (connection.in_progress_code, connection.completed_code) == ("INPROGRESS", "COMPLETED")
    assert page(administrator).count("Not yet proved") == 2


def test_hidden_staff_are_kept_out_of_the_list_and_can_come_back(firm: Firm, administrator: User) -> None:
    connection = make_connection(firm)
    gone, stays = make_staff(connection, "Sam Petrov"), make_staff(connection)
    browser = signed_in(administrator)

    browser.post(reverse("practice:hide-staff"), {"hidden": [str(gone.pk)]})
    assert list(StaffMember.objects.of(connection).offered()) == [stays]

    browser.post(reverse("practice:hide-staff"))
    assert StaffMember.objects.of(connection).offered().count() == 2


def test_exact_matches_are_offered_and_linked_with_one_yes(firm: Firm, administrator: User) -> None:
    client = make_client(make_connection(firm))
    contact = Contact.objects.create(kind=Contact.Kind.COMPANY, name="Southern Star", acn="004085616")

    assert "Link 1 contact" in page(administrator)
    assert not ClientLink.objects.exists()
    signed_in(administrator).post(reverse("practice:link-matches"))

    link = ClientLink.objects.get()
    assert (link.contact, link.client, link.reason) == (contact, client, ClientLink.Reason.ACN)


class TestChoosingAClient:
    def test_contacts_are_listed_with_their_link(self, firm: Firm, as_preparer: Browser) -> None:
        client = make_client(make_connection(firm))
        star = Contact.objects.create(kind=Contact.Kind.COMPANY, name="Southern Star", acn="004085616")
        make_person("Petra", "Southern")
        as_preparer.post(reverse("practice:link", args=[star.pk]), {"xpm_client_id": client.pk})

        shown = as_preparer.get(reverse("practice:client-options"), {"q": "south"}).content.decode()

        assert shown.count('role="option"') == 2
        assert f'data-id="{star.pk}"' in shown
        assert "· Southern Star Pty Ltd" in shown
        assert "Not linked" in shown
        assert "2 found by name, ACN, ABN or email" in shown

    def test_a_number_finds_by_acn(self, firm: Firm, as_preparer: Browser) -> None:
        Contact.objects.create(kind=Contact.Kind.COMPANY, name="Southern Star", acn="004085616")

        shown = as_preparer.get(reverse("practice:client-options"), {"q": "004 085"}).content.decode()

        assert "<b>Southern Star</b>" in shown

    def test_xpm_clients_are_found_by_name_or_number_and_archived_ones_left_out(
        self, firm: Firm, as_preparer: Browser
    ) -> None:
        connection = make_connection(firm)
        make_client(connection)
        make_client(connection, "Southern Old Pty Ltd", "", is_archived=True)

        by_name = as_preparer.get(reverse("practice:xpm-client-options"), {"q": "southern"}).content.decode()
        by_acn = as_preparer.get(reverse("practice:xpm-client-options"), {"q": "004085"}).content.decode()

        assert "1 active XPM client found" in by_name
        assert "<b>Southern Star Pty Ltd</b>" in by_acn

    def test_an_unlinked_contact_offers_to_be_linked(self, firm: Firm, as_preparer: Browser) -> None:
        make_connection(firm)
        contact = make_person()

        shown = as_preparer.get(reverse("practice:link-state", args=[contact.pk])).content.decode()

        assert "Aroha Ngata is not linked to a client in XPM." in shown
        assert "Link to this client" in shown

    def test_linking_says_so_and_tells_the_page(self, firm: Firm, as_preparer: Browser) -> None:
        client = make_client(make_connection(firm))
        contact = make_person()

        answer = as_preparer.post(reverse("practice:link", args=[contact.pk]), {"xpm_client_id": client.pk})

        assert "to XPM client <b>Southern Star Pty Ltd</b>" in answer.content.decode()
        assert "client-linked" in answer["HX-Trigger"]

    def test_a_client_that_somebody_has_is_refused_with_the_reason(
        self, firm: Firm, as_preparer: Browser
    ) -> None:
        client = make_client(make_connection(firm))
        first, second = make_person(), make_person("Daniel", "Moreau")
        as_preparer.post(reverse("practice:link", args=[first.pk]), {"xpm_client_id": client.pk})

        answer = as_preparer.post(reverse("practice:link", args=[second.pk]), {"xpm_client_id": client.pk})

        assert answer.status_code == 422
        assert "is linked to Aroha Ngata already" in answer.content.decode()

    def test_a_link_can_be_taken_back(self, firm: Firm, as_preparer: Browser) -> None:
        client = make_client(make_connection(firm))
        contact = make_person()
        as_preparer.post(reverse("practice:link", args=[contact.pk]), {"xpm_client_id": client.pk})

        as_preparer.post(reverse("practice:unlink", args=[contact.pk]))

        assert not ClientLink.objects.exists()

    def test_nothing_of_another_firm_is_found_or_linked(
        self, firm: Firm, other_firm: Firm, as_preparer: Browser
    ) -> None:
        make_connection(firm)
        with firm_scope(other_firm.pk):
            theirs = make_client(make_connection(other_firm, tenant_id="another"))
            stranger = make_person("Secret", "Stranger")

        options = as_preparer.get(reverse("practice:client-options"), {"q": "secret"}).content.decode()
        clients = as_preparer.get(reverse("practice:xpm-client-options"), {"q": "southern"}).content.decode()
        of_stranger = as_preparer.get(reverse("practice:link-state", args=[stranger.pk]))
        to_theirs = as_preparer.post(
            reverse("practice:link", args=[make_person().pk]), {"xpm_client_id": theirs.pk}
        )

        assert "Stranger" not in options
        assert "Southern Star" not in clients
        assert (of_stranger.status_code, to_theirs.status_code) == (404, 404)
