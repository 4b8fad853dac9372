"""A further firm on a server that has one."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from minutebook.firms.abilities import Role
from minutebook.firms.models import Firm, Membership, User
from minutebook.jobs.fees.models import FeeLine
from minutebook.scope import firm_scope
from tests.cast import signed_in


def test_it_begins_with_an_administrator_and_fees_and_sees_nothing_of_the_first(
    firm: Firm, preparer: User
) -> None:
    zone = ("--time-zone", "Australia/Perth")
    call_command("add_firm", "Harbour Advisory", preparer.email, "Priya Raman", *zone)

    added = Firm.objects.get(name="Harbour Advisory")
    assert (added.time_zone, added.two_step_required) == ("Australia/Perth", True)
    with firm_scope(added.pk):
        assert Membership.objects.get(user=preparer).role == Role.ADMINISTRATOR
        assert FeeLine.objects.exists()
    assert "Harbour Advisory" in signed_in(preparer).get("/companies/").text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("Kauri & Wattle", "mei@harbour.example", "Mei Chen"), "There is a firm called"),
        (("Harbour Advisory", "mei", "Mei Chen"), "valid email"),
        (("Harbour Advisory", "mei@harbour.example", "Mei", "--time-zone", "Mars"), "not a time zone"),
    ],
)
def test_what_cannot_be_is_said(firm: Firm, words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("add_firm", *words)

    assert Firm.objects.count() == 1
