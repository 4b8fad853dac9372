"""What happens at the door is written down: for the firm in its activity, for the operator in the log.

No password, code, token or address of a stranger is written; who it was is told by the person's number.
"""

import logging
from collections.abc import Mapping
from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.http import HttpRequest

from minutebook.activity.models import record
from minutebook.address import client_address
from minutebook.firms.models import Membership, User
from minutebook.scope import firm_scope
from minutebook.signin.sessions import begin, user_agent_of
from minutebook.signin.two_step import STEPS, sign_out_everywhere

_log = logging.getLogger("minutebook.signin")
_NAMES = {
    Authenticator.Type.TOTP: "an authenticator app",
    Authenticator.Type.WEBAUTHN: "a passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


def listen() -> None:
    """Connect what is below with what tells us."""
    for signal, heard in (
        (user_logged_in, _on_signed_in),
        (user_logged_out, _on_signed_out),
        (user_login_failed, _on_wrong_password),
        (authentication_failed, _on_wrong_code),
        (authenticator_added, _on_step_added),
        (authenticator_removed, _on_step_removed),
        (authenticator_reset, _on_codes_replaced),
        (password_changed, _on_password_changed),
        (password_reset, _on_password_changed),
    ):
        signal.connect(heard, dispatch_uid=f"minutebook.signin.{heard.__name__}")


def tell_signed_in(user: User, request: HttpRequest) -> None:
    _log.info("Person %s signed in from %s", user.pk, client_address(request))
    tell_firms(user, "person.signed-in", f"{user.name} signed in")


def tell_firms(user: User, action: str, sentence: str, *, is_proved: bool = True) -> None:
    """Record it in each firm of the person: as done by them, if they have proved who they are."""
    who = "" if is_proved else "Somebody not signed in"
    with transaction.atomic():
        for membership in Membership.everywhere.filter(user=user).order_by("pk"):
            with firm_scope(membership.firm_id):
                record(action, membership, sentence=sentence, by=user if is_proved else None, who=who)


def _on_signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    begin(request.session)
    # However they came in, also past allauth: so that it can be ended.
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={"user": user, "ip": client_address(request), "user_agent": user_agent_of(request)},
    )


def _on_signed_out(user: User | None, **_: Any) -> None:
    if user is not None:
        _log.info("Person %s signed out", user.pk)
        tell_firms(user, "person.signed-out", f"{user.name} signed out")


def _on_wrong_password(credentials: Mapping[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    _log.warning("A sign-in from %s failed", client_address(request) if request else "nowhere")
    typed = str(credentials.get("email") or credentials.get("username") or "")
    if user := User.objects.filter(email__iexact=typed).first():
        tell_firms(user, "person.sign-in-failed", f"A wrong password for {user.name}", is_proved=False)


def _on_wrong_code(request: HttpRequest, user: User, **_: Any) -> None:
    _log.warning("A second step of person %s from %s failed", user.pk, client_address(request))
    tell_firms(user, "person.second-step-failed", f"A wrong code was given for {user.name}", is_proved=False)


def _on_step_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    _log.info("Person %s added %s", user.pk, authenticator.type)
    tell_firms(user, "person.second-step-added", f"{user.name} added {_NAMES[authenticator.type]}")
    if authenticator.type in STEPS:
        # Whoever signed in elsewhere did it without this step.
        sign_out_everywhere(user, but=request.session.session_key)


def _on_step_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    _log.info("Person %s removed %s", user.pk, authenticator.type)
    tell_firms(user, "person.second-step-removed", f"{user.name} removed {_NAMES[authenticator.type]}")


def _on_codes_replaced(user: User, **_: Any) -> None:
    _log.info("Person %s made new recovery codes", user.pk)
    tell_firms(user, "person.recovery-codes", f"{user.name} made new recovery codes")


def _on_password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    _log.info("Person %s changed the password", user.pk)
    tell_firms(user, "person.password", f"{user.name} changed the password")
    sign_out_everywhere(user, but=request.session.session_key)
