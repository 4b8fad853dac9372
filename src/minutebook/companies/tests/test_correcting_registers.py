"""Registers that were taken over are corrected by hand; what a pack has made is not."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser

from minutebook.activity.models import history_of
from minutebook.companies.models import Company, CorporateEvent, Officeholder
from minutebook.contacts.queries import uses_of
from minutebook.firms.models import User
from minutebook.scope import firm_scope
from tests.cast import TODAY, make_person, signed_in

SLUGS = ("officeholders", "addresses", "share-classes", "holdings")


@dataclass(frozen=True)
class Answer:
    status_code: int
    text: str


def send(browser: Browser, company: Company, register: str, entry: int | str = "add", **typed: str) -> Answer:
    answer = browser.post(f"/companies/{company.pk}/{register}/{entry}/", typed)
    return Answer(answer.status_code, answer.text)


def director(company: Company) -> Officeholder:
    return company.officeholders.order_by("pk")[0]


class TestOfficeholders:
    def test_one_is_added(self, as_preparer: Browser, company: Company) -> None:
        aroha = make_person()

        answer = send(
            as_preparer,
            company,
            "officeholders",
            contact="Aroha Ngata",
            office="DIRECTOR",
            since="2020-02-29",
        )

        assert answer.status_code == 302
        assert company.officeholders.get(contact=aroha).since == date(2020, 2, 29)
        told = history_of(company).get()
        assert told.sentence == "Register of Southern Star Pty Ltd: officeholder added by hand"

    def test_one_is_ended(self, as_preparer: Browser, company: Company) -> None:
        held = director(company)

        send(
            as_preparer,
            company,
            "officeholders",
            held.pk,
            contact=held.contact.name,
            office="DIRECTOR",
            since="2017-03-14",
            until="2022-01-01",
        )

        assert director(company).until == date(2022, 1, 1)
        assert uses_of(held.contact)[0].sentence == (
            "Director of Southern Star Pty Ltd, 14/03/2017 to 01/01/2022"
        )

    @pytest.mark.parametrize(
        ("typed", "reason"),
        [
            ({"until": "2017-03-13"}, "This is before 14/03/2017"),
            ({"since": "2017-03-13"}, "The company was registered on 14/03/2017 only."),
            ({"contact": "Thi Lan Huynh", "since": "2022-01-01"}, "holds this office at that time already"),
            ({"contact": "Nobody Here"}, "No contact is called “Nobody Here”"),
            ({"contact": "Southern Star Pty Ltd"}, "is not a person"),
        ],
    )
    def test_what_cannot_be_is_refused_with_what_was_typed(
        self, as_preparer: Browser, company: Company, typed: dict[str, str], reason: str
    ) -> None:
        held = director(company)
        before = {"contact": held.contact.name, "office": "DIRECTOR", "since": "2017-03-14"}

        answer = send(as_preparer, company, "officeholders", held.pk, **before | typed)

        assert answer.status_code == 422
        assert reason in answer.text
        for value in typed.values():
            assert f'value="{value}"' in answer.text

    def test_nobody_was_a_director_as_a_child(self, as_preparer: Browser, company: Company) -> None:
        make_person("Junior", "Moreau", born_on=date(2003, 1, 1))

        answer = send(
            as_preparer,
            company,
            "officeholders",
            contact="Junior Moreau",
            office="DIRECTOR",
            since="2020-12-31",
        )

        assert "was under 18 on this day. Check it. s 201B(1)" in answer.text

    def test_one_that_never_was_is_removed(self, as_preparer: Browser, company: Company) -> None:
        held = director(company)

        send(as_preparer, company, "officeholders", held.pk, remove="yes")

        assert not Officeholder.objects.filter(pk=held.pk).exists()
        assert history_of(company).get().action == "register.removed"


class TestAddresses:
    def test_a_corrected_address_is_a_new_row(self, as_preparer: Browser, company: Company) -> None:
        used = company.addresses.get(use="PRINCIPAL_PLACE")
        address = {
            "address-street": "Unit 5, 38 Dougharty Road",
            "address-suburb": "Heidelberg West",
            "address-state": "VIC",
            "address-postcode": "3081",
        }

        answer = send(
            as_preparer, company, "addresses", used.pk, use="PRINCIPAL_PLACE", since="2022-05-11", **address
        )

        corrected = company.addresses.get(use="PRINCIPAL_PLACE")
        assert answer.status_code == 302
        assert corrected.address.one_line == "Unit 5, 38 Dougharty Road, Heidelberg West VIC 3081"
        assert corrected.address_id != used.address_id

    @pytest.mark.parametrize(
        ("use", "street", "status"),
        [("REGISTERED_OFFICE", "PO Box 12", 422), ("CONTACT", "PO Box 12", 302), ("CONTACT", "", 422)],
    )
    def test_only_a_contact_address_is_a_box(
        self, as_preparer: Browser, company: Company, use: str, street: str, status: int
    ) -> None:
        address = {"address-suburb": "Melbourne", "address-state": "VIC", "address-postcode": "3001"}

        answer = send(
            as_preparer,
            company,
            "addresses",
            use=use,
            since="2020-01-01",
            **address | {"address-street": street},
        )

        assert answer.status_code == status


class TestShares:
    def test_a_class_and_a_holding_of_it_are_added(self, as_preparer: Browser, company: Company) -> None:
        send(as_preparer, company, "share-classes", code="A", title="A Discr.")
        share_class = company.share_classes.get(code="A")

        answer = send(
            as_preparer,
            company,
            "holdings",
            member="Daniel Moreau",
            share_class=str(share_class.pk),
            quantity="1000",
            paid_per_share="0.5",
            unpaid_per_share="0.5",
            held_for="the Moreau Family Trust",
            since="2021-07-01",
        )

        parcel = company.shareholdings.get(share_class=share_class)
        assert answer.status_code == 302
        assert (parcel.quantity, parcel.unpaid_per_share) == (1000, Decimal("0.5"))
        assert not parcel.beneficially_held

    def test_a_class_with_shares_cannot_be_removed(self, as_preparer: Browser, company: Company) -> None:
        ordinary = company.share_classes.get()

        answer = send(as_preparer, company, "share-classes", ordinary.pk, remove="yes")

        assert "There are, or were, shares of this class" in answer.text
        assert company.share_classes.get() == ordinary
        assert not history_of(company).exists()

    def test_a_code_is_used_once(self, as_preparer: Browser, company: Company) -> None:
        answer = send(as_preparer, company, "share-classes", code="ORD", title="Ordinary again")

        assert "The company has a class with this code already" in answer.text

    def test_another_companys_class_is_refused(
        self, as_preparer: Browser, company: Company, company_of_another_firm: Company
    ) -> None:
        with firm_scope(company_of_another_firm.firm_id):
            foreign = company_of_another_firm.share_classes.get().pk

        answer = send(
            as_preparer,
            company,
            "holdings",
            member="Daniel Moreau",
            share_class=str(foreign),
            quantity="1",
            paid_per_share="1",
            unpaid_per_share="0",
            since="2021-07-01",
        )

        assert answer.status_code == 422


class TestWhoMay:
    @pytest.mark.parametrize("slug", SLUGS)
    def test_each_page_says_that_it_corrects(self, as_preparer: Browser, company: Company, slug: str) -> None:
        page = as_preparer.get(f"/companies/{company.pk}/{slug}/add/").text

        assert "This corrects the register." in page
        assert "To record a change," in page

    @pytest.mark.parametrize("slug", SLUGS)
    def test_a_viewer_may_not(self, viewer: User, company: Company, slug: str) -> None:
        assert signed_in(viewer).get(f"/companies/{company.pk}/{slug}/add/").status_code == 403

    @pytest.mark.parametrize("slug", SLUGS)
    def test_another_firms_company_is_not_found(
        self, as_preparer: Browser, company_of_another_firm: Company, slug: str
    ) -> None:
        assert as_preparer.get(f"/companies/{company_of_another_firm.pk}/{slug}/add/").status_code == 404

    def test_another_companys_entry_is_not_found(
        self, as_preparer: Browser, company: Company, company_of_another_firm: Company
    ) -> None:
        with firm_scope(company_of_another_firm.firm_id):
            foreign = director(company_of_another_firm).pk

        assert send(as_preparer, company, "officeholders", foreign, remove="yes").status_code == 404

    def test_an_unknown_register_is_not_found(self, as_preparer: Browser, company: Company) -> None:
        assert as_preparer.get(f"/companies/{company.pk}/options/add/").status_code == 404

    def test_what_a_pack_made_is_corrected_there(self, as_preparer: Browser, company: Company) -> None:
        event = CorporateEvent.objects.create(
            company=company,
            kind="appoint_director",
            status=CorporateEvent.Status.SIGNED,
            effective_on=TODAY,
        )
        held = director(company)
        Officeholder.objects.filter(pk=held.pk).update(entered_by=event)

        answer = send(as_preparer, company, "officeholders", held.pk, remove="yes")

        assert "A pack made this entry." in answer.text
        assert Officeholder.objects.filter(pk=held.pk).exists()
