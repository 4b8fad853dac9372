"""What is typed about the firm and its people."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from minutebook.design.fields import TextField
from minutebook.firms.abilities import Role, role_choices
from minutebook.firms.models import Firm, User
from minutebook.firms.zones import time_zones

_NO_ADDRESS = {"invalid": "This is not an e-mail address. Write it as name@example.com."}


class _RoleChoice(forms.RadioSelect):
    """Roles with what each may do, one below another."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"class": "one-below-another", **(attrs or {})})


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    name = TextField(label="Name", max_length=150, error_messages={"required": "Give the person’s name."})
    email = forms.EmailField(
        label="E-mail",
        help_text="The invitation goes there, and they sign in with it.",
        error_messages=_NO_ADDRESS | {"required": "Give the e-mail to invite."},
    )
    role = forms.ChoiceField(
        label="Role",
        widget=_RoleChoice,
        choices=role_choices,
        initial=Role.PREPARER,
        error_messages={"required": "Choose a role."},
    )
    note = TextField(
        label="Note",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stands in the mail.",
    )


class RoleForm(forms.Form):
    """What a person of the firm may do from now on."""

    role = forms.ChoiceField(label="Role", widget=_RoleChoice, choices=role_choices)


class NewPersonForm(forms.Form):
    """What somebody who is new here gives to accept an invitation."""

    name = TextField(label="Your name", max_length=150, error_messages={"required": "Give your name."})
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least twelve characters.",
        error_messages={"required": "Choose a password."},
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._email = email

    def clean(self) -> dict[str, Any]:
        if password := self.cleaned_data.get("password"):
            user = User(email=self._email, name=self.cleaned_data.get("name", ""))
            try:
                validate_password(password, user)
            except ValidationError as problem:
                self.add_error("password", problem)
        return self.cleaned_data


class FirmForm(forms.Form):
    """The firm's own particulars."""

    name = TextField(
        label="Name of the firm", max_length=200, error_messages={"required": "Give the name of the firm."}
    )
    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=time_zones,
        help_text="It says which day “today” is, and when deadlines pass.",
        error_messages={"invalid_choice": "“%(value)s” is not a time zone. Choose one of the list."},
    )
    address = TextField(
        label="Letterhead address",
        max_length=300,
        required=False,
        help_text="In one line. It heads the firm’s letters.",
    )
    phone = TextField(label="Phone", max_length=40, required=False)
    email = forms.EmailField(label="E-mail of the firm", required=False, error_messages=_NO_ADDRESS)
    two_step_required = forms.BooleanField(
        label="A second step is required to sign in",
        required=False,
        help_text="Beside the password: an authenticator app or a passkey. Whoever has none is led to it first.",
    )

    layout = (("name", "name", "time_zone"), ("address",), ("phone", "email"), ("two_step_required",))

    def __init__(self, data: Any = None, *, firm: Firm) -> None:
        super().__init__(data, initial={name: getattr(firm, name) for name in self.base_fields})
