"""Every address of Minutebook, opened by somebody who sees one company of three: nothing of the others shows.

The addresses are read from the resolver, so that a new page is walked as soon as it has one.
"""

from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client as Browser
from django.urls import reverse

from minutebook.companies.models import ChosenCompany, Company
from minutebook.firms.models import Firm, Membership, User
from tests.addresses import Address, Case, every_address, make_case
from tests.cast import make_user, signed_in
from tests.job_cast import make_connection

MARK = "Zzyzx"  # in every name of the two companies that are not chosen
_ASKED = ("", "?q=reef")
_ALLAUTHS = ("account_", "mfa_")
_NOT_A_FIRMS = {"healthz", "metrics", "set-up"}
_TAKES_NUMBERS = {  # forms in which a contact or client is chosen
    "companies:add-entry", "companies:entry", "companies:particulars", "contacts:edit", "jobs:plan",
    "practice:link", "production:document", "production:options", "production:events", "production:prepare",
}  # fmt: skip


def addresses() -> list[Address]:
    return [
        address
        for address in every_address()
        if not address.name.startswith(_ALLAUTHS) and address.name not in _NOT_A_FIRMS
    ]


@pytest.fixture
def partner(firm: Firm) -> User:
    """A partner, whom roles let in nearly everywhere."""
    return make_user(firm, "Mei Chen", "mei.chen@kauriwattle.example", Membership.Role.PARTNER)


@pytest.fixture
def hidden(firm: Firm, administrator: User, tmp_path: Any, settings: Any) -> list[Case]:
    settings.MEDIA_ROOT = tmp_path
    make_connection()
    names = ((f"{MARK} Reef Pty Ltd", "010499966"), (f"{MARK} Cove Pty Ltd", "000000019"))
    return [make_case(name, acn, mark=MARK, by=administrator, is_released=True) for name, acn in names]


@pytest.fixture
def own(hidden: list[Case], administrator: User) -> Case:
    return make_case("Southern Star Pty Ltd", "004085616", mark="Own", by=administrator, is_released=False)


@pytest.fixture
def limited(own: Case, hidden: list[Case], partner: User) -> Browser:
    membership = Membership.objects.get(user=partner)
    membership.limited = True
    membership.save()
    ChosenCompany.objects.create(membership=membership, company=own.company)
    return signed_in(partner)


def _text(answer: HttpResponseBase) -> str:
    parts = answer.getvalue() if answer.streaming else answer.content  # type: ignore[attr-defined]
    return bytes(parts).decode("utf-8", "replace")


def _open(browser: Browser, url: str) -> HttpResponseBase:
    answer: Any = browser.get(url)
    return browser.post(url) if answer.status_code == 405 else answer


def test_no_list_and_no_search_shows_another_company(limited: Browser, hidden: list[Case]) -> None:
    lists = [address for address in addresses() if not address.asks]

    shown = [
        reverse(address.name) + asked
        for address in lists
        for asked in _ASKED
        if MARK.lower() in _text(limited.get(reverse(address.name) + asked)).lower()
    ]

    assert not shown, "names of companies that were not chosen"


def test_no_address_of_another_companys_row_leads_there(limited: Browser, hidden: list[Case]) -> None:
    beyond = hidden[0]
    for address in filter(lambda each: each.asks, addresses()):
        url = beyond.url_of(address)

        answer = _open(limited, url)

        assert MARK not in _text(answer), url
        assert answer.status_code in {403, 404} or not beyond.knows(address), url


@pytest.mark.parametrize("way", ["get", "post"])
def test_no_number_of_another_company_is_taken_at_an_address_of_ones_own(
    limited: Browser, own: Case, hidden: list[Case], way: str
) -> None:
    parts = hidden[0].parts
    contact, client = parts["contact_id"], parts["sync:pk"]
    sent = {
        "q": "reef", "contact": contact, "contact_id": contact, "client": client, "client_id": client,
        "xpm_client_id": client, "company": parts["company_id"], "pack": parts["pack_id"], "person": "Una",
        "person_id": contact, "addressee": contact, "addressee_id": contact, "member": "", "member_id": contact,
        "signing_contact_id": contact, "billing_contact_id": contact, "event": "1:appoint_director",
        "event1-person_id": contact, "chosen": contact, "document": parts["document_id"],
    }  # fmt: skip

    for address in addresses():
        if address.asks and (way == "get" or address.name in _TAKES_NUMBERS):
            url = own.url_of(address)
            answer: Any = getattr(limited, way)(url, sent)

            assert MARK not in _text(answer), url


def test_whoever_is_not_limited_sees_them(partner: User, company: Company, hidden: list[Case]) -> None:
    """Prove that the walk looks where there is something to see."""
    everywhere = signed_in(partner)
    showing = {
        address.name
        for address in addresses()
        if not address.asks and MARK in _text(everywhere.get(reverse(address.name)))
    }

    assert showing >= {
        "companies:list", "contacts:list", "production:list", "production:to-do", "jobs:list",
        "history:activity", "history:csv", "practice:client-options", "practice:xpm-client-options",
    }  # fmt: skip


def test_an_address_that_names_a_company_or_pack_is_refused(limited: Browser, hidden: list[Case]) -> None:
    beyond = hidden[0].parts

    for asked in (f"company={beyond['company_id']}", f"pack={beyond['pack_id']}"):
        assert limited.get(f"/activity/?{asked}").status_code == 404
        assert limited.get(f"/activity.csv?{asked}").status_code == 404


def test_a_client_of_another_company_is_not_linked(limited: Browser, own: Case, hidden: list[Case]) -> None:
    url = reverse("practice:link", args=[own.company.contact_id])

    answer = limited.post(url, {"xpm_client_id": hidden[0].parts["sync:pk"]})

    assert answer.status_code == 404
