"""What a change of address is checked for: sections 142, 143 and 146."""

import pytest

from minutebook.companies.models import Company
from tests.typed_events import (
    assert_refuses,
    assert_reminds,
    moving,
)


class TestAddresses:
    @pytest.mark.parametrize(
        ("code", "section"),
        [("change_registered_office", "s 142(1)"), ("change_principal_place", "s 146(1)")],
    )
    def test_a_po_box_is_refused(self, company: Company, code: str, section: str) -> None:
        form = moving(company, code, address="PO Box 12, Preston VIC 3072")

        assert_refuses(form, "address", "not a PO box. Give the street address.", section)

    def test_an_address_overseas_is_refused(self, company: Company) -> None:
        form = moving(company, address="1 Queen Street, Auckland 1010, New Zealand")

        assert form["address"].errors

    def test_an_address_without_a_postcode_is_asked_about(self, company: Company) -> None:
        form = moving(company, address="somewhere")

        assert form["address"].errors
        assert form["address"].value() == "somewhere"

    def test_the_present_address_is_refused(self, company: Company) -> None:
        form = moving(company, address="Level 9, 120 Collins Street, Melbourne VIC 3000")

        assert_refuses(form, "address", "This is the registered office already", "s 142(1)")

    def test_a_day_before_the_present_address_is_refused(self, company: Company) -> None:
        assert_refuses(moving(company, changed_on="2019-07-01"), "changed_on", "since 02/07/2019", "s 142(2)")

    def test_another_occupier_must_consent(self, company: Company) -> None:
        form = moving(company, occupier="Hardware Lane Advisers")

        assert_reminds(form, "occupier", "consent is among the documents", "s 143(1)")

    def test_the_company_as_occupier_needs_no_consent(self, company: Company) -> None:
        form = moving(company, occupier="southern star pty ltd")

        assert form.is_valid(), form.errors
        assert form.cleaned_data["occupier"] == ""

    def test_an_office_moves_seven_days_after_lodging(self, company: Company) -> None:
        form = moving(company, changed_on="2026-12-01")

        assert_reminds(form, "changed_on", "lodge Form 484 by 24/11/2026", "s 142(3)")

    def test_too_late_for_the_day_is_said(self, company: Company) -> None:
        assert_reminds(moving(company, changed_on="2026-11-25"), "changed_on", "lodge at once", "s 142(3)")
