"""Signing in, consenting, and what tokens are worth."""

import base64
import hashlib
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from xpm_sandbox.testing import APP, Caller, authorize_query, code_of, connect_app, consent, exchange, values

VERIFIER = "a-verifier-that-is-long-enough-for-the-rule-of-43-characters"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def test_consent_sends_the_user_back_with_code_scope_and_the_same_state(http: httpx2.Client) -> None:
    answer, _ = consent(http, authorize_query(state="kept as it was"))

    assert answer.status_code == 302
    query = httpx2.URL(answer.headers["Location"]).params
    assert query["state"] == "kept as it was"
    assert query["scope"] == "openid profile email offline_access practicemanager"
    assert query["code"]


def test_tokens_carry_the_claims_that_xero_documents(http: httpx2.Client) -> None:
    answer, _ = consent(http, authorize_query(nonce="a-nonce"))
    tokens = exchange(http, code_of(answer)).json()

    keys = KeySet.import_key_set(http.get("/.well-known/openid-configuration/jwks").json())
    access = jwt.decode(tokens["access_token"], keys, algorithms=["RS256"])
    identity = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"])
    assert tokens["expires_in"] == 1800
    assert tokens["token_type"] == "Bearer"
    assert access.claims["aud"] == "http://localhost:8001/resources"
    assert access.claims["exp"] - access.claims["nbf"] == 1800
    assert {
        "iss",
        "client_id",
        "sub",
        "auth_time",
        "xero_userid",
        "global_session_id",
        "jti",
        "scope",
    } <= set(access.claims)
    assert identity.header["kid"] == access.header["kid"]
    assert identity.claims["aud"] == APP[0]
    assert identity.claims["nonce"] == "a-nonce"
    assert identity.claims["email"] == "jo.bloggs@kauriwattle.example"
    assert {"at_hash", "sid", "preferred_username", "given_name", "family_name"} <= set(identity.claims)


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "somebody-else"},
        {"redirect_uri": "http://localhost:8000/elsewhere/"},
        {"scope": "openid practicemanager.everything"},
        {"response_type": "token"},
    ],
    ids=["client", "redirect", "scope", "response type"],
)
def test_a_bad_authorise_request_gets_an_error_page_and_no_redirect(
    http: httpx2.Client, changes: dict[str, str]
) -> None:
    answer = http.get("/identity/connect/authorize", params=authorize_query(**changes))

    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Sorry, something went wrong" in answer.text


def test_a_user_who_refuses_is_sent_back_with_access_denied(http: httpx2.Client) -> None:
    answer = http.post("/identity/connect/authorize", params=authorize_query(), data={"decision": "deny"})

    query = httpx2.URL(answer.headers["Location"]).params
    assert (query["error"], query["state"]) == ("access_denied", "a-state")


def test_staff_without_the_add_on_permission_are_told_why_no_practice_is_offered(
    http: httpx2.Client,
) -> None:
    page = http.get("/identity/connect/authorize", params=authorize_query()).text
    _, staff = values(page, "sandbox_user")
    consent_page = http.get("/identity/connect/authorize", params=authorize_query(sandbox_user=staff)).text

    assert values(consent_page, "practice") == []
    assert "Authorise 3rd Party Full Access" in consent_page
    assert "Allow access" not in consent_page


def test_a_code_works_once(http: httpx2.Client) -> None:
    answer, _ = consent(http, authorize_query())
    code = code_of(answer)
    exchange(http, code)

    again = exchange(http, code)

    assert (again.status_code, again.text) == (400, '{"error":"invalid_grant"}')


def test_a_code_lasts_five_minutes(http: httpx2.Client, clock: Any) -> None:
    answer, _ = consent(http, authorize_query())
    clock.forward(minutes=5)

    assert exchange(http, code_of(answer)).text == '{"error":"invalid_grant"}'


def test_a_challenge_must_be_met(http: httpx2.Client) -> None:
    query = authorize_query(code_challenge=CHALLENGE, code_challenge_method="S256")
    wrong, _ = consent(http, query)
    right, _ = consent(http, query)

    refused = exchange(http, code_of(wrong), code_verifier="another" + VERIFIER)
    granted = exchange(http, code_of(right), code_verifier=VERIFIER)

    assert refused.text == '{"error":"invalid_grant"}'
    assert granted.status_code == 200


def test_a_wrong_secret_is_an_invalid_client(http: httpx2.Client) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "any"}

    answer = http.post("/connect/token", data=form, auth=(APP[0], "wrong"))

    assert (answer.status_code, answer.text) == (400, '{"error":"invalid_client"}')


class TestRefreshing:
    def test_every_refresh_gives_a_new_refresh_token(self, caller: Caller) -> None:
        tokens = caller.refresh().json()

        assert tokens["refresh_token"] != caller.refresh_token
        assert "id_token" not in tokens

    def test_the_previous_token_may_be_retried_for_half_an_hour(self, caller: Caller, clock: Any) -> None:
        caller.refresh()
        clock.forward(minutes=29)

        assert caller.refresh().status_code == 200

    def test_the_previous_token_is_dead_after_half_an_hour(self, caller: Caller, clock: Any) -> None:
        caller.refresh()
        clock.forward(minutes=30)

        assert caller.refresh().text == '{"error":"invalid_grant"}'

    def test_only_the_last_token_has_a_grace(self, caller: Caller) -> None:
        second = caller.refresh().json()["refresh_token"]
        caller.refresh(second)

        assert caller.refresh().text == '{"error":"invalid_grant"}'

    def test_sixty_idle_days_end_it(self, caller: Caller, clock: Any) -> None:
        clock.forward(days=60)

        assert caller.refresh().text == '{"error":"invalid_grant"}'

    def test_without_offline_access_there_is_no_refresh_token(self, http: httpx2.Client) -> None:
        assert connect_app(http, scope="openid practicemanager").refresh_token == ""


class TestConnections:
    def test_a_connection_names_its_tenant(self, caller: Caller) -> None:
        answer = caller.http.get("/connections", headers=caller.headers())

        [connection] = answer.json()
        assert connection["tenantId"] == caller.tenant
        assert connection["tenantType"] == "PRACTICEMANAGER"
        assert answer.headers["X-AppMinLimit-Remaining"] == "9999"

    def test_a_deleted_connection_forbids_the_tenant(self, caller: Caller) -> None:
        [connection] = caller.http.get("/connections", headers=caller.headers()).json()
        deleted = caller.http.delete(f"/connections/{connection['id']}", headers=caller.headers())
        again = caller.http.delete(f"/connections/{connection['id']}", headers=caller.headers())

        assert (deleted.status_code, again.status_code) == (204, 404)
        assert caller.get("staff.api/list").status_code == 403

    def test_connecting_twice_keeps_one_connection_for_a_practice(self, http: httpx2.Client) -> None:
        connect_app(http)
        caller = connect_app(http)

        assert len(http.get("/connections", headers=caller.headers()).json()) == 1

    def test_revocation_ends_tokens_and_connections(self, caller: Caller) -> None:
        answer = caller.http.post("/connect/revocation", data={"token": caller.refresh_token}, auth=APP)

        assert (answer.status_code, answer.text) == (200, "")
        assert caller.refresh().text == '{"error":"invalid_grant"}'
        assert caller.http.get("/connections", headers=caller.headers()).status_code == 401

    def test_userinfo_tells_who_signed_in(self, caller: Caller) -> None:
        answer = caller.http.get("/connect/userinfo", headers=caller.headers())

        assert answer.json()["email"] == "jo.bloggs@kauriwattle.example"
