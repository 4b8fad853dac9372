"""How Django's forms look: rows with label, field, hint and error, and the law beside them.

Settings name it: FORM_RENDERER = "minutebook.design.forms.FormRenderer", with "django.forms" among the apps.
"""

from collections.abc import Mapping

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

from minutebook.design.law import LawNote


class DesignBoundField(BoundField):
    """A field that knows the note of law beside it, from the form's `law_notes` (field name to LawNote)."""

    @property
    def law(self) -> LawNote | None:
        notes: Mapping[str, LawNote] = getattr(self.form, "law_notes", {})
        return notes.get(self.name)

    @property
    def is_choice(self) -> bool:
        """Whether the label stands behind the box instead of above the field."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_optional(self) -> bool:
        return not self.field.required and not self.field.disabled and not self.is_choice


class FormRenderer(TemplatesSetting):
    form_template_name = "design/form.html"
    field_template_name = "design/field.html"
    bound_field_class = DesignBoundField


class DateInput(forms.DateInput):
    """The browser's own date field, which shows dates as its reader writes them."""

    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class SwitchInput(forms.CheckboxInput):
    """A setting that acts at once. In a list that is sent with a button, use a tick box instead."""

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs={"role": "switch", **(attrs or {})})


class ComboboxInput(forms.TextInput):
    """Search as you type: `src` answers with options. The id of the chosen one is sent as `<name>_id`.

    Without a script it is a text field, and the view looks up what was typed.
    """

    template_name = "design/widgets/combobox.html"

    def __init__(self, *, src: str = "", chosen_id: str = "", attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs=attrs)
        self.src = src
        self.chosen_id = chosen_id

    def get_context(self, name: str, value: object, attrs: dict[str, object] | None) -> dict[str, object]:
        context = super().get_context(name, value, attrs)
        return {**context, "src": self.src, "chosen_id": self.chosen_id}
