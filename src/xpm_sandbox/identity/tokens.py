"""Issuing tokens, and what becomes of refresh tokens: rotation, grace, idle life."""

import hashlib
import secrets
from datetime import datetime, timedelta

from joserfc import jwt
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from xpm_sandbox.clock import Clock
from xpm_sandbox.identity.keys import private_keys
from xpm_sandbox.models.base import new_uuid
from xpm_sandbox.models.identity import AccessToken, Connection, RefreshToken, SignIn
from xpm_sandbox.settings import Settings

ACCESS_TOKEN_LIFE = timedelta(minutes=30)
REFRESH_TOKEN_LIFE = timedelta(days=60)  # unused
GRACE = timedelta(minutes=30)  # for the previous refresh token, when the answer was lost


type TokenAnswer = dict[str, str | int]
"""What the token endpoint says: access_token, expires_in (seconds), token_type, scope, refresh_token."""


def issue_tokens(
    session: Session,
    sign_in: SignIn,
    *,
    settings: Settings,
    clock: Clock,
    parent: RefreshToken | None = None,
) -> TokenAnswer:
    """Issue an access token and, if the user allowed offline access, a refresh token."""
    now = clock()
    answer: TokenAnswer = {
        "access_token": _issue_access_token(session, sign_in, settings=settings, now=now),
        "expires_in": int(ACCESS_TOKEN_LIFE.total_seconds()),
        "token_type": "Bearer",
        "scope": sign_in.scope,
    }
    if "offline_access" in sign_in.scope.split():
        answer["refresh_token"] = _issue_refresh_token(session, sign_in, parent=parent, now=now)
    return answer


def find_refresh_token(session: Session, text: str) -> RefreshToken | None:
    return session.get(RefreshToken, _digest(text))


def is_usable(session: Session, token: RefreshToken, *, now: datetime) -> bool:
    """Whether a refresh token still works.

    A spent one works for half an hour, as long as none of the tokens given for it was used in turn.
    """
    if token.revoked or now >= token.issued_at + REFRESH_TOKEN_LIFE:
        return False
    if token.spent_at is None:
        return True
    successor_used = session.scalar(
        select(RefreshToken.digest).where(
            RefreshToken.parent_digest == token.digest, RefreshToken.spent_at.is_not(None)
        )
    )
    return successor_used is None and now < token.spent_at + GRACE


def revoke_grant(session: Session, *, user_uuid: str, client_id: str) -> None:
    """End everything between a user and an app: its tokens and its connections."""
    revoke_tokens(session, user_uuid=user_uuid, client_id=client_id)
    session.execute(
        delete(Connection).where(Connection.user_uuid == user_uuid, Connection.client_id == client_id)
    )


def revoke_tokens(session: Session, *, user_uuid: str, client_id: str) -> None:
    sign_ins = select(SignIn.uuid).where(SignIn.user_uuid == user_uuid, SignIn.client_id == client_id)
    for table in (RefreshToken, AccessToken):
        session.execute(update(table).where(table.sign_in_uuid.in_(sign_ins)).values(revoked=True))


def _issue_access_token(session: Session, sign_in: SignIn, *, settings: Settings, now: datetime) -> str:
    token = AccessToken(
        jti=secrets.token_hex(16).upper(), sign_in=sign_in, expires_at=now + ACCESS_TOKEN_LIFE
    )
    session.add(token)
    claims: dict[str, object] = {
        "nbf": int(now.timestamp()),
        "exp": int(token.expires_at.timestamp()),
        "iss": settings.origin,
        "aud": settings.audience,
        "client_id": sign_in.client_id,
        "sub": sign_in.user_uuid,
        "auth_time": int(sign_in.signed_in_at.timestamp()),
        "xero_userid": sign_in.user_uuid,
        "global_session_id": sign_in.session_id,
        "sid": sign_in.session_id,
        "jti": token.jti,
        "authentication_event_id": sign_in.uuid,
        "scope": sign_in.scope.split(),
    }
    keys = private_keys(session)
    header = {"alg": "RS256", "typ": "JWT", "kid": keys.keys[0].kid}
    return jwt.encode(header, claims, keys)


def _issue_refresh_token(
    session: Session, sign_in: SignIn, *, parent: RefreshToken | None, now: datetime
) -> str:
    text = secrets.token_urlsafe(32)
    session.add(
        RefreshToken(
            digest=_digest(text),
            sign_in=sign_in,
            parent_digest=parent.digest if parent else None,
            issued_at=now,
        )
    )
    return text


def start_sign_in(session: Session, *, user_uuid: str, client_id: str, scope: str, clock: Clock) -> SignIn:
    """Record that a user consented just now."""
    sign_in = SignIn(
        uuid=new_uuid(),
        user_uuid=user_uuid,
        client_id=client_id,
        scope=scope,
        session_id=secrets.token_hex(16),
        signed_in_at=clock(),
    )
    session.add(sign_in)
    session.flush()
    return sign_in


def connect(session: Session, sign_in: SignIn, practice_uuid: str, *, clock: Clock) -> None:
    """Connect the app to a practice, or refresh the connection it has."""
    now = clock()
    connection = session.scalar(
        select(Connection).where(
            Connection.user_uuid == sign_in.user_uuid,
            Connection.client_id == sign_in.client_id,
            Connection.practice_uuid == practice_uuid,
        )
    )
    if connection is None:
        connection = Connection(
            uuid=new_uuid(),
            user_uuid=sign_in.user_uuid,
            client_id=sign_in.client_id,
            practice_uuid=practice_uuid,
            created_at=now,
        )
        session.add(connection)
    connection.auth_event_uuid = sign_in.uuid
    connection.updated_at = now


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
