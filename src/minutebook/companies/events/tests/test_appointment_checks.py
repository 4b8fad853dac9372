"""What an appointment is checked for: sections 201B to 205B and 1272C."""

from datetime import date

import pytest

from minutebook.companies.models import Company, Officeholder
from minutebook.contacts.models import Contact
from tests.cast import make_person
from tests.typed_events import (
    DIRECTOR_ID,
    appointing,
    assert_refuses,
    assert_reminds,
    director,
    form_of,
)


class TestAppointment:
    def test_a_plain_one_is_accepted(self, company: Company) -> None:
        form = appointing(company, director_id=DIRECTOR_ID)

        assert form.is_valid(), form.errors
        assert form.reminders == []

    def test_consent_after_the_appointment_is_refused_and_what_was_typed_stays(
        self, company: Company
    ) -> None:
        form = appointing(company, consent_on="2026-11-22", appointed_on="2026-11-20")

        assert_refuses(
            form,
            "consent_on",
            "Signed 2 days after the appointment.",
            "appoint A. Ngata on or after 22/11/2026",
            "s 201D(1)",
        )
        assert form["consent_on"].value() == "2026-11-22"

    def test_one_day_is_not_days(self, company: Company) -> None:
        form = appointing(company, consent_on="2026-11-22", appointed_on="2026-11-21")

        assert_refuses(form, "consent_on", "Signed 1 day after", "s 201D(1)")

    def test_consent_on_the_day_itself_is_accepted(self, company: Company) -> None:
        assert appointing(company, consent_on="2026-11-22").is_valid()

    def test_a_consent_of_tomorrow_is_refused(self, company: Company) -> None:
        form = appointing(company, consent_on="2026-11-23", appointed_on="2026-11-30")

        assert_refuses(form, "consent_on", "still to come", "s 201D(1)")

    def test_a_secretarys_consent_names_its_own_section(self, company: Company) -> None:
        typed = {"person": make_person().pk, "appointed_on": "2026-11-20", "consent_on": "2026-11-22"}

        assert_refuses(form_of(company, "appoint_secretary", **typed), "consent_on", "s 204C(1)")

    def test_somebody_of_seventeen_is_refused(self, company: Company) -> None:
        form = appointing(company, make_person("Kit", "Vale", born_on=date(2008, 11, 23)))

        assert_refuses(form, "person", "K. Vale is 17 on 22/11/2026", "at least 18", "s 201B(1)")

    def test_somebody_who_turns_eighteen_on_the_day_is_accepted(self, company: Company) -> None:
        assert appointing(company, make_person("Kit", "Vale", born_on=date(2008, 11, 22))).is_valid()

    def test_an_unknown_date_of_birth_is_a_reminder(self, company: Company) -> None:
        form = appointing(company, make_person(born_on=None))

        assert_reminds(form, "person", "date of birth of A. Ngata is not known", "s 201B(1)")

    def test_a_director_already_is_refused(self, company: Company) -> None:
        form = appointing(company, director(company, "Daniel Moreau").contact)

        assert_refuses(form, "person", "D. Moreau is already a director, since 14/03/2017", "s 205B(1)")

    def test_a_former_director_may_come_back(self, company: Company) -> None:
        entry = director(company, "Thi Lan Huynh")
        Officeholder.objects.filter(pk=entry.pk).update(until=date(2025, 1, 1))

        assert appointing(company, entry.contact).is_valid()

    def test_a_company_cannot_be_a_director(self, company: Company) -> None:
        form = appointing(company, company.contact)

        assert_refuses(form, "person", "Southern Star Pty Ltd is not a person. Choose a person.")

    def test_an_appointment_before_registration_is_refused(self, company: Company) -> None:
        assert_refuses(appointing(company, appointed_on="2017-03-13"), "appointed_on", "14/03/2017", "s 119")

    def test_a_missing_director_id_is_a_reminder_not_a_refusal(self, company: Company) -> None:
        assert_reminds(appointing(company), "director_id", "must exist before the appointment", "s 1272C")

    @pytest.mark.parametrize("typed", ["037440821964417", "03644082196441", "DIRECTOR", "0364408219644170"])
    def test_what_is_no_director_id_is_refused(self, company: Company, typed: str) -> None:
        assert_refuses(appointing(company, director_id=typed), "director_id", "digit", "s 1272C")

    def test_another_director_id_than_in_contacts_is_refused(self, company: Company) -> None:
        person = make_person()
        Contact.objects.filter(pk=person.pk).update(director_id="036111122223333")

        form = appointing(company, person, director_id="036 4408 2196 4417")

        assert_refuses(form, "director_id", "036 1111 2222 3333", "s 1272C")

    def test_an_unknown_residence_is_a_reminder(self, company: Company) -> None:
        person = make_person()
        Contact.objects.filter(pk=person.pk).update(address=None, birth_place="")

        form = appointing(company, person)

        assert_reminds(
            form, "residential_address", "residential address of A. Ngata is not known", "s 205B(3)"
        )
        assert_reminds(form, "person", "place of birth of A. Ngata is not known", "s 205B(3)")

    def test_a_late_one_says_so(self, company: Company) -> None:
        form = appointing(company, appointed_on="2026-10-24")

        assert_reminds(form, "appointed_on", "Form 484 was due on 21/11/2026", "s 205B(1)")


class TestFindingThePerson:
    def test_by_the_name_that_was_typed(self, company: Company) -> None:
        person = make_person()

        form = appointing(company, person, person="aroha ngata")

        assert form.is_valid(), form.errors
        assert form.cleaned_data["person"] == person

    def test_by_the_chosen_option_when_two_have_one_name(self, company: Company) -> None:
        make_person()
        second = make_person()

        form = appointing(company, person="Aroha Ngata", person_id=second.pk)

        assert form.is_valid(), form.errors
        assert form.cleaned_data["person"] == second

    def test_two_of_one_name_are_asked_about(self, company: Company) -> None:
        make_person()
        make_person()

        form = appointing(company, person="Aroha Ngata")

        assert_refuses(form, "person", "3 contacts are called “Aroha Ngata”. Choose one from the list.")

    def test_a_name_typed_over_a_choice_wins(self, company: Company) -> None:
        chosen, typed = make_person(), make_person("Kit", "Vale")

        form = appointing(company, person="Kit Vale", person_id=chosen.pk)

        assert form.is_valid(), form.errors
        assert form.cleaned_data["person"] == typed

    def test_an_unknown_name_is_refused(self, company: Company) -> None:
        assert_refuses(
            appointing(company, person="Nobody"),
            "person",
            "No contact is called “Nobody”",
            "add them to your contacts.",
        )

    def test_nobody_is_refused(self, company: Company) -> None:
        assert_refuses(appointing(company, person=""), "person", "add them there first.")

    def test_a_person_of_another_firm_is_unknown(
        self, company: Company, company_of_another_firm: Company
    ) -> None:
        form = appointing(company, person=company_of_another_firm.contact_id)

        assert "person" in form.errors

    @pytest.mark.parametrize("value", ["9" * 40, "-1", "٣", "1 OR 1=1"])
    def test_strange_ids_are_refused(self, company: Company, value: str) -> None:
        assert "person" in appointing(company, person=value, person_id=value).errors
