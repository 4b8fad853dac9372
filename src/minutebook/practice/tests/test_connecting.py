"""Connecting a practice, with everything that can come between."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings

from minutebook.activity.models import Activity
from minutebook.firms.models import Firm, Membership, User
from minutebook.practice.loss import lose_connection
from minutebook.practice.models import Connection
from minutebook.practice.tokens import access_token
from minutebook.scope import firm_scope
from tests.cast import make_user, signed_in
from tests.sandbox import HARBOUR, KAURI, RunningSandbox, begun, connect_practice, consented
from xpm_sandbox.identity import connections as xeros_connections


def shown(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]  # Django's test response


@pytest.fixture
def office(administrator: User) -> Browser:
    """The administrator's browser."""
    return signed_in(administrator)


def test_one_named_practice_is_connected_without_a_question(
    sandbox: RunningSandbox, firm: Firm, administrator: User
) -> None:
    connection = connect_practice(administrator, sandbox)

    assert connection.is_connected
    assert (connection.label, connection.connected_by) == (KAURI, administrator)
    assert connection.reading_since is not None
    assert Activity.objects.filter(action="connection.made").count() == 1


def test_only_what_is_needed_is_asked_for(sandbox: RunningSandbox, office: Browser) -> None:
    address = begun(office)

    assert "scope=openid+profile+email+offline_access+practicemanager&" in address
    assert "code_challenge_method=S256" in address


def test_of_several_practices_one_is_chosen(sandbox: RunningSandbox, office: Browser) -> None:
    back = office.get(consented(begun(office), practices=[KAURI, HARBOUR]))
    assert back["Location"] == reverse("practice:choose")

    page = shown(office.get(reverse("practice:choose")))
    kauri, harbour = [part.split('"')[0] for part in page.split('name="practice" value="')[1:]]
    office.post(reverse("practice:choose"), {"practice": harbour, "label": "Harbour"})

    connection = Connection.objects.get()
    assert (connection.tenant_id, connection.label) == (harbour, "Harbour")
    assert kauri != harbour


def test_a_practice_without_a_name_is_given_one(
    sandbox: RunningSandbox, office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = xeros_connections._describe
    monkeypatch.setattr(xeros_connections, "_describe", lambda found: named(found) | {"tenantName": None})

    office.get(consented(begun(office), practices=[KAURI]))
    page = shown(office.get(reverse("practice:choose")))
    tenant = page.split('name="practice" value="')[1].split('"')[0]
    refused = office.post(reverse("practice:choose"), {"practice": tenant, "label": ""})
    office.post(reverse("practice:choose"), {"practice": tenant, "label": "Our practice"})

    assert 'value="Kauri &amp; Wattle"' in page  # the firm's own name, as a first guess
    assert refused.status_code == 422
    assert Connection.objects.get().label == "Our practice"


def test_tokens_wait_for_the_choice_encrypted(sandbox: RunningSandbox, office: Browser) -> None:
    office.get(consented(begun(office), practices=[KAURI, HARBOUR]))

    kept = str(dict(office.session))
    assert "access_token" not in kept
    assert "eyJ" not in kept  # how a JSON web token begins


class TestWhatGoesWrong:
    def test_a_refusal_at_xero_connects_nothing(self, sandbox: RunningSandbox, office: Browser) -> None:
        answer = office.get(consented(begun(office), practices=[KAURI], decision="deny"))

        assert answer.status_code == 400
        assert "You did not allow the connection at Xero" in shown(answer)
        assert "Connect again" in shown(answer)
        assert not Connection.objects.exists()

    def test_an_answer_to_somebody_elses_question_is_refused(
        self, sandbox: RunningSandbox, office: Browser
    ) -> None:
        back = consented(begun(office), practices=[KAURI])

        answer = office.get(back.replace("state=", "state=x"))

        assert "does not belong to a connection begun here" in shown(answer)
        assert not Connection.objects.exists()

    def test_an_answer_works_once(self, sandbox: RunningSandbox, office: Browser) -> None:
        back = consented(begun(office), practices=[KAURI])
        office.get(back)

        assert "does not belong to a connection begun here" in shown(office.get(back))

    def test_a_spent_code_says_to_connect_again(self, sandbox: RunningSandbox, office: Browser) -> None:
        back = consented(begun(office), practices=[KAURI])
        code = back.split("code=")[1].split("&")[0]

        answer = office.get(back.replace(code, "spent"))

        assert "had already expired or been used. Connect again." in shown(answer)

    def test_a_quarter_of_an_hour_is_long_enough(self, sandbox: RunningSandbox, office: Browser) -> None:
        back = consented(begun(office), practices=[KAURI])

        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16), tick=True):
            answer = office.get(back)

        assert "took longer than a quarter of an hour" in shown(answer)

    def test_no_practice_means_the_permission_is_missing(
        self, sandbox: RunningSandbox, office: Browser
    ) -> None:
        back = consented(begun(office), practices=[KAURI])
        sandbox.end_connections()

        answer = office.get(back)

        assert "Connect third-party add-ons" in shown(answer)
        assert reverse("help:page", args=["permission"]) in shown(answer)

    @pytest.mark.parametrize("path", ["/connect/token", "/connections"])
    def test_while_xero_is_down_nothing_is_connected(
        self, sandbox: RunningSandbox, office: Browser, path: str
    ) -> None:
        back = consented(begun(office), practices=[KAURI])
        sandbox.fail("unavailable", path=path)

        answer = office.get(back)

        assert "Xero could not be reached, so nothing was connected." in shown(answer)
        assert not Connection.objects.exists()

    def test_a_server_without_an_app_says_who_can_mend_it(
        self, sandbox: RunningSandbox, office: Browser, settings: Settings
    ) -> None:
        settings.XPM_CLIENT_ID = ""

        answer = office.post(reverse("practice:connect"))

        assert "set XPM_CLIENT_ID and XPM_CLIENT_SECRET" in shown(answer)

    def test_a_wrong_secret_says_what_to_check(
        self, sandbox: RunningSandbox, office: Browser, settings: Settings
    ) -> None:
        back = consented(begun(office), practices=[KAURI])
        settings.XPM_CLIENT_SECRET = "wrong"

        assert "Xero does not accept this server’s app" in shown(office.get(back))

    def test_a_practice_of_another_firm_is_refused_without_naming_it(
        self, sandbox: RunningSandbox, office: Browser, other_firm: Firm
    ) -> None:
        theirs = make_user(other_firm, email="o@harbour.example", role=Membership.Role.ADMINISTRATOR)
        with firm_scope(other_firm.pk):
            connect_practice(theirs, sandbox)

        answer = office.get(consented(begun(office), practices=[KAURI]))

        assert "already connected to another firm on this server" in shown(answer)
        assert "Harbour Advisory" not in shown(answer)
        assert not Connection.objects.exists()


class TestLeavingAndComingBack:
    def test_disconnecting_tells_xero_and_keeps_what_was_read(
        self, read_firm: Connection, sandbox: RunningSandbox, office: Browser
    ) -> None:
        office.post(reverse("practice:disconnect"))

        read_firm.refresh_from_db()
        assert read_firm.status == Connection.Status.DISCONNECTED
        assert (read_firm.access_token, read_firm.refresh_token) == ("", "")
        assert read_firm.read_at is not None
        assert sandbox.calls("/connections")[-1] == f"DELETE /connections/{read_firm.remote_id}"

    def test_while_xero_is_down_disconnecting_works_here_and_says_so(
        self, connected_firm: Connection, sandbox: RunningSandbox, office: Browser
    ) -> None:
        sandbox.fail("unavailable", path="/connections")

        page = shown(office.post(reverse("practice:disconnect"), follow=True))

        assert "Xero could not be told" in page
        assert "Xero Practice Manager is not connected." in page

    def test_reconnecting_a_lost_practice_asks_nothing_and_keeps_its_name_and_codes(
        self, connected_firm: Connection, sandbox: RunningSandbox, administrator: User, office: Browser
    ) -> None:
        Connection.objects.update(label="Our practice", completed_code="COMPLETED")
        lose_connection(connected_firm, because="It was removed in Xero.", now=connected_firm.connected_at)

        office.get(consented(begun(office), practices=[KAURI, HARBOUR]))

        again = Connection.objects.get()
        assert again.is_connected
        assert (again.tenant_id, again.label) == (connected_firm.tenant_id, "Our practice")
        assert (again.completed_code, again.lost_because) == ("COMPLETED", "")
        assert again.token_version == connected_firm.token_version + 1

    def test_another_practice_starts_with_nothing_read(
        self, read_firm: Connection, sandbox: RunningSandbox, administrator: User
    ) -> None:
        Connection.objects.update(completed_code="COMPLETED", completed_proved=True)
        signed_in(administrator).post(reverse("practice:disconnect"))

        connection = connect_practice(administrator, sandbox, practice=HARBOUR)

        assert connection.pk == read_firm.pk
        assert connection.tenant_id != read_firm.tenant_id
        assert (connection.read_at, connection.completed_code) == (None, "")
        assert not connection.completed_proved

    def test_a_disconnected_practice_can_be_connected_by_another_firm(
        self, connected_firm: Connection, sandbox: RunningSandbox, office: Browser, other_firm: Firm
    ) -> None:
        office.post(reverse("practice:disconnect"))
        theirs = make_user(other_firm, email="o@harbour.example", role=Membership.Role.ADMINISTRATOR)

        with firm_scope(other_firm.pk):
            assert connect_practice(theirs, sandbox).is_connected


def test_the_stored_token_works(connected_firm: Connection) -> None:
    def refuse(_: str) -> object:
        raise AssertionError("a fresh token needs no refresh")

    token, version = access_token(connected_firm, refresh=refuse, now=connected_firm.connected_at)  # type: ignore[arg-type]

    assert token.count(".") == 2
    assert version == 1
