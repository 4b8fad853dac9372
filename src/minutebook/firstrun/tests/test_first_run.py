"""An empty server has one way in, for whoever can read what it printed; and then it is closed."""

import threading
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import Settings as DjangoSettings

from minutebook.activity.models import Activity
from minutebook.firms.models import Firm, Membership, User
from minutebook.firstrun.code import set_up_code
from minutebook.firstrun.found import AlreadySetUp, found_firm
from minutebook.scope import firm_scope

ADDRESS = "/set-up/"


@pytest.fixture(autouse=True)
def _folder(settings: DjangoSettings, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def typed(**changes: str) -> dict[str, str]:
    return {
        "code": set_up_code(),
        "firm_name": "Kauri & Wattle",
        "time_zone": "Australia/Perth",
        "name": "Daniel Okafor",
        "email": "Daniel@kauriwattle.example",
        "password": "a long walk to Fremantle",
    } | changes


@pytest.mark.django_db
class TestSettingUp:
    @pytest.mark.parametrize("door", ["/", "/accounts/login/"])
    def test_the_doors_of_an_empty_server_lead_to_it(self, door: str) -> None:
        assert Browser().get(door).headers["Location"] == ADDRESS
        assert Browser().get(ADDRESS).status_code == 200

    def test_the_first_administrator_is_signed_in_and_led_to_the_second_step(self) -> None:
        browser = Browser()

        answer = browser.post(ADDRESS, typed())

        user = User.objects.get(email="daniel@kauriwattle.example")
        firm = Firm.objects.get()
        assert answer.headers["Location"] == reverse("companies:list")
        assert browser.get(answer.headers["Location"]).headers["Location"] == reverse("signin:set-up")
        assert (firm.time_zone, firm.two_step_required) == ("Australia/Perth", True)
        with firm_scope(firm.pk):
            assert Membership.objects.get(user=user).role == Membership.Role.ADMINISTRATOR
            assert Activity.objects.filter(action="firm.founded").exists()

    def test_a_code_may_be_typed_without_its_dashes(self) -> None:
        Browser().post(ADDRESS, typed(code=set_up_code().replace("-", " ").lower()))

        assert Firm.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("code", "AAAA-BBBB-CCCC-DDDD", "This is not the code"),
            ("code", "", "Type the code"),
            ("firm_name", "", "Give the name of the firm"),
            ("time_zone", "Atlantis/Capital", "Select a valid choice"),
            ("email", "daniel", "This is not an e-mail address"),
            ("password", "short", "12"),
        ],
    )
    def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
        self, field: str, value: str, sentence: str
    ) -> None:
        page = Browser().post(ADDRESS, typed(**{field: value}))

        assert page.status_code == 422
        assert sentence in page.content.decode()
        assert "Daniel Okafor" in page.content.decode()
        assert not Firm.objects.exists()

    def test_once_there_is_a_firm_it_is_closed_and_the_code_is_gone(
        self, tmp_path: Path, django_capture_on_commit_callbacks: object
    ) -> None:
        browser, fields = Browser(), typed()
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's own
            browser.post(ADDRESS, fields)

        assert not (tmp_path / "keys" / "set-up-code").exists()
        assert Browser().get(ADDRESS).status_code == 404
        assert Browser().post(ADDRESS, fields).status_code == 404
        assert Browser().get("/accounts/login/").status_code == 200
        with pytest.raises(CommandError, match="already"):
            call_command("set_up_code")


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_sets_it_up() -> None:
    outcomes: list[str] = []

    def found(number: int) -> None:
        try:
            found_firm(
                firm_name=f"Firm {number}",
                time_zone="Australia/Perth",
                address="",
                phone="",
                firm_email="",
                name="Daniel Okafor",
                email=f"daniel{number}@kauriwattle.example",
                password="a long walk to Fremantle",
            )
        except AlreadySetUp:
            outcomes.append("too late")
        else:
            outcomes.append("set up")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=found, args=[number]) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["set up", "too late"]
    assert Firm.objects.count() == 1
    connection.close()
