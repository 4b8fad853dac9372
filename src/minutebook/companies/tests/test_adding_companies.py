"""A company is taken over: entered with its registers, refused with reasons, nothing typed lost."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser

from minutebook.activity.models import history_of
from minutebook.companies.models import Company, CompanyAddress, Officeholder
from minutebook.contacts.models import Contact
from minutebook.contacts.queries import uses_of
from minutebook.firms.models import Firm, User
from tests.cast import make_company, make_person, signed_in

ADD = "/companies/add/"
WATTLE = {
    "name": "Wattle Lane Pty Ltd",
    "acn": "010 499 966",
    "abn": "25 010 499 966",
    "registered_on": "2015-06-30",
    "registered_in": "VIC",
    "status": "REGD",
    "subclass": "PROP",
    "office-care_of": "Kauri & Wattle",
    "office-street": "Level 9, 120 Collins Street",
    "office-suburb": "Melbourne",
    "office-state": "VIC",
    "office-postcode": "3000",
    "director-1-person": "Daniel Moreau",
    "director-1-is_secretary": "on",
    "class-code": "ORD",
    "class-title": "Ordinary",
    "holding-1-member": "Daniel Moreau",
    "holding-1-quantity": "100",
    "holding-1-paid_per_share": "1",
}


@dataclass(frozen=True)
class Answer:
    status_code: int
    text: str


def add(browser: Browser, **changes: str) -> Answer:
    answer = browser.post(ADD, WATTLE | changes)
    return Answer(answer.status_code, answer.text)


class TestAdding:
    def test_everything_typed_is_in_the_registers(self, as_preparer: Browser, firm: Firm) -> None:
        daniel = make_person("Daniel", "Moreau")

        answer = add(as_preparer)

        company = Company.objects.get()
        assert answer.status_code == 302
        assert (company.name, company.acn, company.abn) == ("Wattle Lane Pty Ltd", "010499966", "25010499966")
        assert {(held.contact, held.office) for held in company.officeholders.all()} == {
            (daniel, Officeholder.Office.DIRECTOR),
            (daniel, Officeholder.Office.SECRETARY),
        }
        parcel = company.shareholdings.get()
        assert (parcel.member, parcel.quantity, parcel.paid_per_share) == (daniel, 100, Decimal(1))
        office = company.addresses.get(use=CompanyAddress.Use.REGISTERED_OFFICE)
        assert (office.occupier, office.since) == ("Kauri & Wattle", date(2015, 6, 30))
        assert [told.action for told in history_of(company)] == ["company.added"]

    def test_a_new_name_becomes_one_contact_however_often_it_occurs(
        self, as_preparer: Browser, firm: Firm
    ) -> None:
        add(as_preparer)

        daniel = Contact.objects.get(kind=Contact.Kind.PERSON)
        assert (daniel.given_names, daniel.family_name) == ("Daniel", "Moreau")
        assert len(uses_of(daniel)) == 3  # director, secretary, member

    def test_people_added_by_name_only_are_named(self, as_preparer: Browser, firm: Firm) -> None:
        answer = as_preparer.post(ADD, WATTLE, follow=True)

        assert "Added to your contacts by name only: Daniel Moreau." in answer.text

    def test_the_review_is_the_next_anniversary_unless_said(self, as_preparer: Browser, firm: Firm) -> None:
        add(as_preparer)

        review_on = Company.objects.get().review_on
        assert (review_on.month, review_on.day) == (6, 30)

    def test_a_contact_that_has_the_acn_becomes_the_company(self, as_preparer: Browser, firm: Firm) -> None:
        known = Contact.objects.create(kind=Contact.Kind.COMPANY, name="Wattle Lane P/L", acn="010499966")

        add(as_preparer)

        assert Company.objects.get().contact == known

    @pytest.mark.parametrize("name", ["<b>Bold</b> Pty Ltd", "{{7*7}} Pty Ltd", '🦘 & "Sons" Pty Ltd'])
    def test_a_name_is_kept_as_it_is(self, as_preparer: Browser, firm: Firm, name: str) -> None:
        add(as_preparer, name=name)

        assert Company.objects.get().name == name


class TestRefusals:
    @pytest.mark.parametrize(
        ("field", "typed", "reason"),
        [
            ("acn", "010 499 967", "The check digit of this ACN does not fit"),
            ("name", "evil \u202e ytP", "reverses the reading order"),
            ("registered_on", "2199-01-01", "This day is still to come"),
            ("office-street", "GPO Box 2214", "not a post office box. s 142(1)"),
            ("office-street", "", "Give the street."),
            ("director-1-person", "", "A proprietary company has at least one director. s 201A(1)"),
            ("director-1-person", "Cher", "Give the whole name"),
            ("director-1-since", "2015-06-29", "The company was registered on 30/06/2015 only."),
            ("holding-1-member", "Moreau Family Trust", "Add the organisation there first"),
            ("holding-1-quantity", "", "Say how many shares."),
            ("holding-2-quantity", "5", "Say who holds these shares"),
        ],
    )
    def test_a_reason_stands_beside_the_field_and_nothing_is_lost(
        self, as_preparer: Browser, firm: Firm, field: str, typed: str, reason: str
    ) -> None:
        changes = {field: typed} | ({"director-1-is_secretary": ""} if field.startswith("director") else {})

        answer = add(as_preparer, **changes)

        assert answer.status_code == 422
        assert reason in answer.text
        assert 'value="25 010 499 966"' in answer.text
        assert not Company.objects.exists()

    def test_an_acn_is_entered_once(self, as_preparer: Browser, company: Company) -> None:
        answer = add(as_preparer, acn="004 085 616")

        assert "Southern Star Pty Ltd is entered with this ACN already" in answer.text

    def test_a_viewer_may_not_add(self, viewer: User) -> None:
        assert add(signed_in(viewer)).status_code == 403
        assert not Company.objects.exists()

    def test_another_firms_people_are_nobody_here(
        self, as_preparer: Browser, company_of_another_firm: Company
    ) -> None:
        add(as_preparer, **{"director-1-person_id": str(company_of_another_firm.signing_contact_id)})

        held = Company.objects.get().officeholders.first()
        assert held is not None
        assert held.contact_id != company_of_another_firm.signing_contact_id


class TestCorrectingParticulars:
    def test_they_are_changed_and_told(self, as_preparer: Browser, company: Company) -> None:
        typed = {name: WATTLE[name] for name in ("registered_on", "registered_in", "status", "subclass")}

        answer = as_preparer.post(
            f"/companies/{company.pk}/particulars/",
            typed | {"name": "Southern Star Holdings Pty Ltd", "acn": "004085616", "partner": "Minh Tran"},
        )

        corrected = Company.objects.get(pk=company.pk)
        assert answer.status_code == 302
        assert (corrected.name, corrected.partner) == ("Southern Star Holdings Pty Ltd", "Minh Tran")
        assert [told.action for told in history_of(company)] == ["company.corrected"]

    def test_another_firms_are_not_found(
        self, as_preparer: Browser, company_of_another_firm: Company
    ) -> None:
        assert as_preparer.get(f"/companies/{company_of_another_firm.pk}/particulars/").status_code == 404

    def test_another_companys_acn_is_refused(self, as_preparer: Browser, company: Company) -> None:
        make_company("Harbour & Pine Pty Ltd", "010499966")
        typed = {name: WATTLE[name] for name in ("registered_on", "registered_in", "status", "subclass")}

        answer = as_preparer.post(
            f"/companies/{company.pk}/particulars/", typed | {"name": "Southern Star", "acn": "010 499 966"}
        )

        assert answer.status_code == 422
        assert "Harbour &amp; Pine Pty Ltd is entered with this ACN already" in answer.text
