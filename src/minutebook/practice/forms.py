"""What people fill in about their practice manager."""

from collections.abc import Sequence
from typing import cast

from django import forms

from minutebook.practice.connect import OfferedPractice


class ChoosePracticeForm(forms.Form):
    """Which of the practices that Xero offered, and what it is called here."""

    practice = forms.ChoiceField(label="Practice", widget=forms.RadioSelect)
    label = forms.CharField(
        label="Name",
        max_length=200,
        help_text="Xero does not always tell a practice’s name. This one shows in Minutebook only.",
    )

    def __init__(self, data: object = None, *, practices: Sequence[OfferedPractice], firm_name: str) -> None:
        super().__init__(
            data,  # type: ignore[arg-type]  # a QueryDict or None, as every form takes
            initial={"practice": practices[0].tenant_id, "label": practices[0].name or firm_name},
        )
        field = cast("forms.ChoiceField", self.fields["practice"])
        field.choices = [(each.tenant_id, _name_of(each, n)) for n, each in enumerate(practices, start=1)]


class StateCodesForm(forms.Form):
    """The states' interface codes, as the practice has set them in XPM."""

    in_progress = forms.CharField(label="In progress", max_length=60, required=False, strip=True)
    completed = forms.CharField(label="Completed", max_length=60, required=False, strip=True)


def _name_of(practice: OfferedPractice, number: int) -> str:
    return practice.name or f"Practice {number}, without a name ({practice.tenant_id[:8]}…)"
