"""A firm's permission: asked for, received, kept alive, looked at and given back."""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
import pytest

import xpm

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GRANTED = {
    "access_token": "access-secret",
    "refresh_token": "refresh-secret",
    "expires_in": 1800,
    "token_type": "Bearer",
    "scope": "offline_access practicemanager",
}
PRACTICE = {
    "id": "e1eede29-f875-4a5d-8470-17f6a29a88b1",
    "authEventId": "d99ecdfe-391d-43d2-b834-17636ba90e8d",
    "tenantId": "70784a63-d24b-46a9-a4db-0e70a274b056",
    "tenantType": "PRACTICEMANAGER",
    "tenantName": None,
    "createdDateUtc": "2026-02-02T19:17:58.1117990",
    "updatedDateUtc": "2026-02-02T19:17:58.1117990",
}


class Xero:
    """Answers alike, and keeps the requests."""

    def __init__(self, answer: object, *, status: int = 200) -> None:
        self.answer, self.status = answer, status
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, bytes):
            return httpx2.Response(self.status, content=self.answer)
        return httpx2.Response(self.status, json=self.answer)

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.requests[-1].content.decode()))


def app_at(xero: Callable[[httpx2.Request], httpx2.Response]) -> xpm.OAuthApp:
    return xpm.OAuthApp(
        xpm.Endpoints(), "an-app", "its-secret", transport=httpx2.MockTransport(xero), now=lambda: NOW
    )


def test_the_browser_is_sent_with_state_scopes_and_a_challenge_that_fits_the_verifier() -> None:
    going = app_at(Xero({})).authorise("https://mb.example/back?a=b", ["offline_access", "practicemanager"])

    asked = {name: values[0] for name, values in parse_qs(urlsplit(going.url).query).items()}
    digest = hashlib.sha256(going.code_verifier.encode()).digest()
    assert going.url.startswith("https://login.xero.com/identity/connect/authorize?")
    assert asked == {
        "response_type": "code",
        "client_id": "an-app",
        "redirect_uri": "https://mb.example/back?a=b",
        "scope": "offline_access practicemanager",
        "state": going.state,
        "nonce": going.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }


def test_no_two_authorisations_share_their_secrets() -> None:
    app = app_at(Xero({}))
    going = [app.authorise("https://mb.example/back", ["openid"]) for _ in range(20)]

    assert len({one.state for one in going}) == 20
    assert len({one.code_verifier for one in going}) == 20
    assert all(43 <= len(one.code_verifier) <= 128 for one in going)  # RFC 7636 s 4.1
    assert all(len(one.state) >= 30 for one in going)


def test_a_code_becomes_tokens() -> None:
    xero = Xero(GRANTED)

    tokens = app_at(xero).exchange(code="c", code_verifier="v", redirect_uri="https://mb.example/back")

    assert (tokens.access_token, tokens.refresh_token) == ("access-secret", "refresh-secret")
    assert tokens.expires_at == NOW + timedelta(minutes=30)
    assert tokens.scopes == ("offline_access", "practicemanager")
    assert str(xero.requests[0].url) == "https://identity.xero.com/connect/token"
    assert xero.form() == {
        "grant_type": "authorization_code",
        "code": "c",
        "code_verifier": "v",
        "redirect_uri": "https://mb.example/back",
    }
    basic = base64.b64encode(b"an-app:its-secret").decode()
    assert xero.requests[0].headers["Authorization"] == f"Basic {basic}"


def test_a_refresh_is_one_request_and_gives_the_next_refresh_token() -> None:
    xero = Xero(GRANTED)

    tokens = app_at(xero).refresh("the-old-one")

    assert tokens.refresh_token == "refresh-secret"
    assert xero.form() == {"grant_type": "refresh_token", "refresh_token": "the-old-one"}
    assert len(xero.requests) == 1


def test_no_secret_shows_in_a_repr() -> None:
    app = app_at(Xero(GRANTED))
    going = app.authorise("https://mb.example/back", ["openid"])

    shown = repr(app.refresh("x")) + repr(app) + repr(going)

    assert "secret" not in shown
    assert going.code_verifier not in shown


def test_a_spent_refresh_token_means_the_grant_is_lost() -> None:
    with pytest.raises(xpm.GrantLost, match="Connect to Xero again"):
        app_at(Xero(b'{"error":"invalid_grant"}', status=400)).refresh("spent")


@pytest.mark.parametrize(
    ("answer", "status", "expected"),
    [
        ({"error": "invalid_client"}, 400, xpm.Refused),
        ({"error": "invalid_client"}, 401, xpm.Refused),
        ({"error": "invalid_grant"}, 200, xpm.GrantLost),
        (b"", 429, xpm.Throttled),
        (b"<html>forbidden</html>", 403, xpm.Forbidden),
        (b"<html>oops</html>", 500, xpm.InDoubt),
        (b"", 503, xpm.InDoubt),
        (b"<html>hello</html>", 200, xpm.InDoubt),
        (b'{"access_tok', 200, xpm.InDoubt),
        (b"[]", 200, xpm.InDoubt),
        (b"{}", 200, xpm.InDoubt),
        ({**GRANTED, "expires_in": "soon"}, 200, xpm.InDoubt),
        ({**GRANTED, "refresh_token": ""}, 200, xpm.Refused),
        (httpx2.ConnectError("refused"), 0, xpm.NotSent),
        (httpx2.ConnectTimeout("slow"), 0, xpm.NotSent),
        (httpx2.ReadTimeout("slow"), 0, xpm.InDoubt),
        (httpx2.RemoteProtocolError("cut"), 0, xpm.InDoubt),
    ],
)
def test_every_failure_of_a_token_request_has_its_class(
    answer: object, status: int, expected: type[xpm.XpmError]
) -> None:
    app = app_at(Xero(answer, status=status))

    with pytest.raises(expected) as refreshing:
        app.refresh("x")
    with pytest.raises(expected) as exchanging:
        app.exchange(code="c", code_verifier="v", redirect_uri="https://mb.example/back")

    assert type(refreshing.value) is expected
    assert type(exchanging.value) is expected


def test_connections_are_listed_with_a_bearer_and_no_tenant() -> None:
    xero = Xero([PRACTICE, {**PRACTICE, "tenantType": "ORGANISATION", "tenantName": "Demo"}])

    practice, organisation = app_at(xero).connections("access-secret")

    assert practice.tenant_type == xpm.PRACTICE_MANAGER
    assert (practice.id, practice.tenant_id) == (PRACTICE["id"], PRACTICE["tenantId"])
    assert (practice.tenant_name, organisation.tenant_name) == (None, "Demo")
    assert practice.updated_at == datetime(2026, 2, 2, 19, 17, 58, 111799, tzinfo=UTC)
    assert str(xero.requests[0].url) == "https://api.xero.com/connections"
    assert xero.requests[0].headers["Authorization"] == "Bearer access-secret"
    assert "Xero-Tenant-Id" not in xero.requests[0].headers


def test_connections_of_one_authorisation_can_be_asked_for() -> None:
    xero = Xero([])

    assert app_at(xero).connections("a", auth_event_id="d99e") == ()
    assert dict(xero.requests[0].url.params) == {"authEventId": "d99e"}


@pytest.mark.parametrize(
    "answer", [b"", b"{}", b"[1]", b"[{}]", json.dumps([{**PRACTICE, "updatedDateUtc": "x"}]).encode()]
)
def test_connections_that_cannot_be_read_are_in_doubt(answer: bytes) -> None:
    with pytest.raises(xpm.InDoubt):
        app_at(Xero(answer)).connections("a")


def test_an_expired_token_shows_when_listing_connections() -> None:
    answer = {"Title": "Unauthorized", "Status": 401, "Detail": "TokenExpired: token expired at 04/29/2020"}

    with pytest.raises(xpm.Unauthorised) as caught:
        app_at(Xero(answer, status=401)).connections("a")

    assert caught.value.expired


@pytest.mark.parametrize("status", [204, 404])
def test_a_connection_is_removed_or_was_gone_already(status: int) -> None:
    xero = Xero(b"", status=status)

    app_at(xero).disconnect("a", "e1eede29")

    assert xero.requests[0].method == "DELETE"
    assert xero.requests[0].url.path == "/connections/e1eede29"


def test_another_refusal_to_disconnect_is_not_hidden() -> None:
    with pytest.raises(xpm.Refused):
        app_at(Xero(b"", status=400)).disconnect("a", "e1eede29")


def test_a_permission_is_given_back() -> None:
    xero = Xero(b"")

    app_at(xero).revoke("refresh-secret")

    assert str(xero.requests[0].url) == "https://identity.xero.com/connect/revocation"
    assert xero.form() == {"token": "refresh-secret", "token_type_hint": "refresh_token"}
    assert xero.requests[0].headers["Authorization"].startswith("Basic ")


def test_a_permission_not_given_back_is_said_so() -> None:
    with pytest.raises(xpm.InDoubt):
        app_at(Xero(b"", status=500)).revoke("refresh-secret")
