"""What a user types to ask for a review, and to decline."""

from typing import Any

from django import forms

from minutebook.delivery.forms import SendForm
from minutebook.delivery.reviewing import reviewers_for
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User


class AskForm(SendForm):
    """Who looks at the pack, and what happens once they accept: a download, or the message below."""

    DOWNLOAD, SEND = "download", "send"

    reviewers = forms.MultipleChoiceField(
        label="Ask",
        widget=forms.CheckboxSelectMultiple,
        help_text="Any one of them decides. They hear of it by mail.",
        error_messages={"required": "Choose at least one colleague."},
    )
    note = forms.CharField(
        label="Note to them", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    then = forms.ChoiceField(
        label="Once accepted",
        initial=DOWNLOAD,
        choices=[
            (DOWNLOAD, "it is released, to be downloaded"),
            (SEND, "it is released and this message is sent"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say what happens once it is accepted."},
    )

    field_order = ("reviewers", "note", "then")

    def __init__(self, *args: Any, pack: DocumentPack, by: User, **kwargs: Any) -> None:  # as SendForm
        super().__init__(*args, pack=pack, **kwargs)
        self.colleagues = {str(user.pk): user for user in reviewers_for(pack, but=by)}
        self.fields["reviewers"].choices = [(key, user.name) for key, user in self.colleagues.items()]  # type: ignore[attr-defined]
        if self.data.get("then") != self.SEND:
            for name in ("recipients", "subject", "text"):
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("then") == self.SEND:
            return super().clean()
        return self.cleaned_data

    def asked(self) -> dict[str, Any]:
        """Return what `ask_for_review` asks for."""
        given = self.cleaned_data
        return {
            "reviewers": [self.colleagues[key] for key in given["reviewers"]],
            "note": given["note"],
            "message": self.message() if given["then"] == self.SEND else None,
        }


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what is to be changed, so that it can be."},
    )
