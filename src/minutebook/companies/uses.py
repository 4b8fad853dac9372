"""Where a contact is used in companies' registers, for the contact's own page."""

from collections.abc import Iterator
from itertools import chain

from django.db.models import BigIntegerField, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import reverse

from minutebook.companies.models import Company, CorporateEvent, Officeholder, RegisterEntry, Shareholding
from minutebook.contacts.models import Contact, ContactIds
from minutebook.contacts.queries import Use


def uses_of(contact: Contact) -> list[Use]:
    """Return the companies this contact is, runs, holds shares of or signs for; the latest first of each."""
    return list(chain(_as_itself(contact), _offices(contact), _holdings(contact), _papers(contact)))


def used_within(membership_id: int) -> list[ContactIds]:
    """Return the contacts that the companies within a membership's limit use, from each of their places."""
    companies = Company._base_manager.filter(Company.within(membership_id))
    registers: list[tuple[type[RegisterEntry], str]] = [(Officeholder, "contact"), (Shareholding, "member")]
    return [
        *(companies.values(field) for field in ("contact", "signing_contact", "billing_contact")),
        *(each._base_manager.filter(each.within(membership_id)).values(field) for each, field in registers),
        _named_by_drafts(membership_id),
    ]


def _named_by_drafts(membership_id: int) -> ContactIds:
    """Return whom events in preparation name: a kind that is about a contact keeps its number as “person”."""
    drafts = CorporateEvent._base_manager.filter(
        CorporateEvent.within(membership_id), status=CorporateEvent.Status.DRAFT, fields__person__isnull=False
    )
    return drafts.values(named=Cast(KeyTextTransform("person", "fields"), BigIntegerField()))


def why_not_one(kept: Contact, absorbed: Contact) -> list[str]:
    """Return what the registers say against making two contacts one."""
    return [*_both_have_registers(kept, absorbed), *_both_in_office(kept, absorbed)]


def _both_have_registers(kept: Contact, absorbed: Contact) -> Iterator[str]:
    if Company.objects.filter(contact__in=[kept, absorbed]).count() > 1:
        yield "The registers of both are kept here, so they are two companies."


def _both_in_office(kept: Contact, absorbed: Contact) -> Iterator[str]:
    """Yield the offices that the register would show the one contact to hold twice at a time."""
    mine = Officeholder.objects.filter(contact=kept).select_related("company__contact")
    for held in mine:
        twice = Officeholder.objects.filter(contact=absorbed, company=held.company, office=held.office)
        if held.until is not None:
            twice = twice.filter(since__lt=held.until)
        if twice.exclude(until__isnull=False, until__lte=held.since).exists():
            yield (
                f"Both stand in the register of {held.company.name} as {held.get_office_display().lower()} "
                "at the same time. Correct that register first."
            )


def _as_itself(contact: Contact) -> list[Use]:
    company = Company.objects.filter(contact=contact).first()
    return [_use("A company whose registers are kept here", company)] if company else []


def _offices(contact: Contact) -> list[Use]:
    held = Officeholder.objects.filter(contact=contact).select_related("company__contact", "entered_by")
    return [
        _use(f"{each.get_office_display()} of {each.company.name}, {_time_of(each)}", each.company)
        for each in held.order_by("-since", "pk")
    ]


def _holdings(contact: Contact) -> list[Use]:
    """Return what the contact holds alone, and what it holds jointly with others."""
    held = Shareholding.objects.filter(Q(member=contact) | Q(member__joint_holders__holder=contact))
    held = held.select_related("company__contact", "share_class", "member", "entered_by")
    return [
        _use(
            f"{'Joint holder' if each.member_id != contact.pk else 'Holder'} of {each.quantity:,} "
            f"{each.share_class.title} shares in {each.company.name}, {_time_of(each)}",
            each.company,
        )
        for each in held.order_by("-since", "pk")
    ]


def _papers(contact: Contact) -> list[Use]:
    named = Company.objects.filter(Q(signing_contact=contact) | Q(billing_contact=contact)).order_by("pk")
    return [
        _use(f"{word} contact of {company.name}", company)
        for company in named
        for word, contact_id in (
            ("Signing", company.signing_contact_id),
            ("Billing", company.billing_contact_id),
        )
        if contact_id == contact.pk
    ]


def _time_of(entry: RegisterEntry) -> str:
    if entry.entered_by and entry.entered_by.status == CorporateEvent.Status.PENDING:
        return f"pending from {entry.since:%d/%m/%Y}"
    if entry.until:
        return f"{entry.since:%d/%m/%Y} to {entry.until:%d/%m/%Y}"
    return f"since {entry.since:%d/%m/%Y}"


def _use(sentence: str, company: Company) -> Use:
    return Use(sentence=sentence, url=reverse("companies:company", args=[company.pk]))
