"""What is typed on the page of a wording."""

from django import forms

from minutebook.wordings.models import LONGEST


class OwnWordingForm(forms.Form):
    """A wording."""

    source = forms.CharField(
        label="Wording",
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 30,
                "spellcheck": "true",
                "class": "wording-source",
                "data-wording": True,
                "autocomplete": "off",
            }
        ),
        error_messages={
            "required": "There is no wording. Type it, or take the supplied one back.",
            "max_length": f"A wording has at most {LONGEST:,} characters; this one has %(show_value)s.",
        },
    )

    def clean_source(self) -> str:
        source: str = self.cleaned_data["source"]
        return source.replace("\r\n", "\n").rstrip() + "\n"


class WordingForm(OwnWordingForm):
    """The wording of a template, and why it was changed."""

    note = forms.CharField(
        label="What you changed",
        max_length=200,
        required=False,
        help_text="A few words for your colleagues, such as “Our own closing paragraph”.",
    )
    after = forms.IntegerField(widget=forms.HiddenInput)
    taking_supplied = forms.BooleanField(required=False, widget=forms.HiddenInput)
