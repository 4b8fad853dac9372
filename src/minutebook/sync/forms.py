"""What is typed about bringing contacts together."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email


class NotifyForm(forms.Form):
    """Who is told by e-mail when XPM differs."""

    notify = forms.CharField(
        label="Tell these addresses when something differs",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="E-mail addresses, one on each line. Leave it empty to tell nobody.",
    )

    def clean_notify(self) -> str:
        lines = [line.strip(" ,;") for line in self.cleaned_data["notify"].splitlines()]
        for line in filter(None, lines):
            try:
                validate_email(line)
            except ValidationError as problem:
                raise ValidationError(f"“{line}” is not an e-mail address.") from problem
        return "\n".join(filter(None, lines))
