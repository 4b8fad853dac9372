"""Form fields of events: a contact found by name, an address in one line, a date."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from minutebook.contacts.addresses import parse_address
from minutebook.contacts.fields import TextField
from minutebook.contacts.models import Address, Contact
from minutebook.design.forms import ComboboxInput, DateInput


@dataclass(frozen=True, kw_only=True, slots=True)
class Picked:
    """What came back from a contact picker: the id of the chosen option, if any, and the text in the box."""

    contact_id: str
    text: str


class ContactPicker(ComboboxInput):
    """A box to find a contact in by name. Sends the text under its name, the chosen id under `<name>_id`."""

    def value_from_datadict(
        self,
        data: Mapping[str, Any],
        files: MultiValueDict[str, Any],  # noqa: ARG002 - Django's signature
        name: str,
    ) -> Picked | None:
        text = str(data.get(name) or "").strip()
        contact_id = str(data.get(f"{name}_id") or "").strip()
        return Picked(contact_id=contact_id, text=text) if text or contact_id else None

    def get_context(self, name: str, value: object, attrs: dict[str, object] | None) -> dict[str, object]:
        contact_id, text = _shown(value)
        context = super().get_context(name, text, attrs)
        return context | {"src": reverse("contacts:options"), "chosen_id": contact_id}


class ContactField(forms.Field):
    """A contact of the firm, chosen from the list or typed by name. Cleans to the Contact.

    A bare id is taken as well, as text or number.
    """

    widget = ContactPicker
    default_error_messages = {
        "required": "Choose a person from your contacts, or add them there first.",
        "unknown": "No contact is called “%(text)s”. Choose one from the list, or add them to your contacts.",
        "several": "%(count)s contacts are called “%(text)s”. Choose one from the list.",
        "kind": "%(name)s is not a person. Choose a person.",
    }

    def __init__(self, *, people_only: bool = False, **kwargs: Any) -> None:  # as forms.Field takes them
        super().__init__(**kwargs)
        self.people_only = people_only

    def to_python(self, value: object) -> Contact | None:
        if value is None or value == "":
            return None
        contact = _contact_picked(value) or self._contact_named(_text_of(value))
        if self.people_only and not contact.is_person:
            raise self._error("kind", name=contact.name)
        return contact

    def _contact_named(self, text: str) -> Contact:
        found = Contact.objects.filter(name__iexact=text).select_related("address")[:10]
        if not found:
            raise self._error("unknown", text=text)
        if len(found) > 1:
            raise self._error("several", text=text, count=len(found))
        return found[0]

    def _error(self, code: str, **params: object) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[code], code=code, params=params)


class EventDateField(forms.DateField):
    """A day of an event, in the browser's own date field; typed dates are day first."""

    widget = DateInput

    def __init__(self, **kwargs: Any) -> None:  # as forms.DateField takes them
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y"])
        super().__init__(**kwargs)
        self.error_messages["invalid"] = "This is not a date. Write it as 22/11/2026."


class AddressField(TextField):
    """A street address in one line, such as "17 Bastings Street, Northcote VIC 3070".

    Cleans to an Address that is not saved.
    """

    default_error_messages = {"required": "Give the address in one line, with suburb, state and postcode."}

    def __init__(self, **kwargs: Any) -> None:  # as forms.CharField takes them
        super().__init__(max_length=300, **kwargs)

    def clean(self, value: object) -> Address | None:
        text = super().clean(value)
        if not text:
            return None
        if (address := address_in(text)) is None:
            raise forms.ValidationError(
                "Street, suburb, state and postcode cannot be told apart. Write it as “17 Bastings Street, "
                "Northcote VIC 3070”; outside Australia end it with the country."
            )
        return address


def address_in(text: str) -> Address | None:
    """Return the address that a line holds, not saved, or None if it cannot be read."""
    parts = parse_address(text)
    return Address(**asdict(parts)) if parts else None


def _contact_picked(value: object) -> Contact | None:
    """Return the contact that was chosen, unless another name was typed afterwards."""
    contact_id, text = _parts(value)
    if not contact_id.isdecimal():
        return None
    picked = Contact.with_merged.filter(pk=int(contact_id)).first()
    if picked is None or text not in {"", contact_id, picked.name}:
        return None
    return Contact.objects.standing_for(picked.pk)


def _text_of(value: object) -> str:
    return _parts(value)[1]


def _parts(value: object) -> tuple[str, str]:
    """Return id and text. Digits alone in the box are an id."""
    if isinstance(value, Contact):
        return str(value.pk), value.name
    if isinstance(value, Picked):
        return (value.contact_id or value.text), value.text
    return str(value), str(value)


def _shown(value: object) -> tuple[str, str]:
    """Return the id and the text that the box shows for a value."""
    if value is None or value == "":
        return "", ""
    contact = _contact_picked(value)
    return (str(contact.pk), contact.name) if contact else ("", _text_of(value))
