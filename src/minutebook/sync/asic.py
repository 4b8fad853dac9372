"""What ASIC must hear of: names and addresses of companies and officeholders that were taken from the practice.

Only a person knows when the change happened, and the 28 days run from then: so each company is asked about once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from minutebook.activity.models import record
from minutebook.companies.models import Company, Officeholder
from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.scope import whole_firm
from minutebook.sync.comparing import place_of
from minutebook.sync.fields import is_same
from minutebook.sync.models import AsicNotice, Decision


@dataclass(frozen=True, kw_only=True, slots=True)
class OnRecord:
    """A name and an address as ASIC has them."""

    name: str
    address: str


def as_asic_has_it(contact: Contact) -> OnRecord:
    """Return a contact's name and address as they stand; call it before either is changed."""
    address = contact.address or place_of(contact)
    return OnRecord(name=contact.name, address=address.one_line if address else "")


def raise_notices(contact: Contact, decision: Decision, *, was: OnRecord, now: datetime) -> None:
    """Ask about each company of which ASIC must hear what a decision has changed on a contact."""
    stands = as_asic_has_it(contact)
    name = was.name if not is_same("name", was.name, stands.name) else ""
    address = was.address if not is_same("address", was.address, stands.address) else ""
    if not name and not address:
        return
    with whole_firm():
        AsicNotice.objects.bulk_create(
            AsicNotice(
                firm_id=contact.firm_id,
                contact=contact,
                company_id=company_id,
                as_what=as_what,
                former_name=name,
                former_address=address,
                decision_id=decision.pk,
                raised_at=now,
            )
            for company_id, as_what in _concerned(contact).items()
        )


def notices_of(decision: Decision) -> int:
    """Return how many companies a decision has raised a notice for."""
    return AsicNotice.objects.filter(decision_id=decision.pk).count()


def withdraw_notices(decision: Decision) -> None:
    """Ask no more about what an undone decision had changed; what was prepared stays."""
    with whole_firm():
        AsicNotice.objects.filter(decision_id=decision.pk, closed_at=None).delete()


def close_notices(notices: Sequence[AsicNotice], *, by: User, now: datetime) -> None:
    """Keep that there is nothing to tell ASIC."""
    with transaction.atomic():
        for notice in notices:
            notice.closed_by, notice.closed_at = by, now
            notice.save(update_fields=["closed_by", "closed_at"])
            sentence = f"Nothing to tell ASIC of {notice.contact.name}’s change for {notice.company.name}"
            record(
                "sync.asic_nothing", notice.contact, sentence=sentence[:300], by=by, company=notice.company_id
            )


def _concerned(contact: Contact) -> dict[int, str]:
    """Return the companies whose officeholder the contact is now, or that it is itself, with as what."""
    found = dict.fromkeys(Company.objects.filter(contact=contact).values_list("pk", flat=True), "")
    offices = Officeholder.objects.filter(contact=contact, until__isnull=True, company__status="REGD")
    for office in offices.order_by("pk"):
        known = found.get(office.company_id)
        label = str(office.get_office_display())
        found[office.company_id] = f"{known}, {label.lower()}" if known else label
    return {company: words[:40] for company, words in found.items()}
