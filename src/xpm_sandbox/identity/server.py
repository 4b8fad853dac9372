"""The OAuth 2.0 server: Authlib's grants over our tables, with Xero's habits on top.

For Authlib the resource owner ("user") is our SignIn: one consent of one user, on which the tokens hang.
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc6749.requests import OAuth2Request
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core import grants as oidc_grants
from flask import Flask, g
from flask import request as flask_request
from joserfc.jwk import KeySet
from sqlalchemy.orm import Session

from xpm_sandbox.identity.keys import private_keys
from xpm_sandbox.identity.scopes import SCOPES
from xpm_sandbox.identity.tokens import TokenAnswer, find_refresh_token, is_usable, issue_tokens, revoke_grant
from xpm_sandbox.models.identity import AuthorizationCode, RefreshToken, SignIn, User
from xpm_sandbox.sandbox import current_sandbox
from xpm_sandbox.settings import Settings

CODE_LIFE = timedelta(minutes=5)
ID_TOKEN_LIFE = timedelta(minutes=5)
_CLIENT_AUTHENTICATION = ["client_secret_basic", "client_secret_post"]


@dataclass(frozen=True, slots=True)
class App(ClientMixin):
    """The one registered app, as Authlib wants to see it."""

    settings: Settings

    @property
    def client_id(self) -> str:
        return self.settings.client_id

    def get_client_id(self) -> str:
        return self.settings.client_id

    def get_default_redirect_uri(self) -> str:
        return ""  # Xero insists on the parameter

    def get_allowed_scope(self, scope: Collection[str] | str) -> str:
        names = scope.split() if isinstance(scope, str) else scope
        return " ".join(name for name in names if name in SCOPES)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.settings.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return hmac.compare_digest(client_secret.encode(), self.settings.client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002 - Authlib's signature
        return method in _CLIENT_AUTHENTICATION

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in {"authorization_code", "refresh_token"}


class _CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = _CLIENT_AUTHENTICATION

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        payload = flask_request.values
        _session().add(
            AuthorizationCode(
                code=code,
                sign_in=request.user,
                redirect_uri=payload["redirect_uri"],
                nonce=payload.get("nonce"),
                code_challenge=payload.get("code_challenge"),
                code_challenge_method=payload.get("code_challenge_method"),
                expires_at=current_sandbox().clock() + CODE_LIFE,
            )
        )

    def query_authorization_code(self, code: str, client: ClientMixin) -> AuthorizationCode | None:
        found = _session().get(AuthorizationCode, code)
        if found is None or found.sign_in.client_id != client.get_client_id():
            return None
        return found if current_sandbox().clock() < found.expires_at else None

    def delete_authorization_code(self, authorization_code: AuthorizationCode) -> None:
        _session().delete(authorization_code)

    def authenticate_user(self, authorization_code: AuthorizationCode) -> SignIn:
        return authorization_code.sign_in


class _RefreshGrant(grants.RefreshTokenGrant):
    """The stubs want every token to be Authlib's own kind, and to be found."""

    TOKEN_ENDPOINT_AUTH_METHODS = _CLIENT_AUTHENTICATION

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken | None:  # type: ignore[override]
        token = find_refresh_token(_session(), refresh_token)
        if token is None or not is_usable(_session(), token, now=current_sandbox().clock()):
            return None
        return token

    def authenticate_user(self, refresh_token: RefreshToken) -> SignIn:
        return refresh_token.sign_in

    def issue_token(self, user: SignIn, refresh_token: RefreshToken) -> TokenAnswer:  # type: ignore[override]
        return _issue(user, parent=refresh_token)

    def revoke_old_credential(self, refresh_token: RefreshToken) -> None:  # type: ignore[override]
        if refresh_token.spent_at is None:  # a retry in the grace period does not extend it
            refresh_token.spent_at = current_sandbox().clock()


class _Challenge(CodeChallenge):
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]


class _IdToken(oidc_grants.OpenIDCode):
    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:  # noqa: ARG002 - Authlib's signature
        return False

    def resolve_client_private_key(self, client: App) -> KeySet:  # noqa: ARG002 - Authlib's signature
        return private_keys(_session())

    def get_client_claims(self, client: App) -> dict[str, object]:
        now = current_sandbox().clock()
        return {
            "iss": current_sandbox().settings.origin,
            "aud": client.client_id,
            "nbf": int(now.timestamp()),
            "iat": int(now.timestamp()),
            "exp": int((now + ID_TOKEN_LIFE).timestamp()),
        }

    def generate_user_info(self, user: SignIn, scope: str) -> UserInfo:
        session_claims = {"sid": user.session_id, "global_session_id": user.session_id}
        return UserInfo(user_claims(user.user, scope) | session_claims)


class _Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = _CLIENT_AUTHENTICATION

    def query_token(self, token_string: str, token_type_hint: str | None) -> RefreshToken | None:  # noqa: ARG002 - Authlib's signature
        return find_refresh_token(_session(), token_string)

    def revoke_token(self, token: RefreshToken, request: OAuth2Request) -> None:  # noqa: ARG002 - Authlib's signature
        sign_in = token.sign_in
        revoke_grant(_session(), user_uuid=sign_in.user_uuid, client_id=sign_in.client_id)


def make_server(app: Flask, settings: Settings) -> AuthorizationServer:
    """Return Authlib's server with Xero's grants. Its views must set `g.session`."""
    app.config["OAUTH2_SCOPES_SUPPORTED"] = list(SCOPES)
    server = AuthorizationServer(
        app,
        query_client=lambda client_id: App(settings) if client_id == settings.client_id else None,
        save_token=_is_saved_already,
    )
    server.register_token_generator("default", _generate_token)  # type: ignore[arg-type]  # any callable does
    server.register_grant(_CodeGrant, [_Challenge(required=False), _IdToken()])
    server.register_grant(_RefreshGrant)
    server.register_endpoint(_Revocation)
    return server


def _is_saved_already(_token: object, _request: object) -> None:
    """issue_tokens has stored what there is to store."""


def _generate_token(*, user: SignIn, **_: object) -> TokenAnswer:
    return _issue(user)


def user_claims(user: User, scope: str) -> dict[str, object]:
    """Return what the scopes let an app know about a user."""
    claims: dict[str, object] = {"sub": user.uuid, "xero_userid": user.uuid}
    scopes = scope.split()
    if "email" in scopes:
        claims["email"] = user.email
    if "profile" in scopes:
        claims |= {
            "preferred_username": user.email,
            "given_name": user.given_name,
            "family_name": user.family_name,
            "name": user.name,
        }
    return claims


def _issue(sign_in: SignIn, *, parent: RefreshToken | None = None) -> TokenAnswer:
    sandbox = current_sandbox()
    return issue_tokens(_session(), sign_in, settings=sandbox.settings, clock=sandbox.clock, parent=parent)


def _session() -> Session:
    session = g.session
    if not isinstance(session, Session):
        raise TypeError("g.session is not a database session.")
    return session
