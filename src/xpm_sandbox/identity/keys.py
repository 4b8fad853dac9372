"""The key that signs tokens. It lives in the database, so a restart breaks no token."""

import json
from functools import cache

from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from xpm_sandbox.models.identity import SigningKey


def make_signing_key(session: Session) -> None:
    """Store a new RSA key unless there is one."""
    if session.scalar(select(SigningKey)) is None:
        key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        kid = key.kid
        if kid is None:
            raise RuntimeError("The new signing key has no kid.")
        session.add(SigningKey(kid=kid, private_jwk=json.dumps(key.as_dict(private=True))))


def private_keys(session: Session) -> KeySet:
    """Return the key as a set: Authlib then names its `kid` in every header."""
    return _import_keys(session.scalars(select(SigningKey.private_jwk)).one())


def public_keys(session: Session) -> KeySet:
    return private_keys(session)


def public_jwks(session: Session) -> dict[str, object]:
    """Return the JWKS document: public halves only."""
    return {"keys": [key.as_dict(private=False) for key in private_keys(session).keys]}


@cache
def _import_keys(private_jwk: str) -> KeySet:
    return KeySet([RSAKey.import_key(json.loads(private_jwk))])
