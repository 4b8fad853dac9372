"""What the watch of every test finds (see tests/recorded.py), and what the rows of a few changes say."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.urls import path

from minutebook.activity.models import Activity, record
from minutebook.companies.models import Company
from minutebook.contacts.models import Contact
from minutebook.firms.models import Firm, User
from tests.cast import PASSWORD, make_person


def forgets(request: HttpRequest) -> HttpResponse:
    Contact.objects.update(phone="03 9000 0001")
    return HttpResponse()


def remembers(request: HttpRequest) -> HttpResponse:
    Contact.objects.update(phone="03 9000 0001")
    record("contact.corrected", Contact.objects.get(), sentence="Corrected", by=None)
    return HttpResponse()


def refuses(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=422)


urlpatterns = [path("forgets/", forgets), path("remembers/", remembers), path("refuses/", refuses)]


@pytest.mark.urls(__name__)
class TestTheWatch:
    def test_a_view_that_records_nothing_fails_its_own_test(self, firm: Firm) -> None:
        make_person()

        with pytest.raises(pytest.fail.Exception, match="wrote to contacts_contact and recorded nothing"):
            Browser().post("/forgets/")

    @pytest.mark.parametrize("address", ["/remembers/", "/refuses/"])
    def test_the_others_pass(self, firm: Firm, address: str) -> None:
        make_person()

        Browser().post(address)


class TestBeforeAndAfter:
    def test_of_a_contact(self, firm: Firm, as_preparer: Browser) -> None:
        person = make_person()
        typed = {
            "given_names": "Aroha", "family_name": "Rangi", "director_id": "036 10000 0000 000", "email": "",
        }  # fmt: skip

        as_preparer.post(f"/contacts/{person.pk}/edit/", typed, headers={"User-Agent": "Firefox"})

        row = Activity.objects.get()
        assert row.before["Name"] == "Aroha Ngata"
        assert row.after["Name"] == "Aroha Rangi"
        assert (row.before["Email"], row.after["Email"]) == ("aroha@southernstar.example", "")
        assert (row.who, row.address, row.browser) == ("Priya Raman", "127.0.0.1", "Firefox")

    def test_of_a_companys_particulars(self, company: Company, as_preparer: Browser) -> None:
        page = as_preparer.get(f"/companies/{company.pk}/particulars/")
        form = page.context["form"]
        typed = {name: form.initial.get(name) or "" for name in form.fields}
        typed |= {"name": "Southern Cross Pty Ltd", "registered_on": "2017-03-14", "review_on": "2027-03-14"}
        typed |= {"signing_contact": "", "billing_contact": "", "has_constitution": ""}

        as_preparer.post(f"/companies/{company.pk}/particulars/", typed)

        row = Activity.objects.get()
        assert (row.before["Name"], row.after["Name"]) == ("Southern Star Pty Ltd", "Southern Cross Pty Ltd")
        assert row.company_id == company.pk


class TestAtTheDoor:
    def test_signing_in_failing_and_signing_out_are_told_to_the_firm(self, preparer: User) -> None:
        browser = Browser()
        door = {"login": preparer.email, "password": "not-her-password"}

        browser.post("/accounts/login/", door)
        browser.post("/accounts/login/", door | {"password": PASSWORD})
        browser.post("/accounts/logout/")

        told = Activity.objects.filter(topic="person").order_by("pk")
        assert [(row.action, row.who) for row in told] == [
            ("person.sign-in-failed", "Somebody not signed in"),
            ("person.signed-in", "Priya Raman"),
            ("person.signed-out", "Priya Raman"),
        ]
        assert not any("not-her-password" in str(row.content) for row in told)
