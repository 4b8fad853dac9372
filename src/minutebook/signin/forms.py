"""Forms of the second step: allauth's, with our words, and codes that work once."""

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as BaseReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.cache import cache

_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "maxlength": 20}


class AuthenticateForm(BaseAuthenticateForm):  # type: ignore[misc]  # allauth is untyped
    code = forms.CharField(
        label="Code",
        help_text="Six digits from your authenticator app, or one of your recovery codes.",
        widget=forms.TextInput(attrs=_CODE),
    )

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            _use_up(self.user.pk, code)
        return code


class ReauthenticateForm(BaseReauthenticateForm):  # type: ignore[misc]  # allauth is untyped
    code = AuthenticateForm.base_fields["code"]

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            _use_up(self.user.pk, code)
        return code


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth is untyped
    code = forms.CharField(
        label="Code", help_text="The six digits that the app shows now.", widget=forms.TextInput(attrs=_CODE)
    )

    def clean_code(self) -> str:
        code: str = super().clean_code()
        _use_up(self.user.pk, code)
        return code


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """Every passkey signs in by itself: there is no choice to make."""

    name = forms.CharField(label="Name", help_text="Such as the device it is on.", max_length=60)
    passwordless = forms.BooleanField(initial=True, required=False, widget=forms.HiddenInput)

    def clean_passwordless(self) -> bool:
        return True


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    name = forms.CharField(label="Name", max_length=60)


def _use_up(user_id: int, code: str) -> None:
    """Refuse a code that has been used: each is good for a minute and a half, and for one sign-in.

    allauth remembers it for half a minute only. Raises ValidationError.
    """
    steps = 2 * app_settings.TOTP_TOLERANCE + 1
    digits = "".join(character for character in code if character.isdigit())
    if not cache.add(f"signin:code:{user_id}:{digits}", 1, timeout=steps * app_settings.TOTP_PERIOD):
        raise get_adapter().validation_error("incorrect_code")
