"""A lost connection: a banner for everybody, a mail for those who can mend it, and no loss for want of use."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from minutebook.firms.models import Firm, Membership, User
from minutebook.practice.idle import renew_idle, renew_in_background
from minutebook.practice.loss import lose_connection, tell_of_loss
from minutebook.practice.models import Connection
from tests.cast import make_user, signed_in
from tests.practice import CONNECTED_AT, make_connection
from tests.sandbox import RunningSandbox
from tests.waiting import waiting_tasks

pytestmark = pytest.mark.django_db

LOST_AT = datetime(2026, 11, 22, 3, 2, tzinfo=UTC)  # 2.02 pm in Melbourne
REMOVED = "The connection was removed in Xero. Reconnect in Settings."


@pytest.fixture
def lost(firm: Firm) -> Connection:
    connection = make_connection(firm)
    lose_connection(connection, because=REMOVED, now=LOST_AT)
    return connection


def test_every_page_offers_those_who_can_to_reconnect(lost: Connection, administrator: User) -> None:
    for page in ("companies:list", "jobs:list", "contacts:list", "production:list"):
        shown = _text(signed_in(administrator), page)

        assert "was lost at 2.02 pm on 22 Nov 2026." in shown
        assert f'action="{reverse("practice:connect")}"' in shown


def test_the_others_are_told_whom_to_ask(
    lost: Connection, firm: Firm, administrator: User, as_preparer: Browser
) -> None:
    make_user(firm, email="partner@kauriwattle.example", name="Zoe Park", role=Membership.Role.PARTNER)

    shown = _text(as_preparer, "companies:list")

    assert f"Ask {administrator.name} or Zoe Park to reconnect it." in shown
    assert reverse("practice:connect") not in shown


def test_its_own_page_does_not_say_it_twice(lost: Connection, administrator: User) -> None:
    assert _text(signed_in(administrator), "practice:settings").count("Lost on") == 1
    assert "Jobs wait and go on" not in _text(signed_in(administrator), "practice:settings")


def test_one_mail_a_loss_goes_to_those_who_can_mend_it(
    lost: Connection, firm: Firm, administrator: User, preparer: User
) -> None:
    lose_connection(lost, because=REMOVED, now=LOST_AT + timedelta(minutes=1))
    (told,) = [task for task in waiting_tasks() if task.path.endswith("tell_of_loss")]

    tell_of_loss.call(*told.args)

    (sent,) = mail.outbox
    assert sent.to == [administrator.email]
    assert "was lost on 22/11/2026 at 14:02" in sent.body
    assert REMOVED in sent.body
    assert reverse("practice:settings") in sent.body


def test_once_reconnected_no_mail_is_sent(lost: Connection, firm: Firm, administrator: User) -> None:
    Connection.objects.update(status=Connection.Status.CONNECTED)

    tell_of_loss.call(firm.pk)

    assert mail.outbox == []


def test_an_authorisation_that_lay_for_a_week_is_renewed(firm: Firm) -> None:
    make_connection(firm, expires_at=CONNECTED_AT)

    assert renew_idle(CONNECTED_AT + timedelta(days=6)) == 0
    assert renew_idle(CONNECTED_AT + timedelta(days=8)) == 1
    assert [task.path.rpartition(".")[2] for task in waiting_tasks()] == ["renew_in_background"]


def test_a_lost_or_ended_connection_is_not_renewed(lost: Connection) -> None:
    assert renew_idle(LOST_AT + timedelta(days=30)) == 0


@pytest.mark.django_db(transaction=True)
def test_renewing_spends_the_refresh_token_for_a_new_pair(
    connected_firm: Connection, sandbox: RunningSandbox
) -> None:
    Connection.objects.update(access_expires_at=CONNECTED_AT)
    before = len(sandbox.calls("/connect/token"))

    renew_in_background.call(connected_firm.firm_id, (CONNECTED_AT + timedelta(days=8)).isoformat())

    connected_firm.refresh_from_db()
    assert connected_firm.access_expires_at is not None
    assert connected_firm.access_expires_at > CONNECTED_AT + timedelta(days=1)
    assert len(sandbox.calls("/connect/token")) == before + 1


def _text(browser: Browser, page: str) -> str:
    return " ".join(browser.get(reverse(page)).content.decode().split())
