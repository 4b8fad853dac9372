"""Who sees chosen companies only sees what hangs on those, whatever asks."""

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from minutebook.companies.models import ChosenCompany, Company, Officeholder
from minutebook.contacts.models import Contact
from minutebook.contacts.search import search_contacts
from minutebook.firms.models import Firm, Membership, User
from minutebook.scope import FirmRow, firm_scope, limited_membership, same_scope, whole_firm
from tests.cast import make_company, make_person, signed_in
from tests.packs import make_pack


@pytest.fixture
def limited(company: Company, preparer: User) -> Membership:
    """Priya Raman, who sees Southern Star Pty Ltd alone."""
    membership = Membership.objects.get(user=preparer)
    membership.limited = True
    membership.save()
    ChosenCompany.objects.create(membership=membership, company=company)
    return membership


@pytest.fixture
def hidden(company: Company) -> Company:
    return make_company("Secret Reef Pty Ltd", "010499966")


def test_every_row_says_what_it_hangs_on() -> None:
    silent = [
        model.__name__
        for model in apps.get_models()
        if issubclass(model, FirmRow)
        and not any("limit" in vars(each) for each in model.__mro__ if each is not FirmRow)
    ]

    assert not silent, (
        f"{', '.join(silent)}: say by `limit` who sees the row among people who see chosen companies only: "
        "the name of the field it hangs on, such as “company” or “pack”, or Limit.OPEN or Limit.SHUT; see "
        "minutebook.scope. Until then they do not see it."
    )


def test_only_the_chosen_companies_and_their_rows_are_seen(
    firm: Firm, company: Company, hidden: Company, limited: Membership
) -> None:
    with firm_scope(firm.pk, limited_to=limited.pk):
        assert [found.name for found in Company.objects.all()] == ["Southern Star Pty Ltd"]
        assert {each.company_id for each in Officeholder.objects.all()} == {company.pk}
        assert list(hidden.officeholders.all()) == []


def test_contacts_are_seen_that_the_chosen_companies_use(
    firm: Firm, hidden: Company, limited: Membership
) -> None:
    make_person("Nobody", "Anywhere")

    with firm_scope(firm.pk, limited_to=limited.pk):
        seen = set(Contact.objects.values_list("name", flat=True))

        assert seen == {"Southern Star Pty Ltd", "Daniel Moreau", "Thi Lan Huynh"}
        assert not search_contacts("Secret Reef", limit=5)
        assert not search_contacts("Nobody", limit=5)


def test_whoever_a_pack_in_preparation_names_is_seen(
    firm: Firm, company: Company, administrator: User, limited: Membership
) -> None:
    aroha = make_person()
    make_pack(company, by=administrator, person=aroha)

    with firm_scope(firm.pk, limited_to=limited.pk):
        assert Contact.objects.filter(pk=aroha.pk).exists()


def test_what_is_added_within_a_limit_is_seen_there(firm: Firm, limited: Membership) -> None:
    with firm_scope(firm.pk, limited_to=limited.pk):
        aroha = make_person()
        added = make_company("Blue Gum Cartage Pty Ltd", "000000019")

        assert Contact.objects.filter(pk=aroha.pk).exists()
        assert Company.objects.filter(pk=added.pk).exists()


def test_an_administrator_is_not_limited(firm: Firm, hidden: Company, limited: Membership) -> None:
    limited.role = Membership.Role.ADMINISTRATOR

    assert not limited.is_limited


def test_a_scope_can_be_opened_again_and_widened(firm: Firm, hidden: Company, limited: Membership) -> None:
    with firm_scope(firm.pk, limited_to=limited.pk):
        again = same_scope()
        with whole_firm():
            assert Company.objects.count() == 2
        with firm_scope(firm.pk):  # background work opens its own
            assert limited_membership() is None
    with again():
        assert Company.objects.count() == 1


def test_an_acn_that_is_taken_does_not_tell_whose_it_is(hidden: Company, limited: Membership) -> None:
    typed = {"name": "Mine Pty Ltd", "acn": hidden.acn, "registered_on": "2020-01-01", "registered_in": "VIC"}

    page = signed_in(limited.user).post("/companies/add/", typed)

    assert page.status_code == 422
    assert "Your firm has a company with this ACN already, which you do not see." in page.text
    assert "Secret Reef" not in page.text


@pytest.mark.parametrize("address", ["/contacts/together/", "/contacts/duplicates/"])
def test_what_is_about_all_companies_says_who_to_ask(limited: Membership, address: str) -> None:
    page = signed_in(limited.user).get(address)

    assert page.status_code == 403
    assert "Ask a colleague who sees all of them" in page.text


def test_a_limit_costs_no_query(as_preparer: Browser, limited: Membership) -> None:
    assert _queries(as_preparer, limited, is_limited=True) == _queries(as_preparer, limited, is_limited=False)


def _queries(browser: Browser, membership: Membership, *, is_limited: bool) -> int:
    Membership.objects.filter(pk=membership.pk).update(limited=is_limited)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get("/companies/").status_code == 200
    return len(asked)
