"""The checks of an officeholder's changed details, and of a company's new name."""

from minutebook.companies.models import Company
from tests.typed_events import assert_refuses, assert_reminds, director, form_of


def _details(company: Company, **typed: object) -> dict[str, object]:
    moreau = director(company, "Daniel Moreau").contact
    return {
        "person": moreau.pk,
        "changed_on": "2026-11-02",
        "former_address": "6 Rosehill Court, Ivanhoe VIC 3079",
    } | typed


def test_what_has_not_changed_is_refused(company: Company) -> None:
    kind = "change_officeholder_details"
    nothing = form_of(company, kind, **_details(company, former_address=""))
    same = form_of(company, kind, **_details(company, former_name="Daniel Moreau"))

    assert_refuses(nothing, "former_name", "ASIC still has on record", "s 205B(4)")
    assert_refuses(same, "former_name", "Correct it there first.", "s 205B(4)")


def test_a_day_before_the_appointment_or_still_to_come_is_refused(company: Company) -> None:
    kind = "change_officeholder_details"
    early = form_of(company, kind, **_details(company, changed_on="2016-01-01"))
    late = form_of(company, kind, **_details(company, changed_on="2026-12-01"))

    assert_refuses(early, "changed_on", "appointed only on 14/03/2017", "s 205B(4)")
    assert_refuses(late, "changed_on", "still to come", "s 205B(4)")


def test_the_28_days_run_from_the_change(company: Company) -> None:
    form = form_of(company, "change_officeholder_details", **_details(company, changed_on="2026-09-01"))

    assert_reminds(form, "changed_on", "due on 29/09/2026", "s 205B(4)")


def test_a_name_that_does_not_end_as_a_proprietary_companys_is_asked_about(company: Company) -> None:
    typed = {"new_name": "Southern Star", "resolved_on": "2026-11-22"}

    assert_reminds(form_of(company, "change_company_name", **typed), "new_name", "Pty Ltd", "s 148(2)")
    same = form_of(company, "change_company_name", **typed | {"new_name": company.name})
    assert_refuses(same, "new_name", "name already", "s 157(1)")
