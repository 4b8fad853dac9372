"""What a firm types about a contact."""

from typing import Any

from django import forms
from django.db import transaction

from minutebook.contacts.fields import AbnField, AcnField, DirectorIdField, StateField, TextField
from minutebook.contacts.identifiers import (
    BadIdentifier,
    belongs_to_acn,
    check_postcode,
    is_usual_postcode,
)
from minutebook.contacts.models import Address, Contact, JointHolder
from minutebook.design.forms import DateInput

_AUSTRALIA = "AU"
_PLACE = (("street", "the street"), ("suburb", "the suburb or town"))  # what no address goes without


class AddressForm(forms.Form):
    """One address. All of it may be left empty, unless it `is_required`."""

    street = TextField(label="Street address", max_length=200, required=False)
    suburb = TextField(label="Suburb or town", max_length=100, required=False)
    state = StateField(label="State", required=False)
    postcode = TextField(label="Postcode", max_length=12, required=False)
    country = TextField(
        label="Country",
        max_length=2,
        required=False,
        initial=_AUSTRALIA,
        help_text="Two letters, such as AU.",
    )
    care_of = TextField(label="Care of", max_length=200, required=False)

    def __init__(self, *args: Any, is_required: bool = False, **kwargs: Any) -> None:  # as forms.Form's
        super().__init__(*args, **kwargs)
        for name, what in _PLACE:
            self.fields[name].required = is_required
            self.fields[name].error_messages["required"] = f"Give {what}."

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        cleaned["country"] = (cleaned.get("country") or _AUSTRALIA).upper()
        if self.is_filled_in:
            self._check_places(cleaned)
        return cleaned

    @property
    def is_filled_in(self) -> bool:
        return any(
            self.cleaned_data.get(name) for name in ("street", "suburb", "state", "postcode", "care_of")
        )

    def _check_places(self, cleaned: dict[str, Any]) -> None:
        for name, what in _PLACE:
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, f"Give {what}, or leave the whole address empty.")
        if cleaned["country"] != _AUSTRALIA:
            return
        if not cleaned.get("state"):
            self.add_error("state", "Choose the state or territory.")
        try:
            check_postcode(cleaned.get("postcode", ""))
        except BadIdentifier as problem:
            self.add_error("postcode", str(problem))

    @property
    def warning(self) -> str:
        """Return what looks unusual about a valid address, or an empty text."""
        state, postcode = self.cleaned_data.get("state"), self.cleaned_data.get("postcode")
        if state and postcode and not is_usual_postcode(postcode, state=state):
            return f"{postcode} is not usually a postcode of {state}. Check both."
        return ""

    def address(self) -> Address | None:
        """Return the address, saved as a new row, or None when nothing was filled in."""
        if not self.is_filled_in:
            return None
        return Address.objects.create(**self.cleaned_data)


def address_initial(address: Address | None) -> dict[str, str]:
    """Return what an AddressForm starts with."""
    names = ("street", "suburb", "state", "postcode", "country", "care_of")
    return {name: getattr(address, name) for name in names} if address else {}


class ContactForm(forms.Form):
    """A person or an organisation. Which fields there are depends on the kind."""

    def __init__(self, *args: Any, kind: str, contact: Contact | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _initial_of(contact) if contact else {})
        super().__init__(*args, **kwargs)
        self.kind, self.contact = kind, contact
        self.fields |= _fields_for(kind)

    def clean(self) -> dict[str, Any]:
        born_on = self.cleaned_data.get("born_on")
        if born_on and born_on.year < _OLDEST_BIRTH_YEAR:
            self.add_error("born_on", "Check the year of birth.")
        if self.kind == Contact.Kind.JOINT:
            self._check_holders()
        return self.cleaned_data

    def _check_holders(self) -> None:
        names = [name.strip() for name in self.cleaned_data.get("holders", "").splitlines() if name.strip()]
        found = [Contact.objects.filter(name__iexact=name).order_by("pk").first() for name in names]
        missing = [name for name, contact in zip(names, found, strict=True) if contact is None]
        if missing:
            self.add_error(
                "holders",
                f"No contact is called “{missing[0]}”. Add them to your contacts first, or check it.",
            )
        elif len(set(found)) < _FEWEST_HOLDERS:
            self.add_error("holders", "Name at least two different contacts, one on each line.")
        self.cleaned_data["joint_holders"] = [contact for contact in found if contact is not None]

    @property
    def warnings(self) -> list[str]:
        """Return what looks unusual about valid details."""
        abn, acn = self.cleaned_data.get("abn"), self.cleaned_data.get("acn")
        if abn and acn and not belongs_to_acn(abn, acn):
            return ["The ABN does not end in the ACN, as a company’s usually does. Check both."]
        return []

    @transaction.atomic
    def save(self, *, address: Address | None) -> Contact:
        """Keep what was typed; `address` replaces the contact's when given."""
        contact = self.contact or Contact(kind=self.kind)
        for name in KEPT & set(self.fields):
            setattr(contact, name, self.cleaned_data[name])
        if contact.is_person:
            contact.name = " ".join(part for part in (contact.given_names, contact.family_name) if part)
        if self.kind == Contact.Kind.JOINT:
            contact.name = " and ".join(holder.name for holder in self.cleaned_data["joint_holders"])[:200]
        contact.address = address or contact.address
        contact.save()
        self._save_holders(contact)
        return contact

    def _save_holders(self, contact: Contact) -> None:
        if self.kind != Contact.Kind.JOINT:
            return
        contact.joint_holders.all().delete()
        for position, holder in enumerate(self.cleaned_data["joint_holders"], start=1):
            JointHolder.objects.create(joint=contact, holder=holder, position=position)


_OLDEST_BIRTH_YEAR = 1900
_FEWEST_HOLDERS = 2
KEPT = {
    "name", "given_names", "family_name", "former_names", "born_on", "birth_place",
    "acn", "abn", "director_id", "email", "phone", "title", "gender",
}  # fmt: skip


def _fields_for(kind: str) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    if kind == Contact.Kind.PERSON:
        fields |= {
            "title": TextField(label="Title", max_length=20, required=False, help_text="Such as Ms or Dr."),
            "given_names": TextField(label="Given names", max_length=100),
            "family_name": TextField(label="Family name", max_length=100, required=False),
            "former_names": TextField(label="Former names", max_length=300, required=False),
            "born_on": forms.DateField(label="Date of birth", required=False, widget=DateInput()),
            "birth_place": TextField(
                label="Place of birth",
                max_length=120,
                required=False,
                help_text="Town and state, or town and country.",
            ),
            "gender": TextField(label="Gender", max_length=20, required=False),
            "director_id": DirectorIdField(label="Director ID", required=False),
        }
    elif kind == Contact.Kind.JOINT:
        fields["holders"] = TextField(
            label="Joint holders",
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text="The names of the contacts that hold together, one on each line, in their order.",
        )
    else:
        fields["name"] = TextField(label="Name", max_length=200)
        if kind == Contact.Kind.COMPANY:
            fields["acn"] = AcnField(label="ACN", required=False)
        fields["abn"] = AbnField(label="ABN", required=False)
    if kind != Contact.Kind.JOINT:
        fields["email"] = forms.EmailField(
            label="Email",
            required=False,
            error_messages={"invalid": "This is not an e-mail address. Write it as name@example.com."},
        )
        fields["phone"] = TextField(label="Phone", max_length=40, required=False)
    return fields


def _initial_of(contact: Contact) -> dict[str, Any]:
    initial: dict[str, Any] = {name: getattr(contact, name) for name in KEPT}
    if contact.kind == Contact.Kind.JOINT:
        holders = contact.joint_holders.select_related("holder").order_by("position")
        initial["holders"] = "\n".join(each.holder.name for each in holders)
    return initial
