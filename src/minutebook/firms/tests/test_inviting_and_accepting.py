"""Somebody is invited by mail, opens the link, and is in; every other way ends in a sentence."""

import re
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from minutebook.activity.models import Activity
from minutebook.firms.abilities import Role
from minutebook.firms.inviting import hash_of
from minutebook.firms.models import Firm, Invitation, Membership, User
from minutebook.scope import firm_scope
from tests.cast import PASSWORD, make_user, signed_in

MEI = {
    "name": "Mei Chen",
    "email": "Mei.Chen@kauriwattle.example",
    "role": "VIEWER",
    "note": "See you Monday.",
}


@pytest.fixture
def as_administrator(administrator: User) -> Browser:
    return signed_in(administrator)


def invite(browser: Browser, **other: str) -> Any:
    return browser.post("/settings/people/invite/", MEI | other, follow=True)


def link() -> str:
    """Return the path of the link in the latest mail."""
    found = re.search(r"https?://[^/]+(/invited/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def join(browser: Browser, **other: str) -> Any:
    browser.get(link())
    return browser.post("/invited/", {"name": "Mei Chen", "password": PASSWORD} | other, follow=True)


class TestInviting:
    def test_a_mail_goes_out_and_only_the_hash_of_its_link_is_kept(self, as_administrator: Browser) -> None:
        page = invite(as_administrator)

        assert "Mei Chen was mailed at mei.chen@kauriwattle.example." in page.text
        assert "Invited" in page.text
        assert mail.outbox[0].to == ["mei.chen@kauriwattle.example"]
        assert "See you Monday." in mail.outbox[0].body
        kept = Invitation.objects.get()
        assert kept.token_hash == hash_of(link().split("/")[2])
        assert link().split("/")[2] not in str(vars(kept))
        assert Activity.objects.filter(action="person.invited").exists()

    def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
        self, as_administrator: Browser, preparer: User
    ) -> None:
        page = invite(as_administrator, email="mei.chen", role="KING")

        assert page.status_code == 422
        assert "This is not an e-mail address." in page.text
        assert "See you Monday." in page.text
        assert "is in your firm already" in invite(as_administrator, email=preparer.email).text

    def test_nobody_is_invited_twice_but_the_mail_can_be_sent_again(self, as_administrator: Browser) -> None:
        invite(as_administrator)
        first = link()

        assert "was invited already" in invite(as_administrator).text
        as_administrator.post(f"/settings/people/invitations/{Invitation.objects.get().pk}/again/")
        assert link() != first
        assert "use the link in the latest" in Browser().get(first).text
        assert Browser().get(link()).status_code == 302

    def test_a_mail_that_does_not_leave_is_shown_until_it_does(
        self, as_administrator: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: Any, **__: Any) -> None:
            raise SMTPException("550 no such mailbox")

        with monkeypatch.context() as patch:
            patch.setattr("django.core.mail.EmailMessage.send", refuse)
            page = invite(as_administrator)
        assert "the mail did not leave" in page.text
        assert "Mail not sent" in as_administrator.get("/settings/people/").text
        assert Activity.objects.filter(action="person.invitation-failed").exists()

        as_administrator.post(f"/settings/people/invitations/{Invitation.objects.get().pk}/again/")

        assert "Mail not sent" not in as_administrator.get("/settings/people/").text

    def test_mails_of_a_firm_are_limited(self, as_administrator: Browser, settings: Any) -> None:
        settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"invite": "1/h/key"}
        invite(as_administrator)

        page = invite(as_administrator, email="another@kauriwattle.example")

        assert "many invitations within the hour" in page.text
        assert len(mail.outbox) == 1

    def test_who_may_not_invite_is_told_who_can(
        self, as_administrator: Browser, as_preparer: Browser
    ) -> None:
        assert (
            "Only an administrator can invite people: Daniel Okafor."
            in as_preparer.get("/settings/people/").text
        )

        refused = as_preparer.post("/settings/people/invite/", MEI)

        assert refused.status_code == 403
        assert "Only an administrator can invite people: Daniel Okafor. Ask one of them." in refused.text
        assert not Invitation.objects.exists()


class TestAccepting:
    def test_somebody_new_chooses_name_and_password_and_is_in(self, as_administrator: Browser) -> None:
        invite(as_administrator)
        browser = Browser()
        opened = browser.get(link())

        assert opened["Referrer-Policy"] == "no-referrer"
        page = join(browser)

        assert page.redirect_chain[-1][0] == "/companies/"
        mei = Membership.objects.get(user__email="mei.chen@kauriwattle.example")
        assert mei.role == Role.VIEWER
        assert Activity.objects.get(action="person.joined").actor == mei.user
        door = {"login": "mei.chen@kauriwattle.example", "password": PASSWORD}
        assert Browser().post("/accounts/login/", door).status_code == 302

    def test_a_weak_password_is_refused_and_the_name_is_kept(self, as_administrator: Browser) -> None:
        invite(as_administrator)

        page = join(Browser(), name="Mei-Lin Chen", password="short")

        assert page.status_code == 422
        assert "at least 12 characters" in page.text
        assert "Mei-Lin Chen" in page.text
        assert "short" not in re.sub(r"too short|class=\S+", "", page.text)

    def test_somebody_with_an_account_signs_in_first_and_then_has_two_firms(
        self, as_administrator: Browser, other_firm: Firm
    ) -> None:
        with firm_scope(other_firm.pk):
            mei = make_user(other_firm, "Mei Chen", "mei.chen@kauriwattle.example")
        invite(as_administrator)
        browser = Browser()

        page = browser.get(link(), follow=True)
        assert "You have an account here already" in page.text
        assert 'name="password"' not in page.text
        page = browser.post(
            "/accounts/login/?next=/invited/",
            {"login": mei.email, "password": PASSWORD, "next": "/invited/"},
            follow=True,
        )
        assert "Join Kauri &amp; Wattle?" in page.text
        page = browser.post("/invited/", follow=True)

        assert "You work for Kauri &amp; Wattle now." in page.text
        assert Membership.everywhere.filter(user=mei).count() == 2
        assert not User.objects.filter(email=mei.email).exclude(pk=mei.pk).exists()

    def test_a_forwarded_one_is_refused_with_whom_to_ask(
        self, as_administrator: Browser, as_preparer: Browser, preparer: User
    ) -> None:
        invite(as_administrator)

        page = as_preparer.get(link(), follow=True)
        assert page.status_code == 403
        assert "sent to mei.chen@kauriwattle.example, and you are signed in as priya" in page.text
        assert "ask Daniel Okafor (daniel.okafor@kauriwattle.example) to invite" in page.text
        page = as_preparer.post("/invited/", follow=True)

        assert "You will sign in with mei.chen@kauriwattle.example" in page.text
        assert Membership.objects.filter(user__email="mei.chen@kauriwattle.example").count() == 0

    def test_it_works_once(self, as_administrator: Browser) -> None:
        invite(as_administrator)
        join(Browser())

        page = Browser().get(link())

        assert page.status_code == 410
        assert "accepted already, and a link works once" in page.text

    def test_it_ends_after_seven_days_also_while_the_page_is_open(self, as_administrator: Browser) -> None:
        invite(as_administrator)
        browser = Browser()
        browser.get(link())

        kept = Invitation.objects.get()
        assert kept.expires_at - kept.invited_at == timedelta(days=7)

        Invitation.objects.update(expires_at=timezone.now())
        page = browser.post("/invited/", {"name": "Mei Chen", "password": PASSWORD})

        assert page.status_code == 410
        assert "Ask Daniel Okafor (daniel.okafor@kauriwattle.example) to send it again." in page.text
        assert not User.objects.filter(email="mei.chen@kauriwattle.example").exists()

    def test_a_withdrawn_one_says_so(self, as_administrator: Browser) -> None:
        invite(as_administrator)
        as_administrator.post(f"/settings/people/invitations/{Invitation.objects.get().pk}/withdraw/")

        page = Browser().get(link())

        assert "was withdrawn. Ask Daniel Okafor" in page.text
        assert "Mei Chen" not in as_administrator.get("/settings/people/").text.partition("withdrawn.")[2]

    def test_who_was_added_meanwhile_is_told(self, as_administrator: Browser, firm: Firm) -> None:
        invite(as_administrator)
        mei = make_user(firm, "Mei Chen", "mei.chen@kauriwattle.example")
        browser = signed_in(mei)
        browser.get(link())

        assert "You are in Kauri &amp; Wattle already." in browser.post("/invited/").text

    def test_links_cannot_be_tried_out_and_are_not_logged(
        self, as_administrator: Browser, caplog: pytest.LogCaptureFixture
    ) -> None:
        invite(as_administrator)
        guesser = Browser(REMOTE_ADDR="203.0.113.9")
        for number in range(20):
            assert guesser.get(f"/invited/guess-{number}/").status_code == 410

        assert guesser.get(link()).status_code == 429
        assert "/invited/" not in caplog.text
        assert Browser().get(link()).status_code == 302

    def test_without_a_link_there_is_nothing_to_accept(self, db: None) -> None:
        assert Browser().get("/invited/").status_code == 410
