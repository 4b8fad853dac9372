"""What an annual review is checked for: sections 345A to 347B."""

from datetime import date

from minutebook.companies.events import kind_of
from minutebook.companies.models import Company
from tests.cast import TODAY
from tests.typed_events import (
    assert_refuses,
    assert_reminds,
    reviewing,
)


class TestAnnualReview:
    def test_the_companys_own_date_is_proposed(self, company: Company) -> None:
        form = kind_of("annual_review").form_class(company=company, today=TODAY)

        assert form["review_on"].value() == date(2027, 3, 14)

    def test_another_day_of_the_year_is_refused(self, company: Company) -> None:
        form = reviewing(company, review_on="2027-03-15")

        assert_refuses(form, "review_on", "The review date of the company is 14 March", "s 345A")

    def test_a_year_before_the_first_review_is_refused(self, company: Company) -> None:
        assert_refuses(reviewing(company, review_on="2017-03-14"), "review_on", "a year after", "s 345A")

    def test_a_resolution_before_the_review_date_is_refused(self, company: Company) -> None:
        form = reviewing(company, review_on="2026-03-14", resolved_on="2026-03-13")

        assert_refuses(form, "resolved_on", "after the review date, 14/03/2026", "s 347A(1)")

    def test_a_resolution_of_tomorrow_is_refused(self, company: Company) -> None:
        form = reviewing(company, review_on="2026-03-14", resolved_on="2026-11-23")

        assert_refuses(form, "resolved_on", "still to come", "s 347A(1)")

    def test_after_two_months_asic_is_told(self, company: Company) -> None:
        form = reviewing(company, review_on="2026-03-14")

        assert_reminds(form, "resolved_on", "ended on 14/05/2026", "Form 485B by 21/05/2026", "s 347B")

    def test_in_time_nothing_is_said(self, company: Company) -> None:
        form = reviewing(company, review_on="2026-03-14", resolved_on="2026-05-14")

        assert form.is_valid(), form.errors
        assert form.reminders == []

    def test_a_statement_before_the_review_date_is_refused(self, company: Company) -> None:
        form = reviewing(company, statement_issued_on="2027-03-13")

        assert_refuses(form, "statement_issued_on", "after the review date", "s 346A")
