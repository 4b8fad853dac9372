"""Every address of Minutebook as its resolver knows it, and one company with something for each of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.core.files.base import ContentFile
from django.urls import URLResolver, get_resolver, reverse

from minutebook.activity.models import record
from minutebook.companies.models import Company, Officeholder
from minutebook.contacts.models import Contact
from minutebook.documents.models import ProducedFile
from minutebook.firms.models import User
from minutebook.jobs.models import JobRequest, PlannedCost
from minutebook.jobs.requests import request_job
from minutebook.practice.models import Client, ClientLink
from minutebook.production.models import KeptFile, PackMail, ToDo
from tests.cast import appoint, make_company
from tests.job_cast import NOW, TENANT, make_plan, release
from tests.packs import make_pack


@dataclass(frozen=True, kw_only=True)
class Address:
    """An address as the resolver knows it: its whole name, and what it asks for."""

    name: str
    asks: dict[str, str]  # each part by name, with its kind, such as "int"


@dataclass(kw_only=True)
class Case:
    """One company, with something of it for every part of an address."""

    company: Company
    parts: dict[str, Any] = field(default_factory=dict)  # by the part's name, after its address or namespace

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
        for name in (f"{address.name}:{part}", f"{namespace}:{part}", part):
            if name in self.parts:
                return self.parts[name]
        return None


def every_address() -> list[Address]:
    """Return every address that has a name, in the order in which they are tried."""
    return list(_below(get_resolver()))


def make_case(name: str, acn: str, *, mark: str, by: User, is_released: bool) -> Case:
    """Return a company with a pack, its job, its files and mails; `mark` stands in the words of each.

    A pack that is not released is still in preparation, so that its forms are open.
    """
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
    if is_released:
        release(pack, by=by)
    record("pack.released", pack, sentence=f"{name}: released", by=by)
    document = pack.documents.order_by("position").first()
    assert document
    kept = {"sha256": "0" * 64, "size": 4, "name": f"{mark}.pdf"}
    file = ProducedFile.objects.create(
        document=document,
        format="pdf",
        produced_at=NOW,
        file=ContentFile(b"%PDF", "a.pdf"),
        version=9,
        **kept,
    )
    copy = KeptFile.objects.create(
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


def _below(
    resolver: URLResolver, namespace: str = "", above: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Address]:
    for each in resolver.url_patterns:
        asks = {**above, **_parts_of(each.pattern)}
        if isinstance(each, URLResolver):
            inner = f"{each.namespace}:" if each.namespace else ""
            yield from _below(each, namespace + inner, asks)
        elif each.name:
            yield Address(name=namespace + each.name, asks=asks)


def _parts_of(pattern: Any) -> dict[str, str]:
    named = dict.fromkeys(pattern.regex.groupindex, "regex")
    kinds = {
        part: type(converter).__name__.removesuffix("Converter").lower()
        for part, converter in pattern.converters.items()
    }
    return named | kinds
