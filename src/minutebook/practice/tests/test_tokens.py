"""However many callers need a token, one refreshes; whatever happens to it, the connection survives."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connection as database
from pytest_django import Settings

from minutebook.activity.models import Activity
from minutebook.firms.models import Firm
from minutebook.practice.models import Connection
from minutebook.practice.provider import ConnectionLost, InDoubt, NotSent, PracticeManagerError
from minutebook.practice.tokens import LEASE, TokenPair, access_token
from minutebook.scope import firm_scope
from tests.cast import make_firm

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
OLD, EXPIRED = NOW - timedelta(minutes=29), NOW - timedelta(minutes=31)


class Identity:
    """Xero's token service: a new pair for each refresh, and the previous refresh token still taken once."""

    def __init__(self, *, answers_in: float = 0.0) -> None:
        self.pairs = 1
        self.refreshes = 0
        self.answers_in = answers_in  # seconds
        self.problems: list[PracticeManagerError] = []
        self._lock = threading.Lock()

    def refresh(self, refresh_token: str) -> TokenPair:
        time.sleep(self.answers_in)
        with self._lock:
            self.refreshes += 1
            if refresh_token not in {f"refresh-{self.pairs}", f"refresh-{self.pairs - 1}"}:
                raise ConnectionLost("Xero has ended this firm’s authorisation.")
            self.pairs += 1
            if self.problems:
                raise self.problems.pop()  # it has rotated, and the answer is lost
            return TokenPair(
                access_token=f"access-{self.pairs}",
                refresh_token=f"refresh-{self.pairs}",
                expires_at=NOW + timedelta(minutes=30),
                scopes="practicemanager",
            )


def connect(firm: Firm, *, signed_at: datetime = NOW) -> Connection:
    return Connection.objects.create(
        firm=firm,
        tenant_id="70784a63-d24b-46a9-a4db-0e70a274b056",
        label="Kauri & Wattle",
        access_token="access-1",
        refresh_token="refresh-1",
        access_expires_at=signed_at + timedelta(minutes=30),
        token_version=1,
        connected_at=signed_at,
    )


def test_a_fresh_token_is_used_as_it_is(firm: Firm) -> None:
    identity = Identity()

    assert access_token(connect(firm), refresh=identity.refresh, now=NOW) == ("access-1", 1)
    assert identity.refreshes == 0


def test_a_token_near_its_end_is_refreshed_first(firm: Firm) -> None:
    identity, connection = Identity(), connect(firm, signed_at=OLD)

    assert access_token(connection, refresh=identity.refresh, now=NOW) == ("access-2", 2)
    assert access_token(connection, refresh=identity.refresh, now=NOW) == ("access-2", 2)
    assert identity.refreshes == 1


def test_a_token_that_xero_called_expired_is_refreshed_though_it_looks_fresh(firm: Firm) -> None:
    connection = connect(firm)

    assert access_token(connection, refresh=Identity().refresh, seen_version=1, now=NOW) == ("access-2", 2)


def test_tokens_are_kept_encrypted(firm: Firm) -> None:
    connect(firm)
    with database.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token FROM practice_connection")
        stored = cursor.fetchone()

    assert "access-1" not in stored[0]
    assert "refresh-1" not in stored[1]


def test_a_missing_key_asks_to_restore_it_and_pages_still_open(firm: Firm, settings: Settings) -> None:
    connection = connect(firm)
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(ConnectionLost, match="Restore the server’s token key"):
        access_token(connection, refresh=Identity().refresh, now=NOW)
    assert Connection.objects.get().label == "Kauri & Wattle"


@pytest.mark.django_db(transaction=True)
def test_many_callers_at_once_make_one_refresh() -> None:
    firm, identity = make_firm(), Identity(answers_in=0.15)
    with firm_scope(firm.pk):
        connection = connect(firm, signed_at=EXPIRED)

    def ask(_: int) -> tuple[str, int]:
        try:
            with firm_scope(firm.pk):
                return access_token(connection, refresh=identity.refresh, now=NOW)
        finally:
            database.close()

    with ThreadPoolExecutor(8) as pool:
        got = set(pool.map(ask, range(16)))

    assert got == {("access-2", 2)}
    assert identity.refreshes == 1


def test_a_dead_refreshers_old_token_is_sent_again_after_its_lease(firm: Firm) -> None:
    """The refresher was killed after Xero had rotated the pair and before it could store it."""
    identity, connection = Identity(), connect(firm, signed_at=EXPIRED)
    Connection.objects.update(refresh_lease="dead", refresh_lease_until=NOW + LEASE)
    identity.refresh("refresh-1")

    got = access_token(connection, refresh=identity.refresh, now=NOW + LEASE + timedelta(seconds=1))

    assert got == ("access-3", 2)
    assert connection.status == Connection.Status.CONNECTED


def test_while_somebody_refreshes_in_good_time_the_old_token_still_serves(firm: Firm) -> None:
    identity, connection = Identity(), connect(firm, signed_at=NOW - timedelta(minutes=27))
    Connection.objects.update(refresh_lease="somebody", refresh_lease_until=NOW + LEASE)

    assert access_token(connection, refresh=identity.refresh, now=NOW) == ("access-1", 1)
    assert identity.refreshes == 0


def test_a_lost_answer_is_tried_again_with_the_same_token(firm: Firm) -> None:
    identity, connection = Identity(), connect(firm, signed_at=EXPIRED)
    identity.problems = [InDoubt("The request left, but no whole answer came back.")]

    with pytest.raises(NotSent, match="could not renew"):
        access_token(connection, refresh=identity.refresh, now=NOW)
    assert access_token(connection, refresh=identity.refresh, now=NOW) == ("access-3", 2)


def test_a_failed_early_refresh_does_not_stop_work(firm: Firm) -> None:
    identity, connection = Identity(), connect(firm, signed_at=NOW - timedelta(minutes=27))
    identity.problems = [NotSent("Xero could not be reached, so nothing was sent.")]

    assert access_token(connection, refresh=identity.refresh, now=NOW) == ("access-1", 1)


def test_a_revoked_authorisation_is_lost_once_and_not_asked_again(firm: Firm) -> None:
    identity, connection = Identity(), connect(firm, signed_at=EXPIRED)
    identity.pairs = 9  # neither of the two tokens that Xero still takes is ours

    for _ in range(2):
        with pytest.raises(ConnectionLost):
            access_token(connection, refresh=identity.refresh, now=NOW)

    assert identity.refreshes == 1
    assert connection.is_lost
    assert connection.lost_at is not None
    assert connection.lost_at - NOW < timedelta(seconds=1)
    assert [entry.action for entry in Activity.objects.all()] == ["connection.lost"]


def test_a_refusal_counts_for_nothing_when_somebody_else_has_refreshed(firm: Firm) -> None:
    """Our lease ran out while we waited, and another caller won."""
    connection = connect(firm, signed_at=EXPIRED)

    def refuse_after_another_won(_: str) -> TokenPair:
        Connection.objects.update(access_token="access-2", token_version=2)
        raise ConnectionLost("Xero has ended this firm’s authorisation.")

    assert access_token(connection, refresh=refuse_after_another_won, now=NOW) == ("access-2", 2)
    connection.refresh_from_db()
    assert connection.status == Connection.Status.CONNECTED
