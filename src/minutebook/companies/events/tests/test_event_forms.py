"""What the forms of all kinds have in common."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from minutebook.companies.events import KINDS, grouped_kinds, kind_of
from minutebook.companies.events.kinds import EventForm
from minutebook.companies.models import Company
from minutebook.contacts.models import Contact
from minutebook.firms.models import Firm
from tests.cast import TODAY, appoint, make_person
from tests.typed_events import (
    appointing,
    ceasing,
    director,
    form_of,
    issuing,
    moving,
    reviewing,
)


def huynh_leaving(company: Company) -> EventForm:
    return ceasing(company, director(company, "Thi Lan Huynh"))


class TestEveryForm:
    def test_every_kind_has_its_group(self) -> None:
        listed = [kind for _, kinds in grouped_kinds() for kind in kinds]

        assert {kind.code for kind in listed} == set(KINDS)
        assert [name for name, _ in grouped_kinds()] == ["Officeholders", "Shares", "Company", "Yearly"]

    @pytest.mark.parametrize("code", KINDS)
    def test_a_note_of_law_stands_beside_a_field_that_is_there(self, company: Company, code: str) -> None:
        form = kind_of(code).form_class(company=company, today=TODAY)

        assert {note.field for note in kind_of(code).law} <= set(form.fields)
        assert set(form.law_notes) == {note.field for note in kind_of(code).law}

    @pytest.mark.parametrize("code", KINDS)
    def test_the_layout_places_fields_that_are_there_and_each_in_one_row(
        self, company: Company, code: str
    ) -> None:
        form = kind_of(code).form_class(company=company, today=TODAY)

        placed = [name for row in form.layout for name in dict.fromkeys(row) if name]

        assert set(placed) <= set(form.fields)
        assert len(placed) == len(set(placed))

    @pytest.mark.parametrize("code", KINDS)
    def test_an_empty_form_says_what_is_missing(self, company: Company, code: str) -> None:
        form = form_of(company, code)

        assert not form.is_valid()
        assert all(
            str(error).rstrip().endswith((".", ")")) for errors in form.errors.values() for error in errors
        )

    @pytest.mark.parametrize("make", [appointing, issuing, moving, reviewing, huynh_leaving])
    def test_what_is_stored_opens_the_form_again_unchanged(
        self, company: Company, make: Callable[[Company], EventForm]
    ) -> None:
        form = make(company)
        assert form.is_valid(), form.errors
        kind = next(kind for kind in KINDS.values() if kind.form_class is type(form))
        stored = kind.fields_of(form)

        again = kind.form_class(_as_typed(stored), company=company, today=TODAY)

        assert again.is_valid(), again.errors
        assert kind.fields_of(again) == stored


def _as_typed(stored: Any) -> dict[str, object]:
    """Return stored fields as a browser sends them: nothing for what is empty or not ticked."""
    return {name: "on" if value is True else value for name, value in stored.items() if value}


def test_a_company_without_registers_can_open_every_form(firm: Firm) -> None:
    contact = Contact.objects.create(kind=Contact.Kind.COMPANY, name="New Pty Ltd", acn="000000019")
    company = Company.objects.create(
        contact=contact, registered_on=TODAY, registered_in="VIC", review_on=date(2027, 11, 22)
    )
    appoint(company, make_person(), since=TODAY)

    for kind in KINDS.values():
        assert kind.form_class(company=company, today=TODAY).fields


class TestContactPicker:
    def test_it_shows_the_name_and_sends_the_id(self, company: Company) -> None:
        person = make_person()
        form = kind_of("appoint_director").form_class(
            company=company, today=TODAY, initial={"person": person.pk}
        )

        html = str(form["person"])

        assert 'value="Aroha Ngata"' in html
        assert f'name="person_id" value="{person.pk}"' in html
        assert 'src="/contacts/options/"' in html

    def test_what_was_typed_stays_when_nobody_is_called_so(self, company: Company) -> None:
        html = str(appointing(company, person="<Nobody>")["person"])

        assert 'value="&lt;Nobody&gt;"' in html
        assert 'name="person_id" value=""' in html
