"""Corrections of a company's registers by hand: for what was taken over, or taken over wrongly.

A change in the company is an event, with documents; this is not the place to record one. Entries that a pack has
made belong to the pack, and are corrected or withdrawn there.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.db import models, transaction

from minutebook.activity.changes import Seen, seen
from minutebook.activity.models import record
from minutebook.companies.events.fields import ContactField, EventDateField
from minutebook.companies.models import (
    Company,
    CompanyAddress,
    Officeholder,
    ShareClass,
    Shareholding,
)
from minutebook.companies.places import check_place
from minutebook.companies.rules import ADULT_YEARS, age_on
from minutebook.contacts.fields import TextField
from minutebook.contacts.forms import AddressForm, address_initial
from minutebook.contacts.models import Contact
from minutebook.design.law import LawNote
from minutebook.firms.models import User

type Correctable = Officeholder | CompanyAddress | ShareClass | Shareholding


class CannotRemove(Exception):
    """The entry stays; the message says why and what to do."""


class CorrectionForm(forms.Form):
    """One entry of a register. `entry` is the one being corrected, or None to add one."""

    noun: ClassVar[str]  # as the page names an entry, such as "officeholder"
    model: ClassVar[type[Correctable]]
    law_notes: ClassVar[Mapping[str, LawNote]] = {}

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        company: Company,
        entry: Any = None,  # one of `model`
    ) -> None:
        initial = {name: getattr(entry, name) for name in self.base_fields} if entry else {}
        super().__init__(data, initial=initial)
        self.company = company
        self.entry = entry
        self.address_form: AddressForm | None = None

    def is_valid(self) -> bool:
        valid = super().is_valid()
        return valid if self.address_form is None else self.address_form.is_valid() and valid

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and since < self.company.registered_on:
            self.add_error(
                "since", f"The company was registered on {self.company.registered_on:%d/%m/%Y} only."
            )
        if since and until and until < since:
            self.add_error("until", f"This is before {since:%d/%m/%Y}, when it began. Check both days.")
        self.check()
        return self.cleaned_data

    def check(self) -> None:
        """Check the fields together; one with an error is not in `cleaned_data`."""

    @transaction.atomic
    def save(self, *, by: User) -> None:
        """Keep the entry, and say so in the company's history."""
        before = self._seen(self.entry)
        entry = self.entry or self.model(company=self.company)
        for name, value in self.values().items():
            setattr(entry, name, value)
        entry.save()
        verb = "corrected" if self.entry else "added"
        self._tell(verb, by=by, entry=entry, before=before, after=self._seen(entry))

    def values(self) -> dict[str, Any]:
        return self.cleaned_data

    @transaction.atomic
    def remove(self, *, by: User) -> None:
        """Take out an entry that never was. Raises CannotRemove."""
        try:
            self._tell("removed", by=by, entry=self.entry, before=self._seen(self.entry), after={})
            self.entry.delete()
        except models.ProtectedError as problem:
            raise CannotRemove(
                "There are, or were, shares of this class, so it stays. Correct those holdings first."
            ) from problem

    def _seen(self, entry: Correctable | None) -> Seen:
        names = {*self.base_fields, *(["address"] if self.address_form else [])}
        return seen(entry, *sorted(names))

    def _tell(self, verb: str, *, by: User, entry: Correctable, before: Seen, after: Seen) -> None:
        record(
            f"register.{verb}",
            self.company,
            sentence=f"Register of {self.company.name}: {self.noun} {verb} by hand",
            by=by,
            entry=entry.pk,
            model=entry._meta.model_name,
            fields=self.changed_data,
            before=before,
            after=after,
        )


class OfficeholderForm(CorrectionForm):
    noun, model = "officeholder", Officeholder
    law_notes = {
        "contact": LawNote(section="s 201B(1)", text="Only an individual of at least 18 is a director.")
    }

    contact = ContactField(label="Person", people_only=True)
    office = forms.ChoiceField(label="Office", choices=Officeholder.Office.choices)
    since = EventDateField(label="Appointed on")
    until = EventDateField(label="Ceased on", required=False, help_text="Empty while in office.")

    def check(self) -> None:
        contact, since = self.cleaned_data.get("contact"), self.cleaned_data.get("since")
        if not contact or not since:
            return
        if contact.born_on and age_on(contact.born_on, since) < ADULT_YEARS:
            is_secretary = self.cleaned_data.get("office") == Officeholder.Office.SECRETARY
            section = "s 204B(1)" if is_secretary else "s 201B(1)"
            self.add_error("since", f"{contact.name} was under 18 on this day. Check it. {section}")
        if self._is_held_already(contact, since):
            self.add_error("contact", f"{contact.name} holds this office at that time already.")

    def _is_held_already(self, contact: Contact, since: date) -> bool:
        held = Officeholder.objects.filter(
            company=self.company, contact=contact, office=self.cleaned_data.get("office")
        ).exclude(until__isnull=False, until__lte=since)
        if until := self.cleaned_data.get("until"):
            held = held.filter(since__lt=until)
        return held.exclude(pk=self.entry.pk if self.entry else 0).exists()


class CompanyAddressForm(CorrectionForm):
    noun, model = "address", CompanyAddress

    use = forms.ChoiceField(label="Use", choices=CompanyAddress.Use.choices)
    occupier = TextField(
        label="Occupier",
        max_length=200,
        required=False,
        help_text="Empty: the company occupies it itself.",
    )
    since = EventDateField(label="Since")
    until = EventDateField(label="Until", required=False, help_text="Empty while in use.")

    law_notes = {
        "occupier": LawNote(
            section="s 143", text="Who occupies a registered office that is not the company’s own consents."
        )
    }

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        company: Company,
        entry: CompanyAddress | None = None,
    ) -> None:
        super().__init__(data, company=company, entry=entry)
        self.address_form = AddressForm(
            data,
            prefix="address",
            initial=address_initial(entry.address if entry else None),
            is_required=True,
        )

    def check(self) -> None:
        address_form, use = self.address_form, self.cleaned_data.get("use")
        if address_form and use and address_form.is_valid():
            check_place(address_form, use=use)

    def values(self) -> dict[str, Any]:
        address = self.address_form.address() if self._moves and self.address_form else self.entry.address
        return self.cleaned_data | {"address": address}

    @property
    def _moves(self) -> bool:
        return self.entry is None or (self.address_form is not None and self.address_form.has_changed())


class ShareClassForm(CorrectionForm):
    noun, model = "share class", ShareClass

    code = TextField(label="Code", max_length=4, help_text="Such as ORD, A or RED.")
    title = TextField(label="Title", max_length=100)

    def check(self) -> None:
        code = self.cleaned_data.get("code")
        same = ShareClass.objects.filter(company=self.company, code=code)
        if code and same.exclude(pk=self.entry.pk if self.entry else 0).exists():
            self.add_error("code", "The company has a class with this code already.")


class HoldingForm(CorrectionForm):
    noun, model = "holding", Shareholding

    member = ContactField(label="Member")
    share_class = forms.ChoiceField(label="Class")
    quantity = forms.IntegerField(label="Shares", min_value=1, max_value=2**53)
    paid_per_share = forms.DecimalField(
        label="Paid, each", min_value=0, max_digits=18, decimal_places=6, help_text="Dollars."
    )
    unpaid_per_share = forms.DecimalField(
        label="Unpaid, each", min_value=0, max_digits=18, decimal_places=6, initial=0, help_text="Dollars."
    )
    certificate_number = forms.IntegerField(
        label="Certificate number", min_value=1, max_value=2**31 - 1, required=False
    )
    beneficially_held = forms.BooleanField(label="Held beneficially", required=False, initial=True)
    held_for = TextField(
        label="Held for", max_length=200, required=False, help_text="Such as: the Moreau Family Trust."
    )
    since = EventDateField(label="Since")
    until = EventDateField(label="Until", required=False, help_text="Empty while held.")

    law_notes = {
        "held_for": LawNote(
            section="s 169", text="The register shows which shares are not held beneficially."
        )
    }

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        company: Company,
        entry: Shareholding | None = None,
    ) -> None:
        super().__init__(data, company=company, entry=entry)
        self.classes = {
            str(each.pk): each for each in ShareClass.objects.filter(company=company).order_by("pk")
        }
        cast("forms.ChoiceField", self.fields["share_class"]).choices = [
            (pk, f"{each.title} ({each.code})") for pk, each in self.classes.items()
        ]
        if entry:
            self.initial["share_class"] = entry.share_class_id
            for name in ("paid_per_share", "unpaid_per_share"):
                self.initial[name] = _shortest(self.initial[name])

    def clean_share_class(self) -> ShareClass:
        return self.classes[self.cleaned_data["share_class"]]

    def check(self) -> None:
        if self.cleaned_data.get("held_for") and self.cleaned_data.get("beneficially_held"):
            self.add_error(
                "held_for", "Shares held for somebody else are not held beneficially. Untick that."
            )


def _shortest(dollars: Decimal) -> Decimal:
    """Return an amount without needless zeros, but in cents at least."""
    cents = dollars.quantize(Decimal("0.01"))
    return cents if cents == dollars else dollars.normalize()


CORRECTIONS: Mapping[str, type[CorrectionForm]] = {
    "officeholders": OfficeholderForm,
    "addresses": CompanyAddressForm,
    "share-classes": ShareClassForm,
    "holdings": HoldingForm,
}
