"""Every address of Minutebook, opened by somebody who sees one company of three: nothing of the others shows.

The addresses are read from the resolver, so that a new page is walked as soon as it has one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponseBase
from django.test import Client as Browser
from django.urls import URLResolver, get_resolver, reverse

from minutebook.activity.models import record
from minutebook.companies.models import ChosenCompany, Company, Officeholder
from minutebook.contacts.models import Contact
from minutebook.documents.models import ProducedFile
from minutebook.firms.models import Firm, Membership, User
from minutebook.jobs.models import JobRequest, PlannedCost
from minutebook.jobs.requests import request_job
from minutebook.practice.models import Client, ClientLink
from minutebook.production.models import PackMail, SignedCopy, ToDo
from tests.cast import appoint, make_company, make_user, signed_in
from tests.job_cast import NOW, TENANT, make_connection, make_plan, release
from tests.packs import make_pack

MARK = "Zzyzx"  # in every name of the two companies that are not chosen
_ASKED = ("", "?q=reef")
_ALLAUTHS = ("account_", "mfa_")
_NOT_A_FIRMS = {"healthz", "metrics", "set-up"}
_TAKES_NUMBERS = {  # forms in which a contact or client is chosen
    "companies:add-entry", "companies:entry", "companies:particulars", "contacts:edit", "jobs:plan",
    "practice:link", "production:document", "production:options", "production:events", "production:prepare",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Address:
    """An address as the resolver knows it: its whole name, and what it asks for."""

    name: str
    asks: dict[str, str]  # each part by name, with its kind, such as "int"


@dataclass(kw_only=True)
class Case:
    """One company, with something of it for every part of an address."""

    company: Company
    parts: dict[str, Any] = field(default_factory=dict)  # by the part's name, or its namespace and name

    def knows(self, address: Address) -> bool:
        """Tell whether there is something of the company for every part of the address."""
        return all(self._part(address, part) is not None for part in address.asks)

    def url_of(self, address: Address) -> str:
        """Return the address of something of the company; parts that are not known are tried by their kind."""
        by_kind = {"int": self.company.pk, "uuid": self.parts["pack_id"]}
        values = {
            part: self._part(address, part) or by_kind.get(kind, "1") for part, kind in address.asks.items()
        }
        return reverse(address.name, kwargs=values)

    def _part(self, address: Address, part: str) -> Any:
        namespace = address.name.partition(":")[0]
        return self.parts.get(f"{namespace}:{part}", self.parts.get(part))


def addresses() -> list[Address]:
    return [
        address
        for address in _below(get_resolver(), "")
        if not address.name.startswith(_ALLAUTHS) and address.name not in _NOT_A_FIRMS
    ]


def _below(resolver: URLResolver, namespace: str) -> Iterator[Address]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            inner = f"{each.namespace}:" if each.namespace else ""
            yield from _below(each, namespace + inner)
        elif each.name:
            kinds = {
                part: type(converter).__name__.removesuffix("Converter").lower()
                for part, converter in each.pattern.converters.items()
            }
            yield Address(name=namespace + each.name, asks=kinds)


@pytest.fixture
def partner(firm: Firm) -> User:
    """A partner, whom roles let in nearly everywhere."""
    return make_user(firm, "Mei Chen", "mei.chen@kauriwattle.example", Membership.Role.PARTNER)


@pytest.fixture
def hidden(firm: Firm, administrator: User, tmp_path: Any, settings: Any) -> list[Case]:
    settings.MEDIA_ROOT = tmp_path
    make_connection()
    names = ((f"{MARK} Reef Pty Ltd", "010499966"), (f"{MARK} Cove Pty Ltd", "000000019"))
    return [_make_case(name, acn, mark=MARK, by=administrator) for name, acn in names]


@pytest.fixture
def own(hidden: list[Case], administrator: User) -> Case:
    return _make_case("Southern Star Pty Ltd", "004085616", mark="Own", by=administrator)


@pytest.fixture
def limited(own: Case, hidden: list[Case], partner: User) -> Browser:
    membership = Membership.objects.get(user=partner)
    membership.limited = True
    membership.save()
    ChosenCompany.objects.create(membership=membership, company=own.company)
    return signed_in(partner)


def _make_case(name: str, acn: str, *, mark: str, by: User) -> Case:
    company = make_company(name, acn)
    company.contact.email = f"{mark}@example.com"
    company.contact.save()
    person = Contact.objects.create(
        kind=Contact.Kind.PERSON, name=f"Una {name[:-8]}", given_names="Una", family_name=name[:-8]
    )
    entry = appoint(company, person, office=Officeholder.Office.SECRETARY, since=company.registered_on)
    pack = make_pack(company, by=by, person=person)
    pack.title, pack.summary, pack.wants_job = f"Appoint {mark}", f"{name} appoints", True
    pack.save()
    client = Client.objects.create(tenant_id=TENANT, remote_id=acn, name=f"{name} XPM", read_at=NOW)
    link = ClientLink.objects.create(
        tenant_id=TENANT,
        contact=company.contact,
        client=client,
        reason=ClientLink.Reason.HAND,
        linked_at=NOW,
    )
    make_plan(pack, link, by=by)
    if mark == MARK:  # one's own is still in preparation, so that its forms are open
        release(pack, by=by)
    record("pack.released", pack, sentence=f"{name}: released", by=by)
    document = pack.documents.order_by("position").first()
    assert document
    kept = {"sha256": "0" * 64, "size": 4, "name": f"{mark}.pdf"}
    file = ProducedFile.objects.create(
        document=document, format="pdf", produced_at=NOW, file=ContentFile(b"%PDF", "a.pdf"), **kept
    )
    copy = SignedCopy.objects.create(
        pack=pack, kept_by=by, kept_at=NOW, file=ContentFile(b"%PDF", "b.pdf"), **kept
    )
    to_do = ToDo.objects.create(pack=pack, kind=ToDo.Kind.SIGN, title=f"Sign for {mark}", position=1)
    mail = PackMail.objects.create(
        pack=pack, recipients=["a@b.example"], subject=mark, text=mark, queued_by=by, queued_at=NOW
    )
    job = request_job(pack, by=by, now=NOW)
    assert job
    job.status, job.reason, job.job["name"] = JobRequest.Status.NEEDS_YOU, f"{mark} refused", f"{name} job"
    job.save()
    return Case(
        company=company,
        parts={
            "companies:pk": company.pk, "companies:register": "officeholders", "entry_pk": entry.pk,
            "company_id": company.pk, "pack_id": pack.pk, "document_id": document.pk, "file_id": file.pk,
            "copy_id": copy.pk, "to_do_id": to_do.pk, "mail_id": mail.pk, "request_id": job.pk,
            "cost_id": PlannedCost.objects.filter(plan__pack=pack).values_list("pk", flat=True).first() or 1,
            "contacts:pk": person.pk, "contacts:other": company.contact_id, "contact_id": person.pk,
            "sync:pk": client.pk, "spreadsheets:pk": 1,
        },
    )  # fmt: skip


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
