"""Form fields for what a firm types about people and companies."""

from collections.abc import Callable
from typing import Any

from django import forms

from minutebook.contacts.identifiers import (
    STATES,
    BadIdentifier,
    check_abn,
    check_acn,
    check_director_id,
)
from minutebook.design.fields import TextField

__all__ = ["AbnField", "AcnField", "DirectorIdField", "StateField", "TextField"]


class _IdentifierField(forms.CharField):
    check: Callable[[str], str]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return type(self).check(text) if text else ""
        except BadIdentifier as problem:
            raise forms.ValidationError(str(problem)) from problem


class AcnField(_IdentifierField):
    """Nine digits with a fitting check digit; cleans to digits only."""

    check = staticmethod(check_acn)


class AbnField(_IdentifierField):
    """Eleven digits with fitting check digits; cleans to digits only."""

    check = staticmethod(check_abn)


class DirectorIdField(_IdentifierField):
    """Fifteen digits beginning with 036; cleans to digits only."""

    check = staticmethod(check_director_id)


class StateField(forms.ChoiceField):
    """A state or territory of Australia; empty outside it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[("", "–"), *((state, state) for state in STATES)], **kwargs)
