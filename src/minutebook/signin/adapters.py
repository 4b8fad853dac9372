"""What allauth asks us: who may sign up, where mail leads, how secrets are kept."""

import logging
import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from minutebook.address import client_address
from minutebook.firms.models import User
from minutebook.practice.crypto import Undecryptable, decrypt, encrypt
from minutebook.signin import two_step
from minutebook.signin.history import tell_signed_in

_log = logging.getLogger("minutebook.signin")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Nobody signs up by themselves; an administrator invites people."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The email or the password is not right. Capital letters count.",
        "incorrect_password": "That is not your password.",
        "incorrect_code": "That code is not right, or it was used before. Wait for the next one.",
        "enter_current_password": "That is not your present password.",
        "too_many_login_attempts": "Too many attempts failed. Wait five minutes, then try again.",
        "rate_limited": "Too many attempts. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  # allauth's signature
        return False

    def get_login_stages(self) -> list[str]:
        ours, theirs = "minutebook.signin.stages.SecondStep", "allauth.mfa.stages.AuthenticateStage"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("signin:mine")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return an address under our own name, whatever host the request asked for."""
        user, _, rest = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": user, "key": rest})
        return f"{settings.PUBLIC_URL}{path}"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just signed in need not prove it again."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(context.request, context.request.user)
        latest = max((record["at"] for record in records), default=0)
        return bool(time.time() - latest > account_settings.REAUTHENTICATION_TIMEOUT)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        tell_signed_in(user, request)
        return response


class TwoStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Authenticators' secrets are encrypted at rest; the last one stays where a firm requires it."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": (
            "Your firm requires a second step, so the last one cannot be removed. Add another one first."
        ),
        "unreadable": (
            "The server has lost the key that protects this code. Ask your firm’s administrator to "
            "reset your second step."
        ),
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return decrypt(encrypted_text)
        except Undecryptable as problem:
            _log.error("The key of an authenticator is missing from MINUTEBOOK_TOKEN_KEYS")
            raise self.validation_error("unreadable") from problem

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return two_step.may_remove(authenticator)

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002  # allauth's name
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Passkey {count + 1}"
