"""The people, firms and companies of every test: a small cast with stories, built by plain functions.

Kauri & Wattle is the firm under test; Priya Raman prepares there. Its company Southern Star Pty Ltd has two
directors, Daniel Moreau and Thi Lan Huynh. Harbour Advisory is another firm, whose rows must never show.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client as Browser

from minutebook.companies.models import Company, CompanyAddress, Officeholder, ShareClass, Shareholding
from minutebook.contacts.models import Address, Contact
from minutebook.firms.abilities import Role
from minutebook.firms.models import Firm, Membership, User
from minutebook.scope import firm_scope

TODAY = date(2026, 11, 22)
PASSWORD = "correct-horse-battery"


def make_firm(name: str = "Kauri & Wattle", time_zone: str = "Australia/Melbourne") -> Firm:
    return Firm.objects.create(
        name=name,
        time_zone=time_zone,
        address="Level 9, 120 Collins Street, Melbourne VIC 3000",
        phone="03 9000 0000",
        email="office@kauriwattle.example",
        two_step_required=False,  # the cast signs in by password; see minutebook.signin for those who do not
    )


def make_user(
    firm: Firm,
    name: str = "Priya Raman",
    email: str = "priya.raman@kauriwattle.example",
    role: Role = Role.PREPARER,
) -> User:
    user = User.objects.create_user(email, PASSWORD, name=name)
    with firm_scope(firm.pk):
        Membership.objects.create(firm=firm, user=user, role=role)
    return user


def make_address(
    street: str = "17 Bastings Street", suburb: str = "Northcote", postcode: str = "3070"
) -> Address:
    return Address.objects.create(street=street, suburb=suburb, state="VIC", postcode=postcode)


def make_person(
    given_names: str = "Aroha", family_name: str = "Ngata", born_on: date | None = date(1984, 5, 9)
) -> Contact:
    return Contact.objects.create(
        kind=Contact.Kind.PERSON,
        name=f"{given_names} {family_name}",
        given_names=given_names,
        family_name=family_name,
        born_on=born_on,
        birth_place="Whangārei, New Zealand",
        email=f"{given_names.lower().replace(' ', '.')}@southernstar.example",
        address=make_address(),
    )


def make_company(name: str = "Southern Star Pty Ltd", acn: str = "004085616") -> Company:
    """Return a company with two directors, one of them its secretary, and 9,000 ordinary shares."""
    moreau, huynh = make_person("Daniel", "Moreau"), make_person("Thi Lan", "Huynh")
    company = Company.objects.create(
        contact=Contact.objects.create(kind=Contact.Kind.COMPANY, name=name, acn=acn, abn="53004085616"),
        registered_on=date(2017, 3, 14),
        registered_in="VIC",
        review_on=date(2027, 3, 14),
        signing_contact=moreau,
    )
    appoint(company, moreau, since=date(2017, 3, 14))
    appoint(company, huynh, since=date(2021, 7, 1))
    appoint(company, huynh, office=Officeholder.Office.SECRETARY, since=date(2021, 7, 1))
    office = make_address("Level 9, 120 Collins Street", "Melbourne", "3000")
    CompanyAddress.objects.create(
        company=company,
        use=CompanyAddress.Use.REGISTERED_OFFICE,
        address=office,
        occupier="Kauri & Wattle",
        since=date(2019, 7, 2),
    )
    CompanyAddress.objects.create(
        company=company,
        use=CompanyAddress.Use.PRINCIPAL_PLACE,
        address=make_address("Unit 4, 38 Dougharty Road", "Heidelberg West", "3081"),
        since=date(2022, 5, 11),
    )
    ordinary = ShareClass.objects.create(company=company, code="ORD", title="Ordinary")
    hold(company, moreau, ordinary, quantity=6000, certificate=1)
    hold(company, huynh, ordinary, quantity=3000, certificate=2)
    return company


def appoint(
    company: Company,
    contact: Contact,
    *,
    office: Officeholder.Office = Officeholder.Office.DIRECTOR,
    since: date,
) -> Officeholder:
    return Officeholder.objects.create(company=company, contact=contact, office=office, since=since)


def hold(
    company: Company, member: Contact, share_class: ShareClass, *, quantity: int, certificate: int
) -> Shareholding:
    return Shareholding.objects.create(
        company=company,
        member=member,
        share_class=share_class,
        quantity=quantity,
        paid_per_share=Decimal("1.00"),
        certificate_number=certificate,
        since=company.registered_on,
    )


@pytest.fixture
def firm(db: None) -> Iterator[Firm]:
    """The firm under test, in scope for the whole test."""
    firm = make_firm()
    with firm_scope(firm.pk):
        yield firm


@pytest.fixture
def other_firm(db: None) -> Firm:
    """A firm whose rows must never show."""
    return make_firm("Harbour Advisory")


@pytest.fixture
def preparer(firm: Firm) -> User:
    return make_user(firm)


@pytest.fixture
def administrator(firm: Firm) -> User:
    return make_user(
        firm, "Daniel Okafor", "daniel.okafor@kauriwattle.example", Membership.Role.ADMINISTRATOR
    )


@pytest.fixture
def viewer(firm: Firm) -> User:
    return make_user(firm, "Vera Lindqvist", "vera@kauriwattle.example", Membership.Role.VIEWER)


@pytest.fixture
def company(firm: Firm) -> Company:
    return make_company()


@pytest.fixture
def company_of_another_firm(other_firm: Firm) -> Company:
    with firm_scope(other_firm.pk):
        return make_company("Secret Reef Pty Ltd", "010499966")


@pytest.fixture
def as_preparer(preparer: User) -> Browser:
    """Django's test client, signed in as the preparer."""
    return signed_in(preparer)


def signed_in(user: User) -> Browser:
    client = Browser()
    client.force_login(user)
    return client
