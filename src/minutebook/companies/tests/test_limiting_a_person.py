"""An administrator chooses the companies that a person sees."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from minutebook.activity.models import Activity
from minutebook.companies.limits import chosen_for
from minutebook.companies.models import Company
from minutebook.firms.models import Firm, Membership, User
from tests.cast import make_company, signed_in


@pytest.fixture
def mei(preparer: User) -> Membership:
    return Membership.objects.get(user=preparer)


@pytest.fixture
def reef(company: Company) -> Company:
    return make_company("Secret Reef Pty Ltd", "010499966")


@pytest.fixture
def page(administrator: User) -> Browser:
    return signed_in(administrator)


def _url(membership: Membership) -> str:
    return reverse("companies:limit", args=[membership.pk])


def test_a_person_sees_the_ticked_companies_only_and_activity_tells(
    page: Browser, mei: Membership, company: Company, reef: Company
) -> None:
    page.post(_url(mei), {"sees": "chosen", "company": [company.pk]})

    assert "Secret Reef" not in signed_in(mei.user).get("/companies/").text
    told = Activity.objects.get(action="person.limited")
    assert told.sentence == "Priya Raman sees 1 company only"
    assert (told.before, told.after) == (
        {"Companies": "All companies"},
        {"Companies": "Southern Star Pty Ltd"},
    )


def test_a_limit_is_lifted(page: Browser, mei: Membership, company: Company, reef: Company) -> None:
    page.post(_url(mei), {"sees": "chosen", "company": [company.pk]})

    page.post(_url(mei), {"sees": "all", "company": [company.pk]})

    assert "Secret Reef" in signed_in(mei.user).get("/companies/").text
    assert not chosen_for(mei).exists()


def test_looking_for_another_company_keeps_what_is_ticked(
    page: Browser, mei: Membership, company: Company, reef: Company
) -> None:
    shown = page.post(_url(mei), {"sees": "chosen", "company": [company.pk], "q": "reef", "find": "1"})

    assert f'id="company-{company.pk}" checked' in shown.text
    assert f'id="company-{reef.pk}">' in shown.text
    mei.refresh_from_db()
    assert not mei.limited


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [({"sees": "chosen"}, "Tick at least one company"), ({"sees": "all", "company": ["1"]}, "You ticked")],
)
def test_what_cannot_be_meant_is_said(
    page: Browser, mei: Membership, company: Company, typed: dict[str, object], sentence: str
) -> None:
    answer = page.post(_url(mei), typed)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_an_administrator_is_not_limited(page: Browser, administrator: User, company: Company) -> None:
    herself = Membership.objects.get(user=administrator)

    answer = page.post(_url(herself), {"sees": "chosen", "company": [company.pk]})

    assert answer.status_code == 422
    assert "Administrators see every company" in answer.text


def test_only_an_administrator_chooses(mei: Membership, as_preparer: Browser) -> None:
    assert as_preparer.get(_url(mei)).status_code == 403


def test_a_person_of_another_firm_is_not_found(page: Browser, other_firm: Firm, mei: Membership) -> None:
    Membership.everywhere.filter(pk=mei.pk).update(firm=other_firm)

    assert page.get(_url(mei)).status_code == 404


def test_a_company_that_a_limited_person_adds_is_theirs(
    page: Browser, mei: Membership, company: Company, reef: Company
) -> None:
    page.post(_url(mei), {"sees": "chosen", "company": [company.pk]})
    typed = {
        "name": "Blue Gum Cartage Pty Ltd", "acn": "000000019", "registered_on": "2020-01-01",
        "registered_in": "VIC", "status": "REGD", "subclass": "PROP", "class-code": "ORD",
        "class-title": "Ordinary", "office-street": "1 Bourke Street", "office-suburb": "Melbourne",
        "office-state": "VIC", "office-postcode": "3000", "director-1-person": "Una Reyes",
        "director-1-since": "2020-01-01", "holding-1-member": "Una Reyes", "holding-1-quantity": "10",
        "holding-1-paid_per_share": "1",
    }  # fmt: skip

    added = signed_in(mei.user).post("/companies/add/", typed, follow=True)

    assert added.status_code == 200
    assert "Blue Gum Cartage Pty Ltd" in added.text
    assert {each.name for each in chosen_for(mei)} == {"Southern Star Pty Ltd", "Blue Gum Cartage Pty Ltd"}
