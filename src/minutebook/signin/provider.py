"""Signing in at the firm's own OpenID Connect provider, when the environment names one.

Authorization code with PKCE, state and nonce, all bound to the browser's session; the ID token is checked by
signature, issuer, audience, time and nonce. Only people who are known here already get in.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.urls import reverse
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from minutebook.firms.models import User
from minutebook.signin.history import tell_firms
from minutebook.signin.models import ProviderIdentity

_BEGUN = "provider_sign_in"  # in the session
_PATIENCE = 10 * 60  # seconds
_CLOCKS_APART = 60  # seconds
_SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
_TWO_STEPS = {"mfa", "otp", "hwk", "swk", "fido"}  # what `amr` says of a second factor (RFC 8176)


class CannotSignIn(Exception):
    """The provider did not let the person in, or knows somebody whom we do not. The message is for them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """Somebody whom the provider has let in, and whom we know."""

    user: User
    had_two_steps: bool  # at the provider
    next_url: str


def is_configured() -> bool:
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def begin(session: SessionBase, *, next_url: str) -> str:
    """Return the provider's address to send the browser to. Talks to the network. Raises CannotSignIn."""
    about = _discover()
    begun = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    session[_BEGUN] = begun | {"next": next_url, "until": time.time() + _PATIENCE}
    asked = {
        "response_type": "code",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": _redirect_uri(),
        "scope": "openid email",
        "state": begun["state"],
        "nonce": begun["nonce"],
        "code_challenge": _challenge(begun["verifier"]),
        "code_challenge_method": "S256",
    }
    address = str(about["authorization_endpoint"])
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def finish(session: SessionBase, answer: Mapping[str, str]) -> Arrival:
    """Return who has come back from the provider. Talks to the network. Raises CannotSignIn."""
    begun = session.pop(_BEGUN, None)
    if not begun or not secrets.compare_digest(begun["state"].encode(), answer.get("state", "").encode()):
        raise CannotSignIn("That sign-in was not begun in this browser. Begin again.")
    if time.time() > begun["until"]:
        raise CannotSignIn("Signing in took longer than ten minutes. Begin again.")
    if answer.get("error") or not answer.get("code"):
        raise CannotSignIn(f"{settings.OIDC_NAME} did not let you in. Try again, or use your password.")
    about = _discover()
    if answer.get("iss", about["issuer"]) != about["issuer"]:
        raise CannotSignIn("The answer came from another provider than the one asked. Begin again.")
    claims = _claims(about, _exchange(about, answer["code"], begun["verifier"]), nonce=begun["nonce"])
    had_two_steps = bool(_TWO_STEPS & set(claims.get("amr") or []))
    return Arrival(user=_person(claims), had_two_steps=had_two_steps, next_url=begun["next"])


def _discover() -> dict[str, Any]:
    """Return what the provider says of itself, if it is the one that was configured."""
    about = _get(f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration")
    if about.get("issuer") != settings.OIDC_ISSUER:
        raise CannotSignIn(_BROKEN.format(name=settings.OIDC_NAME))
    return about


def _exchange(about: Mapping[str, Any], code: str, verifier: str) -> str:
    """Return the ID token that the code is good for."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _redirect_uri(),
        "code_verifier": verifier,
    }
    known = (settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)
    in_header = "client_secret_basic" in about.get(
        "token_endpoint_auth_methods_supported", ["client_secret_basic"]
    )
    if not in_header:
        form |= {"client_id": known[0], "client_secret": known[1]}
    answer = _ask("POST", about["token_endpoint"], data=form, auth=known if in_header else None)
    return str(answer.get("id_token", ""))


def _claims(about: Mapping[str, Any], id_token: str, *, nonce: str) -> dict[str, Any]:
    """Return what the token says, once everything about it is right."""
    rules = jwt.JWTClaimsRegistry(
        leeway=_CLOCKS_APART,
        iss={"essential": True, "value": settings.OIDC_ISSUER},
        aud={"essential": True, "value": settings.OIDC_CLIENT_ID},
        exp={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        keys = KeySet.import_key_set(_get(about["jwks_uri"]))  # type: ignore[arg-type]  # it checks itself
        claims = dict(jwt.decode(id_token, keys, algorithms=_SIGNED_BY).claims)
        rules.validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as problem:
        raise CannotSignIn(
            f"{settings.OIDC_NAME} sent an answer that cannot be trusted, so nobody was signed in. Tell whoever "
            "looks after Minutebook."
        ) from problem
    return claims


def _person(claims: Mapping[str, Any]) -> User:
    """Return whom the claims name: by the provider's own name, the first time by a verified address."""
    subject = {"issuer": settings.OIDC_ISSUER, "subject": str(claims["sub"])}
    known = ProviderIdentity.objects.select_related("user").filter(**subject).first()
    if known:
        return known.user
    email, is_verified = str(claims.get("email") or ""), claims.get("email_verified") is True
    if not (is_verified or settings.OIDC_TRUSTS_EMAIL):
        raise CannotSignIn(
            f"{settings.OIDC_NAME} does not say that your address is verified. Use your password."
        )
    with transaction.atomic():
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            raise CannotSignIn(
                f"Nobody here signs in as {email or 'you'}. Ask your firm’s administrator to invite you."
            )
        ProviderIdentity.objects.create(user=user, **subject)
        tell_firms(user, "person.provider", f"{user.name} signs in by {settings.OIDC_NAME} from now on")
    return user


def _get(address: str) -> dict[str, Any]:
    return _ask("GET", address)


def _ask(method: str, address: str, **given: Any) -> dict[str, Any]:
    """Return the provider's JSON. It is asked over https, or on this machine; no redirect is followed."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1"}:
        raise CannotSignIn(_BROKEN.format(name=settings.OIDC_NAME))
    try:
        answer = httpx2.request(method, address, timeout=10, **given)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
    except (httpx2.HTTPError, ValueError) as problem:
        raise CannotSignIn(_BROKEN.format(name=settings.OIDC_NAME)) from problem
    return found


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _redirect_uri() -> str:
    return f"{settings.PUBLIC_URL}{reverse('signin:provider-back')}"


_BROKEN = (
    "{name} could not be asked, so nobody was signed in. Try again in a few minutes, or use your password."
)
