"""How a second person joins a firm: added by whoever runs the server, with a password they choose themselves."""

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client as Browser

from minutebook.activity.models import Activity
from minutebook.firms.models import Firm, Membership, User


def test_somebody_who_is_added_chooses_a_password_by_mail(firm: Firm) -> None:
    call_command("add_person", "Mei@kauriwattle.example", "Mei Chen", "--role", "partner")

    mei = User.objects.get(email="mei@kauriwattle.example")
    assert Membership.objects.get(user=mei).role == Membership.Role.PARTNER
    assert Activity.objects.filter(sentence="Mei Chen added as partner").exists()
    Browser().post("/accounts/password/reset/", {"email": "mei@kauriwattle.example"})
    assert "/accounts/password/reset/key/" in mail.outbox[0].body


def test_somebody_of_another_firm_joins_as_who_they_are(firm: Firm, other_firm: Firm, preparer: User) -> None:
    call_command("add_person", preparer.email, "Priya Raman", "--firm", other_firm.name)

    assert Membership.everywhere.filter(user=preparer).count() == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nobody", "Nobody"), "not an e-mail address"),
        (("mei@kauriwattle.example", "Mei Chen", "--firm", "Atlantis"), "No firm is called"),
    ],
)
def test_what_cannot_be_is_said(firm: Firm, words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("add_person", *words)


def test_nobody_is_added_twice_and_of_several_firms_one_is_named(
    firm: Firm, other_firm: Firm, preparer: User
) -> None:
    with pytest.raises(CommandError, match="several firms"):
        call_command("add_person", "mei@kauriwattle.example", "Mei Chen")
    with pytest.raises(CommandError, match="already"):
        call_command("add_person", preparer.email, "Priya Raman", "--firm", firm.name)
