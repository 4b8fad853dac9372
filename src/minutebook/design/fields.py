"""Form fields that every package shares."""

from typing import Any

from django import forms

from minutebook.text import UnprintableText, check_text


class TextField(forms.CharField):
    """Text that every document can print, or a sentence saying why not."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        try:
            return check_text(text)
        except UnprintableText as problem:
            raise forms.ValidationError(problem.message) from problem
