"""Review: nothing leaves before a colleague has accepted, and what was asked for happens once they have."""

from typing import Any

import pytest
from django.core import mail as post
from django.test import Client as Browser
from django.urls import reverse

from minutebook.companies.models import Company
from minutebook.delivery.models import Review
from minutebook.delivery.reviewing import tell
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.production.models import PackMail
from tests.cast import signed_in
from tests.packs import make_pack


@pytest.fixture
def pack(company: Company, preparer: User) -> DocumentPack:
    return make_pack(company, by=preparer)


def ask(browser: Browser, pack: DocumentPack, *reviewers: User, **typed: str) -> Any:
    asked = {"reviewers": [str(user.pk) for user in reviewers], "then": "download", **typed}
    return browser.post(reverse("delivery:ask", args=[pack.pk]), asked)


def accept(browser: Browser, pack: DocumentPack, *, seen: str = "") -> Any:
    now = DocumentPack.objects.get(pk=pack.pk).saved_at.isoformat()
    return browser.post(reverse("delivery:decide", args=[pack.pk]), {"seen": seen or now})


def status_of(pack: DocumentPack) -> str:
    return DocumentPack.objects.get(pk=pack.pk).status


def test_accepted_it_is_released_and_the_message_goes_out(
    as_preparer: Browser, administrator: User, pack: DocumentPack
) -> None:
    message = {"recipients": "dan@b.example", "subject": "Yours", "text": "Sign.", "manner": "link"}
    ask(as_preparer, pack, administrator, then="send", **message)
    reviewer = signed_in(administrator)

    assert "For your review" in reviewer.get(reverse("companies:list")).content.decode()
    assert "Yours" in reviewer.get(reverse("delivery:decide", args=[pack.pk])).content.decode()
    accept(reviewer, pack)

    assert status_of(pack) == "RELEASED"
    mail = PackMail.objects.get()
    assert (mail.recipients, mail.subject, mail.queued_by.name) == (["dan@b.example"], "Yours", "Priya Raman")
    assert Review.objects.get().message is None


def test_declined_it_goes_back_with_the_reason_and_can_be_asked_again(
    as_preparer: Browser, administrator: User, pack: DocumentPack
) -> None:
    ask(as_preparer, pack, administrator)
    reviewer = signed_in(administrator)
    without = reviewer.post(reverse("delivery:decline", args=[pack.pk]), {"reason": ""})
    reviewer.post(reverse("delivery:decline", args=[pack.pk]), {"reason": "The date is wrong"})

    page = as_preparer.get(reverse("delivery:review", args=[pack.pk])).content.decode()
    assert without.status_code == 422
    assert status_of(pack) == "DRAFT"
    assert "The date is wrong" in page
    assert ask(as_preparer, pack, administrator).status_code == 302


def test_those_asked_and_whoever_asked_hear_by_mail(
    as_preparer: Browser, administrator: User, pack: DocumentPack
) -> None:
    ask(as_preparer, pack, administrator, note="Please look at the date")
    review = Review.objects.get()
    tell.call(review.pk, review.firm_id)
    signed_in(administrator).post(reverse("delivery:decline", args=[pack.pk]), {"reason": "Wrong date"})
    tell.call(review.pk, review.firm_id)

    first, second = post.outbox
    assert (first.to, second.to) == ([administrator.email], ["priya.raman@kauriwattle.example"])
    assert "Please look at the date" in first.body
    assert "Wrong date" in second.body


def test_whoever_asked_does_not_accept_their_own(
    as_preparer: Browser, preparer: User, administrator: User, pack: DocumentPack
) -> None:
    assert ask(as_preparer, pack, preparer).status_code == 422
    ask(as_preparer, pack, administrator)

    page = accept(as_preparer, pack)

    assert "Only who was asked can decide: Daniel Okafor" in page.content.decode()
    assert status_of(pack) == "DRAFT"


def test_whoever_is_alone_in_the_firm_accepts_their_own(
    as_preparer: Browser, preparer: User, pack: DocumentPack
) -> None:
    ask(as_preparer, pack, preparer)
    accept(as_preparer, pack)

    assert status_of(pack) == "RELEASED"


def test_a_pack_changed_meanwhile_is_looked_at_again(
    as_preparer: Browser, administrator: User, pack: DocumentPack
) -> None:
    ask(as_preparer, pack, administrator)

    page = accept(signed_in(administrator), pack, seen="2026-11-20T00:00:00+00:00")

    assert "changed a moment ago" in page.content.decode()
    assert status_of(pack) == "DRAFT"


def test_a_viewer_may_not_decide(
    as_preparer: Browser, administrator: User, viewer: User, pack: DocumentPack
) -> None:
    ask(as_preparer, pack, administrator)

    assert accept(signed_in(viewer), pack).status_code == 403
