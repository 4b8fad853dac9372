"""Forms of events as if they were typed on the page, and what tests say of their answers."""

from django.http import QueryDict

from minutebook.companies.events import KINDS, kind_of
from minutebook.companies.events.kinds import EventForm
from minutebook.companies.models import Company, CorporateEvent, Officeholder
from minutebook.contacts.models import Contact
from tests.cast import TODAY, make_person

DIRECTOR_ID = "036440821964417"


def form_of(company: Company, code: str, **typed: object) -> EventForm:
    """Return the form of an event as if it came from the page."""
    data = QueryDict(mutable=True)
    data.update({name: str(value) for name, value in typed.items()})
    return kind_of(code).form_class(data, company=company, today=TODAY)


def appointing(company: Company, someone: Contact | None = None, /, **typed: object) -> EventForm:
    named = {
        "person": (someone or make_person()).pk,
        "appointed_on": "2026-11-22",
        "appointed_by": "directors",
    }
    return form_of(company, "appoint_director", **named | typed)


def ceasing(company: Company, entry: Officeholder, **typed: object) -> EventForm:
    named = {"officeholder": entry.pk, "ceased_on": "2026-11-22", "manner": "resignation"}
    return form_of(company, "cease_officeholder", **named | typed)


def issuing(company: Company, applicant: Contact | None = None, /, **typed: object) -> EventForm:
    named = {
        "person": (applicant or make_person()).pk, "issued_on": "2026-11-22", "share_class": "ORD",
        "quantity": 100, "paid_per_share": "1", "unpaid_per_share": "0", "beneficially_held": "on",
        "pre_emption": "waived",
    }  # fmt: skip
    return form_of(company, "issue_shares", **named | typed)


def moving(company: Company, code: str = "change_registered_office", **typed: object) -> EventForm:
    named = {"changed_on": "2026-11-22", "address": "6 Kinnaird Place, Preston VIC 3072"}
    return form_of(company, code, **named | typed)


def reviewing(company: Company, **typed: object) -> EventForm:
    return form_of(company, "annual_review", **{"review_on": "2027-03-14", "resolution": "positive"} | typed)


def director(company: Company, name: str) -> Officeholder:
    return company.officeholders.directors().get(contact__name=name)


def assert_refuses(form: EventForm, field: str, *parts: str) -> None:
    errors = " ".join(str(error) for error in form.errors.get(field, []))
    for part in parts:
        assert part in errors, form.errors
    assert errors.endswith(parts[-1])


def assert_reminds(form: EventForm, field: str, *parts: str) -> None:
    assert form.is_valid(), form.errors
    messages = [reminder.message for reminder in form.reminders if reminder.field == field]
    assert any(
        all(part in message for part in parts) and message.endswith(parts[-1]) for message in messages
    ), form.reminders


def kept_event(company: Company, form: EventForm, *, position: int = 1) -> CorporateEvent:
    """Return the event that the form describes, in preparation."""
    assert form.is_valid(), form.errors
    kind = next(kind for kind in KINDS.values() if kind.form_class is type(form))
    return CorporateEvent.objects.create(
        company=company, kind=kind.code, fields=kind.fields_of(form), position=position
    )
