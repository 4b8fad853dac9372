"""What an administrator types about a status of the firm's own."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from minutebook.documents.models import PackStage
from minutebook.text import UnprintableText, check_text


class StageForm(forms.Form):
    """One status: its name, and what moves a pack there by itself."""

    name = forms.CharField(
        label="Name", max_length=40, error_messages={"required": "Give the status a name, such as “Lodged”."}
    )
    follows = forms.ChoiceField(
        label="A pack comes here",
        required=False,
        choices=[("", "when somebody moves it"), *PackStage.Follows.choices],
        error_messages={"invalid_choice": "Choose one of these."},
    )

    @classmethod
    def of(cls, stage: PackStage) -> "StageForm":
        """Return the form that shows a status, ready to be changed."""
        return cls(initial={"name": stage.name, "follows": stage.follows}, auto_id=f"stage{stage.pk}_%s")

    def clean_name(self) -> str:
        name: Any = " ".join(self.cleaned_data["name"].split())
        try:
            return check_text(name)
        except UnprintableText as problem:
            raise ValidationError(str(problem)) from problem
