"""For how many days each kind of thing is kept."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from minutebook.retention.kinds import LONGEST, Kind, kinds
from minutebook.retention.models import Retention


class RetentionForm(forms.Form):
    """One number of days for each kind."""

    def __init__(self, data: Any = None, *, chosen: Retention) -> None:
        super().__init__(data)
        for kind in kinds():
            self.fields[kind.code] = _DaysField(kind, initial=chosen.days_of(kind))

    @property
    def days(self) -> dict[str, int]:
        return dict(self.cleaned_data)


class _DaysField(forms.IntegerField):
    def __init__(self, kind: Kind, *, initial: int) -> None:
        stays = " 0 keeps them for ever." if kind.may_stay else ""
        self._kind = kind
        super().__init__(
            label=f"{kind.title}, days",
            initial=initial,
            help_text=f"{kind.what_goes}{stays}",
            error_messages={
                "required": f"Write for how many days: {_allowed(kind)}.",
                "invalid": "Write a whole number of days, such as 365.",
            },
            widget=forms.NumberInput(attrs={"min": 0 if kind.may_stay else kind.least, "max": LONGEST}),
        )

    def validate(self, value: int | None) -> None:
        super().validate(value)
        is_for_ever = value == 0 and self._kind.may_stay
        if value is not None and not is_for_ever and not self._kind.least <= value <= LONGEST:
            raise ValidationError(f"{value:,} days is not possible here: write {_allowed(self._kind)}.")


def _allowed(kind: Kind) -> str:
    return f"{kind.least:,} to {LONGEST:,}" + (", or 0 for ever" if kind.may_stay else "")
