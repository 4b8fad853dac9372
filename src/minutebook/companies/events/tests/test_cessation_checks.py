"""What the end of an office is checked for: sections 201A, 203AA and 205B."""

import pytest

from minutebook.companies.events import see_each_other
from minutebook.companies.models import Company
from minutebook.contacts.models import Address, Contact
from tests.typed_events import appointing, assert_refuses, assert_reminds, ceasing, director


class TestCessation:
    def test_a_resignation_is_accepted(self, company: Company) -> None:
        assert ceasing(company, director(company, "Daniel Moreau")).is_valid()

    def test_before_the_appointment_is_refused(self, company: Company) -> None:
        form = ceasing(company, director(company, "Thi Lan Huynh"), ceased_on="2021-06-30")

        assert_refuses(form, "ceased_on", "appointed only on 01/07/2021", "s 205B(5)")

    @pytest.mark.parametrize("manner", ["resignation", "removal"])
    def test_the_last_director_cannot_leave(self, company: Company, manner: str) -> None:
        director(company, "Thi Lan Huynh").delete()

        form = ceasing(company, director(company, "Daniel Moreau"), manner=manner)

        assert_refuses(form, "officeholder", "D. Moreau is the last director", "s 201A(1)")

    def test_the_last_director_may_die(self, company: Company) -> None:
        director(company, "Thi Lan Huynh").delete()

        form = ceasing(company, director(company, "Daniel Moreau"), manner="death")

        assert_reminds(form, "officeholder", "D. Moreau is the last director", "s 201A(1)")

    def test_nobody_dies_tomorrow(self, company: Company) -> None:
        form = ceasing(company, director(company, "Daniel Moreau"), manner="death", ceased_on="2026-11-23")

        assert_refuses(form, "ceased_on", "still to come", "s 205B(5)")

    def test_a_successor_in_the_same_pack_lets_the_last_director_leave(self, company: Company) -> None:
        director(company, "Thi Lan Huynh").delete()
        leaving, coming = ceasing(company, director(company, "Daniel Moreau")), appointing(company)
        see_each_other([leaving, coming])

        assert leaving.is_valid(), leaving.errors

    def test_a_successor_who_comes_later_does_not(self, company: Company) -> None:
        director(company, "Thi Lan Huynh").delete()
        leaving = ceasing(company, director(company, "Daniel Moreau"))
        see_each_other([leaving, appointing(company, appointed_on="2026-11-23")])

        assert_refuses(leaving, "officeholder", "last director", "s 201A(1)")

    def test_two_who_leave_together_are_counted_together(self, company: Company) -> None:
        first = ceasing(company, director(company, "Daniel Moreau"))
        second = ceasing(company, director(company, "Thi Lan Huynh"))
        see_each_other([first, second])

        assert_refuses(first, "officeholder", "last director", "s 201A(1)")

    def test_no_director_in_australia_is_refused(self, company: Company) -> None:
        overseas = Address.objects.create(street="1 Queen Street", suburb="Auckland", country="NZ")
        Contact.objects.filter(name="Daniel Moreau").update(address=overseas)

        form = ceasing(company, director(company, "Thi Lan Huynh"))

        assert_refuses(form, "officeholder", "No director who stays lives in Australia", "s 201A(1)")

    def test_a_secretary_may_be_the_last(self, company: Company) -> None:
        form = ceasing(company, company.officeholders.secretaries().get())

        assert_reminds(form, "officeholder", "no secretary", "s 204A(1)")

    def test_the_other_office_is_not_forgotten(self, company: Company) -> None:
        form = ceasing(company, director(company, "Thi Lan Huynh"))

        assert_reminds(form, "officeholder", "T. Huynh stays secretary", "s 205B(5)")

    def test_a_resignation_told_late_takes_effect_late(self, company: Company) -> None:
        form = ceasing(company, director(company, "Thi Lan Huynh"), ceased_on="2026-10-24")

        assert_reminds(
            form, "ceased_on", "on the day Form 484 is lodged", "Form 502, by 19/12/2026", "s 203AA"
        )

    def test_a_resignation_told_in_time_does_not(self, company: Company) -> None:
        form = ceasing(company, director(company, "Thi Lan Huynh"), ceased_on="2026-10-25")

        assert form.is_valid(), form.errors
        assert not [reminder for reminder in form.reminders if reminder.section == "s 203AA"]

    def test_somebody_of_another_company_is_refused(self, company: Company) -> None:
        form = ceasing(company, director(company, "Thi Lan Huynh"), officeholder=10**9)

        assert_refuses(form, "officeholder", "does not hold that office any more. Choose another.")
