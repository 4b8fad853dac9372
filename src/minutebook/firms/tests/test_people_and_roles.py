"""Roles, taking people out, and the administrator who must stay."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client as Browser

from minutebook.activity.models import Activity
from minutebook.firms.abilities import ABILITIES, Ability, Role, names_of
from minutebook.firms.models import Firm, Membership, User
from minutebook.firms.people import LastAdministrator, NoLongerThere, change_role
from minutebook.scope import firm_scope
from tests.cast import make_firm, make_user, signed_in

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def membership_of(user: User) -> Membership:
    return Membership.objects.get(user=user)


def test_every_role_has_its_line_in_the_table_of_abilities() -> None:
    assert set(ABILITIES) == set(Role)
    assert ABILITIES[Role.VIEWER] == {Ability.READ}


def test_a_long_list_of_names_is_cut() -> None:
    assert names_of(["A", "B", "C", "D", "E", "F"]) == "A, B, C, D and 2 more"


def test_a_role_is_changed_with_before_and_after(administrator: User, preparer: User) -> None:
    person = membership_of(preparer)

    signed_in(administrator).post(f"/settings/people/{person.pk}/", {"role": "VIEWER"})

    assert membership_of(preparer).role == Role.VIEWER
    row = Activity.objects.get(action="person.role")
    assert (row.before, row.after) == ({"Role": "Preparer"}, {"Role": "Viewer"})


def test_who_is_taken_out_is_out_at_once_and_their_name_stays(administrator: User, preparer: User) -> None:
    browser, chief = signed_in(preparer), signed_in(administrator)
    assert browser.get("/companies/").status_code == 200

    page = chief.post(f"/settings/people/{membership_of(preparer).pk}/remove/", follow=True)

    assert "Priya Raman is no longer in Kauri &amp; Wattle." in page.text
    assert "Deactivated" in page.text
    refused = browser.get("/companies/")
    assert refused.status_code == 403
    assert "You do not belong to a firm." in refused.text
    assert "Priya Raman" in chief.get("/activity/").text


def test_who_left_can_be_invited_back(administrator: User, preparer: User) -> None:
    chief = signed_in(administrator)
    signed_in(preparer).post("/settings/people/leave/")
    assert not Membership.objects.filter(user=preparer).exists()

    typed = {"name": "Priya Raman", "email": preparer.email, "role": "PARTNER"}
    assert chief.post("/settings/people/invite/", typed).status_code == 302


class TestTheLastAdministrator:
    def test_is_not_demoted_taken_out_nor_let_go(self, administrator: User) -> None:
        browser, person = signed_in(administrator), membership_of(administrator)

        demoted = browser.post(f"/settings/people/{person.pk}/", {"role": "PARTNER"})
        taken_out = browser.post(f"/settings/people/{person.pk}/remove/")
        gone = browser.post("/settings/people/leave/", follow=True)

        assert "the firm’s only administrator and cannot get another role" in demoted.text
        assert 'id="id_role_error"' in demoted.text
        assert "the firm’s only administrator and cannot leave" in taken_out.text
        assert "Make somebody else an administrator first." in gone.text
        assert membership_of(administrator).role == Role.ADMINISTRATOR

    def test_somebody_whose_account_is_closed_does_not_count(self, firm: Firm, administrator: User) -> None:
        other = make_user(firm, "Mei Chen", "mei@kauriwattle.example", Role.ADMINISTRATOR)
        User.objects.filter(pk=other.pk).update(is_active=False)

        with pytest.raises(LastAdministrator):
            change_role(membership_of(administrator), Role.PARTNER, by=administrator)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_demote_one_another_at_once_one_wins() -> None:
    firm = make_firm()
    both = [make_user(firm, f"Person {n}", f"p{n}@k.example", Role.ADMINISTRATOR) for n in (1, 2)]
    start, refused = threading.Barrier(2), []

    def demote(by: User, whom: User) -> None:
        try:
            with firm_scope(firm.pk):
                member = Membership.objects.get(user=whom)
                start.wait(timeout=10)
                change_role(member, Role.PREPARER, by=by)
        except (LastAdministrator, NoLongerThere) as problem:
            refused.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=demote, args=pair) for pair in (both, reversed(both))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert len(refused) == 1
    assert Membership.everywhere.filter(firm=firm, role=Role.ADMINISTRATOR).count() == 1


@pytest.mark.parametrize(
    ("method", "address"),
    [("get", "/companies/add/"), ("post", "/settings/people/invite/"), ("get", "/settings/firm/")],
)
def test_a_refusal_is_a_page_that_names_who_can(
    administrator: User, viewer: User, method: str, address: str
) -> None:
    refused = getattr(Browser, method)(signed_in(viewer), address)

    assert refused.status_code == 403
    assert "Daniel Okafor" in refused.text
