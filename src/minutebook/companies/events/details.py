"""An officeholder's name or address changes: the company tells ASIC, s 205B(4)."""

from datetime import date
from typing import Any, cast

from django import forms

from minutebook.companies.events.fields import EventDateField
from minutebook.companies.events.kinds import (
    Deadline,
    DocumentNeed,
    EventForm,
    EventKind,
    JsonDict,
    LawNote,
    lodge_form_484,
)
from minutebook.companies.events.particulars import particulars_of
from minutebook.companies.models import CorporateEvent, Officeholder
from minutebook.contacts.fields import TextField
from minutebook.contacts.models import Contact

_SECTION = "s 205B(4)"


class PersonInOfficeField(forms.ModelChoiceField[Contact]):
    """Somebody who holds an office of the company."""

    def label_from_instance(self, obj: Contact) -> str:
        return obj.name


class OfficeholderDetailsForm(EventForm):
    """What ASIC still has on record, and since when it is no longer so. What is so now stands in the contact."""

    law = (
        LawNote(
            field="changed_on",
            section=_SECTION,
            text="ASIC is told within 28 days of the change. The officeholder tells the company within seven, "
            "s 205C(2).",
        ),
        LawNote(
            field="former_address",
            section="s 205D",
            text="A residential address, unless the officeholder is entitled to an alternative one.",
        ),
    )
    layout = (("person", "person", "changed_on"), ("former_name", "former_address", "former_address"))

    person = PersonInOfficeField(
        queryset=None,
        label="Officeholder",
        error_messages={
            "required": "Choose whose name or address has changed.",
            "invalid_choice": "This person holds no office of the company. Choose another.",
        },
    )
    changed_on = EventDateField(
        label="Changed on",
        error_messages={"required": "Say on which day it changed: the 28 days run from then."},
    )
    former_name = TextField(
        label="Former name", required=False, max_length=200, help_text="Only if the name has changed."
    )
    former_address = TextField(
        label="Former address", required=False, max_length=300, help_text="Only if the address has changed."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # as EventForm takes them
        super().__init__(*args, **kwargs)
        field = cast("PersonInOfficeField", self.fields["person"])
        held = self.company.officeholders.filter(until__isnull=True).values("contact_id")
        field.queryset = Contact.objects.filter(pk__in=held).select_related("address").order_by("name", "pk")

    def check(self) -> None:
        person: Contact | None = self.cleaned_data.get("person")
        changed_on: date | None = self.cleaned_data.get("changed_on")
        if changed_on:
            self.remind_if_late("changed_on", changed_on, _SECTION)
        if person and changed_on:
            self._check_day(person, changed_on)
        if person:
            self._check_change(person)

    def _check_day(self, person: Contact, changed_on: date) -> None:
        since = min(
            entry.since for entry in self.company.officeholders.filter(contact=person, until__isnull=True)
        )
        if changed_on < since:
            self.refuse(
                "changed_on",
                f"{person.short_name} was appointed only on {since:%d/%m/%Y}. Check the date.",
                _SECTION,
            )
        elif changed_on > self.today:
            self.refuse("changed_on", "This day is still to come. Check the date.", _SECTION)

    def _check_change(self, person: Contact) -> None:
        name, address = self.cleaned_data.get("former_name"), self.cleaned_data.get("former_address")
        if not name and not address:
            self.refuse(
                "former_name",
                "Give the name or the address that ASIC still has on record. What is right now is taken from "
                "Contacts.",
                _SECTION,
            )
        if name and name == person.name:
            self.refuse("former_name", "This is the name in Contacts. Correct it there first.", _SECTION)
        if address and address == _address_of(person):
            self.refuse(
                "former_address", "This is the address in Contacts. Correct it there first.", _SECTION
            )
        if address and not person.address:
            self.refuse("former_address", "Contacts has no new address yet. Enter it there first.", _SECTION)


class ChangeOfficeholderDetails(EventKind):
    """Section 205B(4). Contacts hold the name and the address, so the registers show them already."""

    code = "change_officeholder_details"
    label = "Change an officeholder’s name or address"
    group = "Officeholders"
    sections = ("s 205B(4)", "s 205C(2)")
    form_class = OfficeholderDetailsForm
    may_repeat = True

    def fields_of(self, form: EventForm) -> JsonDict:
        cleaned = form.cleaned_data
        return {
            "person": cleaned["person"].pk,
            "changed_on": cleaned["changed_on"].isoformat(),
            "former_name": cleaned["former_name"],
            "former_address": cleaned["former_address"],
        }

    def headline(self, event: CorporateEvent) -> str:
        return f"{_what(event).capitalize()} of {_person(event).short_name} changed"

    def summary(self, event: CorporateEvent) -> str:
        day = self.effective_on(event)
        return f"{_what(event).capitalize()} of {_person(event).name} changed on {day:%d/%m/%Y}."

    def effective_on(self, event: CorporateEvent) -> date:
        return date.fromisoformat(event.fields["changed_on"])

    def documents(self, event: CorporateEvent) -> tuple[DocumentNeed, ...]:
        sections = ", ".join(_sections(event))
        return (
            DocumentNeed(code="register_of_officeholders", title="Register of officeholders"),
            DocumentNeed(code="form_484_data_sheet", title="Form 484 data sheet", note=sections),
        )

    def deadlines(self, event: CorporateEvent) -> tuple[Deadline, ...]:
        return (lodge_form_484(self.effective_on(event), section=_SECTION),)

    def merge_fields(self, event: CorporateEvent) -> JsonDict:
        person = _person(event)
        offices = event.company.officeholders.filter(contact=person, until__isnull=True).order_by("pk")
        return {
            "person": particulars_of(person),
            "offices": ", ".join(dict.fromkeys(Officeholder.Office(entry.office).label for entry in offices)),
            "is_member": event.company.shareholdings.filter(member=person, until__isnull=True).exists(),
            "changed_on": event.fields["changed_on"],
            "former_name": event.fields["former_name"] or None,
            "former_address": event.fields["former_address"] or None,
            "form_484": list(_sections(event)),
            "notice_sections": ["205B(4)"],
            "changes": {},
        }

    def enter(self, event: CorporateEvent) -> None:
        """Nothing: the registers take name and address from the contact."""

    def withdraw(self, event: CorporateEvent) -> None:
        """Nothing was entered."""


def _person(event: CorporateEvent) -> Contact:
    return Contact.objects.select_related("address").get(pk=event.fields["person"])


def _address_of(person: Contact) -> str:
    return person.address.one_line if person.address else ""


def _what(event: CorporateEvent) -> str:
    kinds = (("name", event.fields["former_name"]), ("address", event.fields["former_address"]))
    return " and ".join(word for word, former in kinds if former)


def _sections(event: CorporateEvent) -> tuple[str, ...]:
    """Return the sections of Form 484: addresses are A1, names of officeholders and members A2."""
    told = (("A1", event.fields["former_address"]), ("A2", event.fields["former_name"]))
    return tuple(section for section, former in told if former)
