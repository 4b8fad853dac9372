"""What events enter in the registers, and that withdrawing them leaves no trace there."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from minutebook.companies.events import kind_of
from minutebook.companies.events.kinds import EventForm
from minutebook.companies.models import (
    Company,
    CompanyAddress,
    CorporateEvent,
    Officeholder,
    Shareholding,
)
from minutebook.contacts.models import Address, Contact
from tests.cast import make_person
from tests.typed_events import (
    DIRECTOR_ID,
    appointing,
    ceasing,
    director,
    issuing,
    kept_event,
    moving,
    reviewing,
)

type Make = Callable[[Company], EventForm]


def secretary_leaving(company: Company) -> EventForm:
    return ceasing(company, company.officeholders.secretaries().get())


def place_moving(company: Company) -> EventForm:
    return moving(company, "change_principal_place", changed_on="2026-12-01")


EVERY_KIND = [appointing, secretary_leaving, issuing, moving, place_moving, reviewing]


@pytest.mark.parametrize("make", EVERY_KIND)
class TestEveryEvent:
    def test_withdrawing_undoes_entering(self, company: Company, make: Make) -> None:
        event = kept_event(company, make(company))
        before = registers(company)

        kind_of(event.kind).enter(event)
        entered = registers(company)
        kind_of(event.kind).withdraw(event)

        assert entered != before
        assert registers(company) == before

    def test_entering_twice_is_entering_once(self, company: Company, make: Make) -> None:
        event = kept_event(company, make(company))

        kind_of(event.kind).enter(event)
        once = registers(company)
        kind_of(event.kind).enter(event)

        assert registers(company) == once

    def test_withdrawing_what_was_never_entered_does_nothing(self, company: Company, make: Make) -> None:
        event = kept_event(company, make(company))
        before = registers(company)

        kind_of(event.kind).withdraw(event)

        assert registers(company) == before

    def test_it_can_be_entered_again_after_withdrawing(self, company: Company, make: Make) -> None:
        event = kept_event(company, make(company))
        kind = kind_of(event.kind)

        kind.enter(event)
        first = registers(company)
        kind.withdraw(event)
        kind.enter(event)

        assert registers(company) == first


def test_an_appointment_is_pending_until_it_is_signed(company: Company) -> None:
    event = entered(company, appointing(company))

    entry = Officeholder.objects.get(entered_by=event)
    assert (entry.contact.name, entry.office, entry.since) == ("Aroha Ngata", "DIRECTOR", date(2026, 11, 22))
    assert entry not in Officeholder.objects.final()

    CorporateEvent.objects.update(status=CorporateEvent.Status.SIGNED)
    assert entry in Officeholder.objects.final()


def test_an_appointment_tells_contacts_what_they_did_not_know(company: Company) -> None:
    person = make_person()
    Contact.objects.filter(pk=person.pk).update(address=None)

    entered(company, appointing(company, person, director_id=DIRECTOR_ID, residential_address=HOME))

    person = Contact.objects.get(pk=person.pk)
    assert person.director_id == DIRECTOR_ID
    assert person.address is not None
    assert person.address.one_line == HOME


HOME = "1 Queen Street, Auckland 1010, New Zealand"


def test_an_appointment_never_overwrites_contacts(company: Company) -> None:
    person = make_person()

    entered(company, appointing(company, person, residential_address=HOME))

    person = Contact.objects.get(pk=person.pk)
    assert person.address is not None
    assert person.address.one_line == "17 Bastings Street, Northcote VIC 3070"


def test_somebody_who_ceases_on_a_day_is_out_on_it(company: Company) -> None:
    huynh = director(company, "Thi Lan Huynh")

    event = entered(company, ceasing(company, huynh))

    assert Officeholder.objects.get(pk=huynh.pk).ended_by == event
    assert huynh not in company.officeholders.directors().current(on=date(2026, 11, 22))
    assert huynh in company.officeholders.directors().current(on=date(2026, 11, 21))


def test_a_new_office_ends_the_one_before_on_the_same_day(company: Company) -> None:
    event = entered(company, moving(company, changed_on="2026-12-01", occupier="Hardware Lane Advisers"))

    offices = company.addresses.filter(use=CompanyAddress.Use.REGISTERED_OFFICE).order_by("since")
    assert [(entry.since, entry.until) for entry in offices] == [
        (date(2019, 7, 2), date(2026, 12, 1)),
        (date(2026, 12, 1), None),
    ]
    assert offices[1].entered_by == offices[0].ended_by == event
    assert offices[1].occupier == "Hardware Lane Advisers"


def test_withdrawing_a_move_leaves_no_address_behind(company: Company) -> None:
    addresses = Address.objects.count()
    event = entered(company, moving(company))

    kind_of(event.kind).withdraw(event)

    assert Address.objects.count() == addresses


def test_an_issue_enters_a_parcel_under_the_next_certificate(company: Company) -> None:
    event = entered(company, issuing(company, paid_per_share="0.333333", unpaid_per_share="0.5"))

    parcel = Shareholding.objects.get(entered_by=event)
    assert (parcel.quantity, parcel.paid_per_share, parcel.unpaid_per_share) == (
        100,
        Decimal("0.333333"),
        Decimal("0.5"),
    )
    assert parcel.certificate_number == 3


def test_a_review_moves_the_next_one_on_by_a_year(company: Company) -> None:
    entered(company, reviewing(company))

    company.refresh_from_db()
    assert company.review_on == date(2028, 3, 14)


def test_a_review_of_a_past_year_moves_nothing(company: Company) -> None:
    entered(company, reviewing(company, review_on="2026-03-14", resolved_on="2026-04-01"))

    company.refresh_from_db()
    assert company.review_on == date(2027, 3, 14)


def entered(company: Company, form: EventForm) -> CorporateEvent:
    """Return an event as release leaves it: pending, in the registers."""
    event = kept_event(company, form)
    event.status = CorporateEvent.Status.PENDING
    event.save()
    kind_of(event.kind).enter(event)
    return event


def registers(company: Company) -> list[list[Any]]:
    """Return all that the registers hold, without the keys of their rows."""
    rows = [
        entries.order_by("since", "pk").values_list(*names, "since", "until", "entered_by", "ended_by")
        for entries, names in (
            (company.officeholders.all(), ("contact", "office")),
            (company.addresses.all(), ("use", "address__street", "occupier")),
            (company.shareholdings.all(), ("member", "quantity", "certificate_number")),
        )
    ]
    review_on = Company.objects.get(pk=company.pk).review_on
    return [*(list(entries) for entries in rows), [review_on]]
