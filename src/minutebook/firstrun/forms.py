"""What the first person on a new server types."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from minutebook.design.fields import TextField
from minutebook.firms.models import User
from minutebook.firms.zones import time_zones
from minutebook.firstrun.code import is_set_up_code

_NO_ADDRESS = {"invalid": "This is not an e-mail address. Write it as name@example.com."}


class SetUpForm(forms.Form):
    """The firm, its first administrator, and the code that shows whose server it is."""

    code = forms.CharField(
        label="Set-up code",
        max_length=40,
        help_text="It was printed where Minutebook was started.",
        error_messages={"required": "Type the code that was printed where Minutebook was started."},
    )
    firm_name = TextField(
        label="Name of the firm", max_length=200, error_messages={"required": "Give the name of the firm."}
    )
    time_zone = forms.ChoiceField(label="Time zone", initial="Australia/Melbourne")
    address = TextField(
        label="Letterhead address",
        max_length=300,
        required=False,
        help_text="In one line. It heads the firm’s letters.",
    )
    phone = TextField(label="Phone", max_length=40, required=False)
    firm_email = forms.EmailField(label="E-mail of the firm", required=False, error_messages=_NO_ADDRESS)
    name = TextField(label="Your name", max_length=150, error_messages={"required": "Give your name."})
    email = forms.EmailField(
        label="Your e-mail",
        error_messages=_NO_ADDRESS | {"required": "Give the e-mail you will sign in with."},
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least twelve characters.",
        error_messages={"required": "Choose a password."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101  # declared above
        zone.choices = time_zones()

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not is_set_up_code(code):
            raise ValidationError(
                "This is not the code. Look where Minutebook was started, or print it there again with "
                "minutebook manage set_up_code."
            )
        return code

    def clean(self) -> dict[str, Any]:
        password = self.cleaned_data.get("password")
        if password:
            user = User(email=self.cleaned_data.get("email", ""), name=self.cleaned_data.get("name", ""))
            try:
                validate_password(password, user)
            except ValidationError as problem:
                self.add_error("password", problem)
        return self.cleaned_data
