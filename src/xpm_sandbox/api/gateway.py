"""Who may pass: signature, expiry, audience, scope and tenant are checked in that order."""

from dataclasses import dataclass
from typing import Any

from flask import Request
from joserfc import jwt
from joserfc.errors import JoseError
from sqlalchemy import select
from sqlalchemy.orm import Session

from xpm_sandbox.api.errors import GatewayFailure
from xpm_sandbox.api.values import clean_uuid
from xpm_sandbox.identity.keys import public_keys
from xpm_sandbox.limits import Limits
from xpm_sandbox.models.identity import AccessToken, Connection
from xpm_sandbox.models.practice import Practice
from xpm_sandbox.sandbox import Sandbox


@dataclass(frozen=True, kw_only=True, slots=True)
class Bearer:
    """Whom an access token speaks for."""

    client_id: str
    user_uuid: str
    user_name: str
    auth_event_uuid: str
    scopes: frozenset[str]


def authenticate(request: Request, sandbox: Sandbox, session: Session) -> Bearer:
    """Return whom the bearer token speaks for. Raises GatewayFailure (401)."""
    claims = _verified_claims(request, session)
    token = session.get(AccessToken, str(claims.get("jti", "")))
    if token is None or token.revoked:
        raise GatewayFailure(401, detail="AuthenticationUnsuccessful")
    if token.expires_at <= sandbox.clock():
        moment = token.expires_at.strftime("%m/%d/%Y %H:%M:%S")
        raise GatewayFailure(401, detail=f"TokenExpired: token expired at {moment}")
    if claims.get("aud") != sandbox.settings.audience:
        raise GatewayFailure(401, detail="AuthenticationUnsuccessful")
    return Bearer(
        client_id=str(claims["client_id"]),
        user_uuid=str(claims["sub"]),
        user_name=token.sign_in.user.name,
        auth_event_uuid=token.sign_in_uuid,
        scopes=frozenset(claims["scope"]),
    )


def check_scope(bearer: Bearer, *, family: str, reading: bool) -> None:
    """Raise GatewayFailure (401) unless the token may use `family`; "" has no narrow scope."""
    needed = {"practicemanager"} | ({f"practicemanager.{family}"} if family else set())
    if reading:
        needed |= {f"{scope}.read" for scope in needed}
    if needed.isdisjoint(bearer.scopes):
        raise GatewayFailure(401, detail="AuthorizationUnsuccessful")


def find_practice(request: Request, bearer: Bearer, session: Session, limits: Limits) -> Practice:
    """Return the practice of the tenant header. Raises GatewayFailure (403) if it is not connected."""
    tenant = clean_uuid(request.headers.get("Xero-Tenant-Id", ""))
    connection = session.scalar(
        select(Connection).where(
            Connection.client_id == bearer.client_id,
            Connection.user_uuid == bearer.user_uuid,
            Connection.practice_uuid == tenant,
        )
    )
    if connection is None:
        headers = limits.count_app(app=bearer.client_id)
        raise GatewayFailure(403, detail="AuthenticationUnsuccessful", headers=headers)
    return connection.practice


def _verified_claims(request: Request, session: Session) -> dict[str, Any]:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not text:
        raise GatewayFailure(401, detail="AuthenticationUnsuccessful")
    try:
        return jwt.decode(text.strip(), public_keys(session), algorithms=["RS256"]).claims
    except (JoseError, ValueError):
        raise GatewayFailure(401, detail="AuthenticationUnsuccessful") from None
