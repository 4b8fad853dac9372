"""Connecting a firm to its practice in Xero: there, back again, choosing the practice, and leaving.

What has to be kept between the steps is in the person's session: for a quarter of an hour, tokens encrypted.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction
from django.urls import reverse

import xpm
from minutebook.activity.models import record
from minutebook.firms.models import Firm, User
from minutebook.practice.crypto import Undecryptable, decrypt, encrypt
from minutebook.practice.models import Connection
from minutebook.practice.provider import PracticeManagerError
from minutebook.practice.reading import start_reading
from minutebook.practice.tokens import TokenPair, store_tokens
from minutebook.practice.xero import oauth_app, open_practice, pair_from

SCOPES = ("openid", "profile", "email", "offline_access", "practicemanager")
PATIENCE = timedelta(minutes=15)  # for signing in at Xero, and again for choosing the practice
_BEGUN, _OFFERED = "practice_connect_begun", "practice_connect_offered"


class CannotConnect(Exception):
    """The firm was not connected; the message says why and what to do. `help_slug` names a help page."""

    def __init__(self, sentence: str, *, help_slug: str = "connect") -> None:
        super().__init__(sentence)
        self.help_slug = help_slug


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferedPractice:
    """A practice that the person may connect. Xero may not tell its name."""

    tenant_id: str
    remote_id: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """What Xero gave: an authorisation, and the practices that it reaches."""

    pair: TokenPair
    practices: Sequence[OfferedPractice]

    def practice(self, tenant_id: str) -> OfferedPractice | None:
        return next((each for each in self.practices if each.tenant_id == tenant_id), None)


def begin(session: SessionBase, *, firm: Firm, now: datetime) -> str:
    """Return the address at Xero where the person signs in. Raises CannotConnect without a registered app."""
    if not (settings.XPM_CLIENT_ID and settings.XPM_CLIENT_SECRET):
        raise CannotConnect(
            "This server is not registered with Xero yet. Ask whoever runs it to set XPM_CLIENT_ID and "
            "XPM_CLIENT_SECRET."
        )
    there = oauth_app().authorise(redirect_uri(), SCOPES)
    session[_BEGUN] = {
        "state": there.state,
        "code_verifier": there.code_verifier,
        "firm": firm.pk,
        "until": (now + PATIENCE).isoformat(),
    }
    return there.url


def finish(
    session: SessionBase, answer: Mapping[str, str], *, firm: Firm, by: User, now: datetime
) -> Connection | None:
    """Take Xero's answer, and connect when there is nothing to ask; None when the practice must be chosen.

    Raises CannotConnect.
    """
    code_verifier = _checked_begin(session, answer, firm=firm, now=now)
    offer = _get_offer(answer.get("code", ""), code_verifier)
    latest = Connection.objects.filter(firm=firm).first()
    known = latest and latest.is_lost and offer.practice(latest.tenant_id)
    if latest and known:
        return _connect(firm, offer, known, label=latest.label, by=by, now=now)
    only = offer.practices[0]
    if len(offer.practices) == 1 and only.name:
        return _connect(firm, offer, only, label=only.name, by=by, now=now)
    _keep(session, offer, firm=firm, now=now)
    return None


def offered(session: SessionBase, *, firm: Firm, now: datetime) -> Offer:
    """Return what there is to choose from. Raises CannotConnect when it was chosen or lies too long."""
    kept = session.get(_OFFERED)
    if not kept or kept["firm"] != firm.pk or _is_over(kept, now=now):
        raise CannotConnect("Too much time has passed since you signed in at Xero. Connect again.")
    try:
        return _offer_from(decrypt(kept["offer"]))
    except Undecryptable as problem:
        raise CannotConnect("The server’s token key has changed meanwhile. Connect again.") from problem


def choose(
    session: SessionBase, *, firm: Firm, tenant_id: str, label: str, by: User, now: datetime
) -> Connection:
    """Connect the firm to one of the practices offered. Raises CannotConnect."""
    offer = offered(session, firm=firm, now=now)
    practice = offer.practice(tenant_id)
    if practice is None:
        raise CannotConnect("That practice is not among those that Xero offered. Connect again.")
    connection = _connect(firm, offer, practice, label=label, by=by, now=now)
    session.pop(_OFFERED, None)
    return connection


def disconnect(connection: Connection, *, by: User, now: datetime) -> bool:
    """Forget the authorisation here and end it at Xero; return whether Xero was told.

    What was read, linked and created stays. Talks to the network.
    """
    was_told = _end_at_xero(connection)
    with transaction.atomic():
        locked = Connection.objects.select_for_update().get(pk=connection.pk)
        locked.status = Connection.Status.DISCONNECTED
        store_tokens(locked, TokenPair(access_token="", refresh_token="", expires_at=now, scopes=""))
        locked.save()
        record("connection.ended", locked, sentence=f"Disconnected from {locked.label}", by=by)
    return was_told


def redirect_uri() -> str:
    return f"{settings.PUBLIC_URL}{reverse('practice:connected')}"


def _checked_begin(session: SessionBase, answer: Mapping[str, str], *, firm: Firm, now: datetime) -> str:
    """Return the code verifier of the connecting that this answer belongs to."""
    begun = session.get(_BEGUN)
    state = answer.get("state", "")
    if not begun or begun["firm"] != firm.pk or not secrets.compare_digest(begun["state"], state):
        raise CannotConnect("Xero’s answer does not belong to a connection begun here. Connect again.")
    session.pop(_BEGUN)
    if _is_over(begun, now=now):
        raise CannotConnect("Signing in at Xero took longer than a quarter of an hour. Connect again.")
    if answer.get("error") == "access_denied":
        raise CannotConnect(
            "You did not allow the connection at Xero, so nothing was connected. "
            "Connect again when you are ready."
        )
    if answer.get("error") or not answer.get("code"):
        raise CannotConnect(f"Xero did not connect ({answer.get('error') or 'no code'}). Connect again.")
    return str(begun["code_verifier"])


def _get_offer(code: str, code_verifier: str) -> Offer:
    app = oauth_app()
    try:
        tokens = app.exchange(code=code, code_verifier=code_verifier, redirect_uri=redirect_uri())
        reached = app.connections(tokens.access_token)
    except xpm.Unauthorised as problem:
        raise CannotConnect("Xero’s answer had already expired or been used. Connect again.") from problem
    except xpm.Refused as problem:
        raise CannotConnect(
            f"Xero does not accept this server’s app: {problem} Ask whoever runs the server to check "
            "XPM_CLIENT_ID, XPM_CLIENT_SECRET and the redirect address registered with Xero."
        ) from problem
    except xpm.XpmError as problem:
        raise CannotConnect(
            "Xero could not be reached, so nothing was connected. Connect again in a few minutes."
        ) from problem
    practices = [
        OfferedPractice(tenant_id=each.tenant_id, remote_id=each.id, name=each.tenant_name or "")
        for each in reached
        if each.tenant_type == xpm.PRACTICE_MANAGER
    ]
    if not practices:
        raise CannotConnect(
            "Xero offered no practice to connect. In XPM your staff record needs the permission "
            "“Connect third-party add-ons”; then connect again and choose the practice.",
            help_slug="permission",
        )
    return Offer(pair=pair_from(tokens), practices=practices)


def _connect(
    firm: Firm, offer: Offer, practice: OfferedPractice, *, label: str, by: User, now: datetime
) -> Connection:
    with transaction.atomic():
        found = Connection.objects.select_for_update().filter(firm=firm).first()
        connection = found or Connection(firm=firm)
        if connection.tenant_id != practice.tenant_id:
            _begin_with_practice(connection, practice)
        connection.status = Connection.Status.CONNECTED
        connection.remote_id, connection.label = practice.remote_id, label.strip() or firm.name
        connection.connected_by, connection.connected_at = by, now
        connection.lost_at, connection.lost_because = None, ""
        store_tokens(connection, offer.pair)
        _save_unless_taken(connection)
        record("connection.made", connection, sentence=f"Connected to {connection.label}", by=by)
        start_reading(connection, now=now)
    return connection


def _begin_with_practice(connection: Connection, practice: OfferedPractice) -> None:
    """Forget what was known of another practice: its states' codes and its reading."""
    connection.tenant_id = practice.tenant_id
    connection.in_progress_code = connection.completed_code = ""
    connection.in_progress_proved = connection.completed_proved = False
    connection.read_at = connection.reading_since = None
    connection.reading_problem = ""


def _save_unless_taken(connection: Connection) -> None:
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError as problem:
        raise CannotConnect(
            "That practice is already connected to another firm on this server. Disconnect it there first, "
            "or connect again and choose another practice."
        ) from problem


def _end_at_xero(connection: Connection) -> bool:
    if not connection.is_connected:
        return False
    try:
        open_practice(connection).leave(connection.remote_id)
    except PracticeManagerError:
        return False
    return True


def _is_over(kept: Mapping[str, str], *, now: datetime) -> bool:
    return now > datetime.fromisoformat(kept["until"])


def _keep(session: SessionBase, offer: Offer, *, firm: Firm, now: datetime) -> None:
    written = {
        "access_token": offer.pair.access_token,
        "refresh_token": offer.pair.refresh_token,
        "expires_at": offer.pair.expires_at.isoformat(),
        "scopes": offer.pair.scopes,
        "practices": [[each.tenant_id, each.remote_id, each.name] for each in offer.practices],
    }
    session[_OFFERED] = {
        "firm": firm.pk,
        "until": (now + PATIENCE).isoformat(),
        "offer": encrypt(json.dumps(written)),
    }


def _offer_from(written: str) -> Offer:
    kept = json.loads(written)
    return Offer(
        pair=TokenPair(
            access_token=kept["access_token"],
            refresh_token=kept["refresh_token"],
            expires_at=datetime.fromisoformat(kept["expires_at"]),
            scopes=kept["scopes"],
        ),
        practices=[
            OfferedPractice(tenant_id=tenant_id, remote_id=remote_id, name=name)
            for tenant_id, remote_id, name in kept["practices"]
        ],
    )
