"""The access token of a connection, refreshed by one caller at a time.

Every refresh spends the refresh token, so two at once would lose the connection. A lease in the connection's
row says who refreshes; its version moves with each new pair. The refresh itself holds no transaction. Should
the refresher die after the practice manager has answered, the lease expires and the next caller sends the old
refresh token again, which is still accepted for 30 minutes.
"""

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from minutebook.practice.crypto import Undecryptable
from minutebook.practice.loss import lose_connection
from minutebook.practice.models import Connection
from minutebook.practice.provider import ConnectionLost, NotSent, PracticeManagerError

REFRESH_EARLY = timedelta(minutes=5)  # a token that lives shorter than this is refreshed before it is used
# Longer than a refresh can take, far shorter than the 30 minutes of grace.
LEASE = timedelta(seconds=30) / settings.TIME_SCALE
_POLL = (0.02, 0.06)  # seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenPair:
    """What an authorisation consists of. Both are secrets; the refresh token is good for one use."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime  # of the access token
    scopes: str


type Refresh = Callable[[str], TokenPair]
"""Spend a refresh token. Raises NotSent, InDoubt, or ConnectionLost when the token is no longer accepted."""


def access_token(
    connection: Connection, *, refresh: Refresh, seen_version: int | None = None, now: datetime
) -> tuple[str, int]:
    """Return a token that is good to use, and its version.

    `seen_version` is the version that the practice manager has just called expired: another is wanted.
    Raises NotSent when none can be had at present, ConnectionLost when somebody must reconnect.
    """
    began = time.monotonic()
    while True:
        moment = now + timedelta(seconds=time.monotonic() - began)
        held = _held(connection)
        if held.is_fresh(seen_version, now=moment):
            return held.access_token, held.version
        lease = _take_lease(connection, held.version, now=moment)
        if lease:
            return _refreshed(connection, held, lease, refresh=refresh, seen_version=seen_version, now=moment)
        if held.is_usable(seen_version, now=moment):
            return held.access_token, held.version  # somebody else is refreshing it in good time
        if moment - now > LEASE:
            raise NotSent("Xero is slow to renew this firm’s authorisation. It is tried again by itself.")
        time.sleep(random.uniform(*_POLL))  # noqa: S311  # jitter, not a secret


def store_tokens(connection: Connection, pair: TokenPair) -> None:
    """Set the connection's tokens on its unsaved fields, as a new version."""
    connection.access_token, connection.refresh_token = pair.access_token, pair.refresh_token
    connection.access_expires_at, connection.scopes = pair.expires_at, pair.scopes
    connection.token_version += 1
    connection.refresh_lease, connection.refresh_lease_until = "", None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    """The tokens as the row has them."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    version: int

    def is_fresh(self, seen_version: int | None, *, now: datetime) -> bool:
        return self.version != seen_version and now < self.expires_at - REFRESH_EARLY

    def is_usable(self, seen_version: int | None, *, now: datetime) -> bool:
        return self.version != seen_version and now < self.expires_at


def _held(connection: Connection) -> _Held:
    """Read the tokens from the row. Raises ConnectionLost when there are none, or none that can be read."""
    try:
        row = (
            Connection.objects.filter(pk=connection.pk, status=Connection.Status.CONNECTED)
            .values_list("access_token", "refresh_token", "access_expires_at", "token_version")
            .first()
        )
    except Undecryptable as problem:
        raise ConnectionLost(
            "The key that protects this connection is missing. Restore the server’s token key, or reconnect."
        ) from problem
    if row is None or row[2] is None:
        raise ConnectionLost("This firm is not connected to Xero Practice Manager. Connect it in Settings.")
    return _Held(access_token=row[0], refresh_token=row[1], expires_at=row[2], version=row[3])


def _take_lease(connection: Connection, version: int, *, now: datetime) -> str:
    """Return the lease by which this caller alone may refresh that version, or "" if somebody else may."""
    lease = uuid.uuid4().hex
    free = Q(refresh_lease_until__isnull=True) | Q(refresh_lease_until__lt=now)
    taken = Connection.objects.filter(
        free, pk=connection.pk, token_version=version, status=Connection.Status.CONNECTED
    ).update(refresh_lease=lease, refresh_lease_until=now + LEASE)
    return lease if taken else ""


def _refreshed(
    connection: Connection,
    held: _Held,
    lease: str,
    *,
    refresh: Refresh,
    seen_version: int | None,
    now: datetime,
) -> tuple[str, int]:
    mine = Connection.objects.filter(pk=connection.pk, token_version=held.version, refresh_lease=lease)
    try:
        pair = refresh(held.refresh_token)
    except ConnectionLost as refusal:
        return _after_refusal(connection, held, lease, refusal, now=now)
    except PracticeManagerError as problem:
        mine.update(refresh_lease="", refresh_lease_until=None)
        if held.is_usable(seen_version, now=now):
            return held.access_token, held.version
        raise NotSent(f"Xero could not renew this firm’s authorisation just now. {problem}") from problem
    stored = mine.update(
        access_token=pair.access_token,
        refresh_token=pair.refresh_token,
        access_expires_at=pair.expires_at,
        scopes=pair.scopes,
        token_version=held.version + 1,
        refresh_lease="",
        refresh_lease_until=None,
    )
    if not stored:  # our lease ran out and somebody refreshed as well: theirs is in the row, and as good
        latest = _held(connection)
        return latest.access_token, latest.version
    return pair.access_token, held.version + 1


def _after_refusal(
    connection: Connection, held: _Held, lease: str, refusal: ConnectionLost, *, now: datetime
) -> tuple[str, int]:
    """Look once whether somebody else has refreshed meanwhile; otherwise the connection is lost."""
    latest = _held(connection)
    if latest.version != held.version:
        return latest.access_token, latest.version
    if not Connection.objects.filter(pk=connection.pk, refresh_lease=lease).exists():
        raise NotSent("Somebody else is renewing this firm’s authorisation.") from refusal
    lose_connection(connection, because=str(refusal), now=now)
    raise refusal
