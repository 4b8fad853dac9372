"""Whom a company's documents may go to: its contacts for signing and for bills, itself, and who holds office."""

from dataclasses import dataclass

from minutebook.companies.models import Company, Officeholder
from minutebook.contacts.models import Contact


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressee:
    """Somebody a message may go to; without an address they are only named."""

    name: str
    email: str
    reason: str  # such as "signs"

    @property
    def said(self) -> str:
        return f"{self.name}, {self.reason}: {self.email}"


def people_to_write_to(company: Company) -> list[Addressee]:
    """Return each person once, and each address once, the one who signs first."""
    found: dict[str, Addressee] = {}
    for contact, reason in _in_question(company):
        key = contact.email.lower() or f"contact {contact.pk}"
        found.setdefault(key, Addressee(name=contact.name, email=contact.email, reason=reason))
    return list(found.values())


def _in_question(company: Company) -> list[tuple[Contact, str]]:
    said = [(company.signing_contact, "signing contact"), (company.billing_contact, "billing contact")]
    known = [(contact, reason) for contact, reason in said if contact]
    if company.contact.email:
        known.append((company.contact, "the company’s own address"))
    holders = Officeholder.objects.filter(company=company, until=None).select_related("contact")
    return known + [(each.contact, each.get_office_display().lower()) for each in holders.order_by("pk")]
