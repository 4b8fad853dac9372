"""Xero OAuth 2.0: get a firm's permission, keep it alive, see what it covers, give it back.

The authorisation code flow with a client secret and PKCE (S256) as well. Nothing here refreshes by itself:
each refresh spends the refresh token, so the caller must do one at a time and store what comes back first.

Source: Xero developer centre, OAuth 2.0, the standard authorization code flow, and Connections.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2Client

from xpm.calls import given, segment
from xpm.endpoints import Endpoints
from xpm.errors import Refused
from xpm.verdict import Phase, error_for
from xpm.wire import TIMEOUT, Wire, as_xpm_error, timeouts, trusted
from xpm.xml import Unreadable

PRACTICE_MANAGER = "PRACTICEMANAGER"  # TenantConnection.tenant_type of a practice
_REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the kind of token (RFC 7009 s 2.1), not one


@dataclass(frozen=True, kw_only=True, slots=True)
class Authorisation:
    """Where to send the user's browser, and what to keep in the session until it comes back.

    The `state` that comes back must equal this one, or the answer belongs to somebody else.
    """

    url: str
    state: str
    code_verifier: str = field(repr=False)
    nonce: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """What a firm's permission consists of. Both tokens are secrets; a refresh token works once."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime  # aware; of the access token, 30 minutes after it was asked for
    scopes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TenantConnection:
    """A tenant (practice, accounting file) that the permission reaches."""

    id: str  # of the connection, for `disconnect`
    tenant_id: str  # for `Client`
    tenant_type: str  # PRACTICE_MANAGER for a practice in Practice Manager
    tenant_name: str | None  # often None for a practice: ask the user for a label
    auth_event_id: str  # the same for all that were chosen in one authorisation
    created_at: datetime | None  # aware
    updated_at: datetime | None  # aware


class OAuthApp:
    """An app as registered with Xero. Safe to share between threads.

    `timeout` is in seconds and limits each wait. `now` gives the time from which tokens' lives are counted.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        client_id: str,
        client_secret: str,
        *,
        transport: httpx2.BaseTransport | None = None,
        timeout: float = TIMEOUT,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._endpoints = endpoints
        self._client_id = client_id
        self._client_secret = client_secret
        self._transport = transport
        self._timeout = timeout
        self._now = now

    def authorise(self, redirect_uri: str, scopes: Iterable[str]) -> Authorisation:
        """Return where to send the user. Does not talk to the network.

        Include `offline_access` in the scopes, or there will be no refresh token.

        Source: Xero OAuth 2.0, GET login.xero.com/identity/connect/authorize; RFC 7636.
        """
        verifier, nonce = generate_token(64), generate_token()
        with self._session() as session:
            url, state = session.create_authorization_url(
                self._endpoints.authorise_url,
                redirect_uri=redirect_uri,
                scope=" ".join(scopes),
                code_verifier=verifier,
                nonce=nonce,
            )
        return Authorisation(url=url, state=state, code_verifier=verifier, nonce=nonce)

    def exchange(self, *, code: str, code_verifier: str, redirect_uri: str) -> Tokens:
        """Turn the code of a finished authorisation into tokens. A code works once, for a few minutes.

        Raises GrantLost (code spent or expired: begin again), Refused (client id, secret or redirect address
        are not as registered), Throttled, NotSent, InDoubt (the code is spent, or is not: begin again).

        Source: Xero OAuth 2.0, POST identity.xero.com/connect/token.
        """
        return self._tokens(
            lambda session: session.fetch_token(
                self._endpoints.token_url,
                grant_type="authorization_code",
                code=code,
                code_verifier=code_verifier,
                redirect_uri=redirect_uri,
            )
        )

    def refresh(self, refresh_token: str) -> Tokens:
        """Return new tokens. Store them before using them: the refresh token given is spent.

        After NotSent, Throttled or InDoubt the same refresh token may be tried again: Xero still takes the
        previous one for 30 minutes after it was first used, in case the answer was lost.
        Raises GrantLost (spent, revoked, or unused for 60 days: a person must connect again), Refused (client
        id or secret are wrong), Throttled, NotSent, InDoubt.

        Source: Xero OAuth 2.0, POST identity.xero.com/connect/token, and its FAQ on refresh tokens.
        """
        return self._tokens(
            lambda session: session.refresh_token(self._endpoints.token_url, refresh_token=refresh_token)
        )

    def revoke(self, refresh_token: str) -> None:
        """Give the permission back: removes every connection between this user and this app.

        Idempotent. Raises Refused, Throttled, NotSent, InDoubt.

        Source: Xero OAuth 2.0, POST identity.xero.com/connect/revocation; RFC 7009.
        """
        self._ask(
            lambda session: _checked(
                session.revoke_token(  # type: ignore[no-untyped-call]
                    self._endpoints.revocation_url, token=refresh_token, token_type_hint=_REFRESH_TOKEN
                )
            )
        )

    def connections(
        self, access_token: str, *, auth_event_id: str | None = None
    ) -> tuple[TenantConnection, ...]:
        """Return the tenants that the permission reaches, of every type, or those of one authorisation.

        Raises Unauthorised, Forbidden, Throttled, Refused, NotSent, InDoubt.

        Source: Xero OAuth 2.0, GET api.xero.com/connections.
        """
        return self._with_bearer(
            access_token,
            lambda wire: wire.exchange(
                "GET",
                "connections",
                params=given({"authEventId": auth_event_id}),
                read=read_connections,
                enveloped=False,
            ),
        )

    def disconnect(self, access_token: str, connection_id: str) -> None:
        """Remove one connection; that it is gone already is as good.

        Idempotent. Raises Unauthorised, Forbidden, Throttled, Refused, NotSent, InDoubt.

        Source: Xero OAuth 2.0, DELETE api.xero.com/connections/{id}.
        """
        path = f"connections/{segment(connection_id)}"
        try:
            self._with_bearer(
                access_token,
                lambda wire: wire.exchange("DELETE", path, read=lambda _body: None, enveloped=False),
            )
        except Refused as refusal:
            if refusal.status != httpx2.codes.NOT_FOUND:
                raise

    def _tokens(self, ask: Callable[[OAuth2Client], object]) -> Tokens:
        asked_at, answers = self._now(), list[httpx2.Response]()

        def keep(response: httpx2.Response) -> httpx2.Response:
            answers.append(_checked(response))
            read_tokens(response.content, asked_at=asked_at)  # before Authlib trips over what it cannot read
            return response

        def ask_and_keep(session: OAuth2Client) -> None:
            session.register_compliance_hook("access_token_response", keep)
            session.register_compliance_hook("refresh_token_response", keep)
            ask(session)

        self._ask(ask_and_keep)
        return read_tokens(answers[-1].content, asked_at=asked_at)

    def _ask(self, ask: Callable[[OAuth2Client], object]) -> None:
        with self._session() as session:
            try:
                ask(session)
            except (httpx2.HTTPError, httpx2.InvalidURL, Unreadable) as problem:
                raise as_xpm_error(problem) from problem

    def _session(self) -> OAuth2Client:
        # Without token_endpoint, or Authlib would refresh by itself; one each call, for it holds a token.
        return OAuth2Client(
            client_id=self._client_id,
            client_secret=self._client_secret,
            code_challenge_method="S256",
            transport=self._transport,
            timeout=timeouts(self._timeout),
            verify=trusted(),
        )

    def _with_bearer[T](self, access_token: str, ask: Callable[[Wire], T]) -> T:
        wire = Wire(
            base_url=self._endpoints.api_url,
            headers={"Authorization": f"Bearer {access_token}", "Accept": "application/json"},
            transport=self._transport,
            timeout=self._timeout,
        )
        try:
            return ask(wire)
        finally:
            wire.close()


def read_tokens(body: bytes, *, asked_at: datetime) -> Tokens:
    """Read a token answer. Raises Unreadable, or Refused when there is no refresh token in it."""
    said = _json(body, dict)
    try:
        access_token, seconds = str(said["access_token"]), float(said["expires_in"])
    except (KeyError, TypeError, ValueError) as problem:
        raise Unreadable(f"the answer holds no token: {problem!r}") from problem
    if not said.get("refresh_token"):
        raise Refused("Xero gave no lasting permission. Ask for the scope offline_access, and connect again.")
    return Tokens(
        access_token=access_token,
        refresh_token=str(said["refresh_token"]),
        expires_at=asked_at + timedelta(seconds=seconds),
        scopes=tuple(str(said.get("scope") or "").split()),
    )


def read_connections(body: bytes) -> tuple[TenantConnection, ...]:
    """Read the list of connections. Raises Unreadable."""
    try:
        return tuple(
            TenantConnection(
                id=connection["id"],
                tenant_id=connection["tenantId"],
                tenant_type=connection["tenantType"],
                tenant_name=connection.get("tenantName"),
                auth_event_id=connection.get("authEventId") or "",
                created_at=_moment(connection.get("createdDateUtc")),
                updated_at=_moment(connection.get("updatedDateUtc")),
            )
            for connection in _json(body, list)
        )
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        raise Unreadable(f"the connections are not as expected: {problem!r}") from problem


def _checked(response: httpx2.Response) -> httpx2.Response:
    error = error_for(
        phase=Phase.ANSWERED,
        status=response.status_code,
        headers=response.headers,
        body=response.content,
        enveloped=False,
    )
    if error:
        raise error
    return response


def _json[T: (dict[str, Any], list[Any])](body: bytes, kind: type[T]) -> T:  # Any: JSON holds anything
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Unreadable("the answer is not JSON") from problem
    if not isinstance(said, kind):
        raise Unreadable(f"the answer is not a JSON {kind.__name__}")
    return said


def _moment(text: str | None) -> datetime | None:
    """Read a time that Xero gives in UTC without saying so, with up to seven decimals of a second."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
