"""Packs for tests, made as the pages make them."""

from datetime import UTC, date, datetime

from minutebook.companies.events import kind_of
from minutebook.companies.models import Company
from minutebook.contacts.models import Contact
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.production.events import ChosenEvent
from minutebook.production.prepare import prepare_documents
from tests.cast import TODAY, make_person

NOW = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)  # half past twelve in Melbourne


def make_pack(company: Company, *, by: User, person: Contact | None = None) -> DocumentPack:
    """Return a pack in preparation that appoints Aroha Ngata as a director on 22 November 2026."""
    appointment = appoint_director(company, person or make_person(), on=TODAY)
    return prepare_documents(company, [appointment], by=by, now=NOW)


def appoint_director(company: Company, person: Contact, *, on: date, number: int = 1) -> ChosenEvent:
    kind = kind_of("appoint_director")
    prefix = f"event{number}"
    data = appointment_fields(person, on=on, prefix=prefix)
    form = kind.form_class(data, company=company, today=TODAY, prefix=prefix)
    assert form.is_valid(), form.errors
    return ChosenEvent(number=number, kind=kind, form=form)


def appointment_fields(person: Contact, *, on: date, prefix: str = "event1") -> dict[str, str]:
    """Return what a user types to appoint somebody."""
    return {
        f"{prefix}-person": person.name,
        f"{prefix}-person_id": str(person.pk),
        f"{prefix}-appointed_on": on.isoformat(),
        f"{prefix}-director_id": "036440821964417",
        f"{prefix}-residential_address": "17 Bastings Street, Northcote VIC 3070",
        f"{prefix}-appointed_by": "directors",
    }
