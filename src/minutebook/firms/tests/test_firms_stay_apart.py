"""No row of one firm is reachable from another, even by mistake."""

from datetime import date

import pytest

from minutebook.companies.models import Company, Officeholder
from minutebook.contacts.models import Contact
from minutebook.firms.models import Firm
from minutebook.scope import NoFirm, OtherFirm, firm_scope
from tests.cast import make_company, make_firm, make_person


@pytest.mark.django_db
def test_a_query_outside_a_firm_raises() -> None:
    make_firm()

    with pytest.raises(NoFirm, match="Contact was queried outside a firm"):
        Contact.objects.exists()


def test_a_scope_needs_a_firm() -> None:
    with pytest.raises(NoFirm), firm_scope(None):  # type: ignore[arg-type]  # an anonymous user's firm
        pass


def test_a_firm_sees_its_own_rows_only(company: Company, company_of_another_firm: Company) -> None:
    names = [found.name for found in Company.objects.all()]

    assert names == ["Southern Star Pty Ltd"]


def test_a_reverse_relation_stays_in_the_firm(firm: Firm, other_firm: Firm) -> None:
    with firm_scope(other_firm.pk):
        theirs = make_company("Secret Reef Pty Ltd", "010499966")

    assert list(theirs.officeholders.all()) == []


def test_a_row_cannot_point_into_another_firm(firm: Firm, company_of_another_firm: Company) -> None:
    stranger = Officeholder(
        firm=firm,
        company=company_of_another_firm,
        contact=make_person(),
        office=Officeholder.Office.DIRECTOR,
        since=date(2026, 1, 1),
    )

    with pytest.raises(OtherFirm, match=r"Officeholder\.company belongs to another firm"):
        stranger.save()
