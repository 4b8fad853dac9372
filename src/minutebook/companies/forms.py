"""What a firm types about a company itself, and about its first registers."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from minutebook.companies.events.fields import ContactField, EventDateField
from minutebook.companies.models import Company
from minutebook.contacts.fields import AbnField, AcnField, StateField, TextField
from minutebook.contacts.identifiers import belongs_to_acn
from minutebook.contacts.models import Contact
from minutebook.design.law import LawNote
from minutebook.scope import limited_membership, whole_firm
from minutebook.text import UnprintableText, check_text

_OLDEST_REGISTRATION = date(1800, 1, 1)


class ParticularsForm(forms.Form):
    """A company's particulars. `company` is the one being corrected, or None for a new one."""

    law_notes = {
        "acn": LawNote(section="s 118", text="ASIC gives a company its ACN when it registers it."),
        "review_on": LawNote(
            section="s 345A", text="The anniversary of registration, unless ASIC changed it."
        ),
        "has_constitution": LawNote(
            section="s 135", text="Without a constitution the replaceable rules govern the company."
        ),
    }

    name = TextField(label="Company name", max_length=200)
    acn = AcnField(label="ACN")
    abn = AbnField(label="ABN", required=False)
    registered_on = EventDateField(label="Registered on")
    registered_in = StateField(label="State of registration")
    review_on = EventDateField(
        label="Next annual review",
        required=False,
        help_text="Empty: the next anniversary of registration.",
    )
    status = forms.ChoiceField(label="Status", choices=Company.Status.choices)
    subclass = forms.ChoiceField(label="Class", choices=Company.Subclass.choices)
    former_names = TextField(
        label="Former names",
        max_length=300,
        required=False,
        help_text="Such as: Blue Gum Cartage Pty Ltd, to 2 July 2019.",
    )
    has_constitution = forms.BooleanField(label="It has a constitution", required=False)
    partner = TextField(label="Partner", max_length=100, required=False)
    signing_contact = ContactField(label="Signing contact", people_only=True, required=False)
    billing_contact = ContactField(label="Billing contact", required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, today: date, company: Company | None = None
    ) -> None:
        super().__init__(data, initial=_initial_of(company) if company else {})
        self.company = company
        self.today = today

    def clean_registered_on(self) -> date:
        day: date = self.cleaned_data["registered_on"]
        if day > self.today:
            raise forms.ValidationError("This day is still to come. Give the day of registration.")
        if day < _OLDEST_REGISTRATION:
            raise forms.ValidationError("Check the year of registration.")
        return day

    def clean_acn(self) -> str:
        acn: str = self.cleaned_data["acn"]
        with whole_firm():
            same = Company.objects.filter(contact__acn=acn)
        if self.company:
            same = same.exclude(pk=self.company.pk)
        if other := same.first():
            raise forms.ValidationError(_why_taken(other))
        return acn

    @property
    def warning(self) -> str:
        """Return what looks unusual about valid particulars, or an empty text."""
        abn, acn = self.cleaned_data.get("abn"), self.cleaned_data.get("acn")
        if abn and acn and not belongs_to_acn(abn, acn):
            return "The ABN does not end in the ACN, as a company’s usually does. Check both."
        return ""


def _why_taken(other: Company) -> str:
    """Return who has an ACN, without the name for somebody who does not see that company."""
    if limited_membership() is not None and not Company.objects.filter(pk=other.pk).exists():
        return (
            "Your firm has a company with this ACN already, which you do not see. Check the number, or ask an "
            "administrator to let you see that company."
        )
    return f"{other.name} is entered with this ACN already. Check the number."


def _initial_of(company: Company) -> dict[str, Any]:
    names = ("name", "acn", "abn", "signing_contact", "billing_contact", *PARTICULARS)
    return {name: getattr(company, name) for name in names}


PARTICULARS = (
    "registered_on", "registered_in", "review_on", "status", "subclass",
    "former_names", "has_constitution", "partner",
)  # fmt: skip


class PersonField(ContactField):
    """A contact of the firm, or the name of a person to add. Cleans to a Contact, unsaved if it is new."""

    def to_python(self, value: object) -> Contact | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as problem:
            if problem.code != "unknown":
                raise
            return _new_person(str((problem.params or {}).get("text", "")))


_ORGANISATION = re.compile(r"\b(ltd|limited|inc|trust|fund|partnership|co)\b\.?", re.IGNORECASE)
_LONGEST_NAME = 100  # of given names, and of a family name


def _new_person(name: str) -> Contact:
    """Return an unsaved person: the last word is the family name. Raises ValidationError."""
    if _ORGANISATION.search(name):
        raise forms.ValidationError(
            f"“{name}” is not among your contacts. Add the organisation there first.", code="organisation"
        )
    try:
        given_names, _, family_name = check_text(name).rpartition(" ")
    except UnprintableText as problem:
        raise forms.ValidationError(problem.message) from problem
    if not given_names:
        raise forms.ValidationError("Give the whole name: given names, then the family name.")
    if len(given_names) > _LONGEST_NAME or len(family_name) > _LONGEST_NAME - 1:
        raise forms.ValidationError("This is longer than any name. Shorten it.")
    return Contact(kind=Contact.Kind.PERSON, name=name, given_names=given_names, family_name=family_name)


class DirectorForm(forms.Form):
    """One of the directors of a company that is being entered. Left empty, it is nobody."""

    person = PersonField(label="Director", people_only=True, required=False)
    since = EventDateField(label="Appointed on", required=False)
    is_secretary = forms.BooleanField(label="Also secretary", required=False)

    def clean(self) -> dict[str, Any]:
        if not self.cleaned_data.get("person") and not self.errors and self.has_changed():
            self.add_error("person", "Say who this is, or empty the row.")
        return self.cleaned_data


class ShareClassForm(forms.Form):
    """The class of the shares that are being entered; others can be added afterwards."""

    code = TextField(label="Class code", max_length=4, initial="ORD")
    title = TextField(label="Class title", max_length=100, initial="Ordinary")


class HoldingForm(forms.Form):
    """One of the first parcels of shares. Left empty, it is none."""

    member = PersonField(label="Member", required=False)
    quantity = forms.IntegerField(label="Shares", min_value=1, max_value=2**53, required=False)
    paid_per_share = forms.DecimalField(
        label="Paid, each", min_value=0, max_digits=18, decimal_places=6, required=False
    )
    unpaid_per_share = forms.DecimalField(
        label="Unpaid, each", min_value=0, max_digits=18, decimal_places=6, required=False
    )

    def clean(self) -> dict[str, Any]:
        if self.errors or not self.has_changed():
            return self.cleaned_data
        if not self.cleaned_data.get("member"):
            self.add_error("member", "Say who holds these shares, or empty the row.")
        if not self.cleaned_data.get("quantity"):
            self.add_error("quantity", "Say how many shares.")
        if self.cleaned_data.get("paid_per_share") is None:
            self.add_error("paid_per_share", "Say what was paid for each share; 0 if nothing.")
        return self.cleaned_data
