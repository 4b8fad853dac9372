"""Entering a company that the firm takes over: its particulars and its registers as they stand."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db import transaction

from minutebook.activity.changes import Seen, seen
from minutebook.activity.models import record
from minutebook.companies.forms import (
    PARTICULARS,
    DirectorForm,
    HoldingForm,
    ParticularsForm,
    ShareClassForm,
)
from minutebook.companies.models import Company, CompanyAddress, Officeholder, ShareClass, Shareholding
from minutebook.companies.places import check_place
from minutebook.companies.review import next_review
from minutebook.contacts.forms import AddressForm
from minutebook.contacts.models import Contact
from minutebook.firms.models import User

_ROWS = 4  # of directors and of holdings; the rest is added on the company's page


class NewCompany:
    """The forms of one company to enter, checked together and saved together.

    `missing_details` names the people that were added with nothing but their name.
    """

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        self.today = today
        self.particulars = ParticularsForm(data, today=today)
        self.office = AddressForm(data, prefix="office", is_required=True)
        self.place = AddressForm(data, prefix="place")
        self.directors = [DirectorForm(data, prefix=f"director-{row}") for row in range(1, _ROWS + 1)]
        self.share_class = ShareClassForm(data, prefix="class")
        self.holdings = [HoldingForm(data, prefix=f"holding-{row}") for row in range(1, _ROWS + 1)]
        self.missing_details: list[str] = []
        for row, (director, holding) in enumerate(zip(self.directors, self.holdings, strict=True), start=1):
            director.fields["person"].label = f"Director {row}"
            holding.fields["member"].label = f"Member {row}"

    @property
    def forms(self) -> list[forms.Form]:
        return [
            self.particulars,
            self.office,
            self.place,
            *self.directors,
            self.share_class,
            *self.holdings,
        ]

    def is_valid(self) -> bool:
        if not all([form.is_valid() for form in self.forms]):  # noqa: C419  # every form shows its errors
            return False
        self._check_together()
        return not any(form.errors for form in self.forms)

    @transaction.atomic
    def save(self, *, by: User) -> Company:
        """Enter the company with what is in its registers; people who are new become contacts."""
        company = save_particulars(self.particulars)
        known: dict[str, Contact] = {}
        self._enter_addresses(company)
        self._enter_directors(company, known)
        self._enter_holdings(company, known)
        self.missing_details = [contact.name for contact in known.values()]
        record("company.added", company, sentence=f"{company.name} added", by=by, after=_seen(company))
        return company

    def _check_together(self) -> None:
        check_place(self.office, use=CompanyAddress.Use.REGISTERED_OFFICE)
        check_place(self.place, use=CompanyAddress.Use.PRINCIPAL_PLACE)
        if not any(form.cleaned_data.get("person") for form in self.directors):
            self.directors[0].add_error(
                "person", "A proprietary company has at least one director. s 201A(1)"
            )
        registered_on = self.particulars.cleaned_data["registered_on"]
        for form in self.directors:
            since = form.cleaned_data.get("since")
            if since and since < registered_on:
                form.add_error("since", f"The company was registered on {registered_on:%d/%m/%Y} only.")

    def _enter_addresses(self, company: Company) -> None:
        for form, use in (
            (self.office, CompanyAddress.Use.REGISTERED_OFFICE),
            (self.place, CompanyAddress.Use.PRINCIPAL_PLACE),
        ):
            address = form.address()
            if address:
                CompanyAddress.objects.create(
                    company=company,
                    use=use,
                    address=address,
                    occupier=address.care_of,
                    since=company.registered_on,
                )

    def _enter_directors(self, company: Company, known: dict[str, Contact]) -> None:
        for form in self.directors:
            person = form.cleaned_data.get("person")
            if not person:
                continue
            offices = [Officeholder.Office.DIRECTOR]
            if form.cleaned_data["is_secretary"]:
                offices.append(Officeholder.Office.SECRETARY)
            for office in offices:
                Officeholder.objects.create(
                    company=company,
                    contact=_saved(person, known),
                    office=office,
                    since=form.cleaned_data["since"] or company.registered_on,
                )

    def _enter_holdings(self, company: Company, known: dict[str, Contact]) -> None:
        share_class = ShareClass.objects.create(company=company, **self.share_class.cleaned_data)
        parcels = [form.cleaned_data for form in self.holdings if form.cleaned_data.get("member")]
        for certificate_number, parcel in enumerate(parcels, start=1):
            Shareholding.objects.create(
                company=company,
                member=_saved(parcel["member"], known),
                share_class=share_class,
                quantity=parcel["quantity"],
                paid_per_share=parcel["paid_per_share"],
                unpaid_per_share=parcel["unpaid_per_share"] or Decimal(0),
                certificate_number=certificate_number,
                since=company.registered_on,
            )


@transaction.atomic
def correct_particulars(form: ParticularsForm, *, by: User) -> Company:
    """Keep the corrected particulars, and say so in the company's history."""
    before = _seen(form.company)
    company = save_particulars(form)
    record(
        "company.corrected",
        company,
        sentence=f"Particulars of {company.name} corrected",
        by=by,
        fields=form.changed_data,
        before=before,
        after=_seen(company),
    )
    return company


def _seen(company: Company | None) -> Seen:
    """Return a company's particulars, for its history."""
    if company is None:
        return {}
    return seen(company.contact, "name", "acn", "abn") | seen(
        company, *PARTICULARS, "review_on", "signing_contact", "billing_contact"
    )


def save_particulars(form: ParticularsForm) -> Company:
    """Save a company with its contact. A contact that has the ACN already becomes the company's."""
    typed = form.cleaned_data
    company = form.company or Company()
    contact = company.contact if form.company else _contact_with(typed["acn"])
    contact.name, contact.acn, contact.abn = typed["name"], typed["acn"], typed["abn"]
    contact.save()
    company.contact = contact
    for name in (*PARTICULARS, "signing_contact", "billing_contact"):
        setattr(company, name, typed[name])
    company.review_on = typed["review_on"] or next_review(typed["registered_on"], today=form.today)
    company.save()
    return company


def _contact_with(acn: str) -> Contact:
    found = Contact.objects.filter(acn=acn).order_by("pk").first()
    return found or Contact(kind=Contact.Kind.COMPANY, acn=acn)


def _saved(contact: Contact, known: dict[str, Contact]) -> Contact:
    """Return the contact, saved; a new name that occurs twice is one person."""
    if contact.pk:
        return contact
    same = known.setdefault(contact.name.casefold(), contact)
    if not same.pk:
        same.save()
    return same
