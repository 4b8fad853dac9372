"""Send All: who gets what, what became of it for each, and nothing typed is lost."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail as post
from django.test import Client as Browser
from django.urls import reverse

from minutebook.companies.models import Company
from minutebook.delivery.models import Recipient, SecureLink
from minutebook.delivery.sending import send_mail
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import Firm, User
from minutebook.production.models import PackMail
from minutebook.scope import firm_scope
from tests.cast import make_user, signed_in
from tests.packs import make_pack
from tests.post_office import PostOffice

MESSAGE = {"subject": "Your documents", "text": "Please sign.", "manner": "attached"}


@pytest.fixture
def pack(company: Company, preparer: User) -> DocumentPack:
    return make_pack(company, by=preparer)


@pytest.fixture
def post_office(settings: Any) -> Iterator[PostOffice]:
    with PostOffice() as office:
        settings.MAILERS = {"default": office.mailer}
        yield office


def send(browser: Browser, pack: DocumentPack, **typed: Any) -> Any:
    return browser.post(reverse("delivery:send", args=[pack.pk]), {**MESSAGE, **typed})


def work(pack: DocumentPack) -> None:
    """Do what a worker does with the mails that wait."""
    for mail in PackMail.objects.filter(state=PackMail.State.QUEUED):
        send_mail.call(mail.pk, pack.firm_id)


class TestTheMessage:
    def test_the_people_of_the_company_are_offered(self, as_preparer: Browser, pack: DocumentPack) -> None:
        director = pack.company.officeholders.select_related("contact").earliest("pk").contact
        director.email = "daniel@southernstar.example"
        director.save()

        page = as_preparer.get(reverse("delivery:send", args=[pack.pk])).content.decode()

        assert "daniel@southernstar.example" in page

    def test_a_wrong_address_is_named_and_nothing_typed_is_lost(
        self, as_preparer: Browser, pack: DocumentPack
    ) -> None:
        page = send(as_preparer, pack, recipients="a@b.example, nobody", text="A long text of mine")

        assert page.status_code == 422
        assert "“nobody” is not an e-mail address" in page.content.decode()
        assert "A long text of mine" in page.content.decode()

    def test_a_release_that_is_refused_keeps_the_text(self, as_preparer: Browser, pack: DocumentPack) -> None:
        pack.documents.update(is_on=False)

        page = send(as_preparer, pack, recipients="a@b.example", text="A long text of mine")

        assert page.status_code == 422
        assert "Switch on at least one document first." in page.content.decode()
        assert "A long text of mine" in page.content.decode()

    def test_one_for_each_lets_nobody_see_the_others(self, as_preparer: Browser, pack: DocumentPack) -> None:
        send(as_preparer, pack, recipients="a@b.example c@d.example", apart="on")
        work(pack)

        assert [message.to for message in post.outbox] == [["a@b.example"], ["c@d.example"]]

    def test_another_firms_pack_is_not_found(self, pack: DocumentPack, other_firm: Firm) -> None:
        stranger = make_user(other_firm, "Sam Stranger", "sam@harbour.example")

        assert signed_in(stranger).get(reverse("delivery:send", args=[pack.pk])).status_code == 404


class TestTheMailServer:
    def test_it_takes_some_and_refuses_others(
        self, as_preparer: Browser, pack: DocumentPack, post_office: PostOffice
    ) -> None:
        post_office.refuses = {"gone@b.example"}
        send(as_preparer, pack, recipients="here@b.example gone@b.example")

        work(pack)

        assert dict(Recipient.objects.values_list("address", "state")) == {
            "here@b.example": "SENT",
            "gone@b.example": "FAILED",
        }
        page = as_preparer.get(reverse("delivery:outbox") + "?state=failed").content.decode()
        assert "no such mailbox (550)" in page

    def test_sent_again_it_reaches_only_those_who_have_nothing(
        self, as_preparer: Browser, pack: DocumentPack, post_office: PostOffice
    ) -> None:
        post_office.refuses = {"gone@b.example"}
        send(as_preparer, pack, recipients="here@b.example gone@b.example")
        work(pack)
        post_office.refuses = set()

        mail = PackMail.objects.get()
        as_preparer.post(reverse("delivery:send-again", args=[pack.pk, mail.pk]))
        work(pack)

        assert post_office.taken_for == ["here@b.example", "gone@b.example"]
        assert PackMail.objects.get().state == PackMail.State.SENT

    def test_it_hangs_and_everybody_is_accounted_for(
        self, as_preparer: Browser, pack: DocumentPack, post_office: PostOffice
    ) -> None:
        post_office.hangs = True
        send(as_preparer, pack, recipients="a@b.example c@d.example")

        work(pack)

        first, second = Recipient.objects.order_by("pk")
        assert first.problem.startswith("The mail server did not answer in time")
        assert second.problem.startswith("Not tried")
        assert PackMail.objects.get().text == "Please sign."


class TestSecureLinks:
    @pytest.fixture
    def link(self, as_preparer: Browser, pack: DocumentPack) -> str:
        send(as_preparer, pack, recipients="dan@b.example", manner="link", link_days="30")
        work(pack)
        return link_in(post.outbox[-1])

    def test_the_database_keeps_the_hash_alone(self, link: str) -> None:
        token = link.strip("/").rpartition("/")[2]

        assert token not in str(SecureLink.objects.values())
        assert not post.outbox[-1].attachments

    def test_a_code_opens_the_documents_without_signing_in(
        self, link: str, as_preparer: Browser, pack: DocumentPack
    ) -> None:
        visitor = Browser()
        first = visitor.get(link)
        asks = visitor.get(first["Location"]).content.decode()
        visitor.post(reverse("delivery:code"))
        visitor.post(reverse("delivery:shared"), {"code": code_in(post.outbox[-1])})
        shown = visitor.get(reverse("delivery:shared"))

        assert first["Referrer-Policy"] == "no-referrer"
        assert "d•••@b.example" in asks
        assert "Southern Star" not in asks
        assert "noindex" in shown["X-Robots-Tag"]
        assert "Southern Star" in shown.content.decode()
        assert visitor.get(reverse("delivery:shared-zip")).getvalue().startswith(b"PK")
        assert SecureLink.objects.get().opened == 1
        assert "Opened 1 time" in as_preparer.get(reverse("delivery:outbox")).content.decode()

    def test_a_mail_scanner_uses_nothing_up(self, link: str) -> None:
        for _ in range(3):
            Browser().get(link, follow=True)

        assert SecureLink.objects.get().opened == 0
        assert Browser().get(link).status_code == 302

    def test_a_code_is_good_for_few_tries(self, link: str) -> None:
        visitor = Browser()
        visitor.get(link)
        visitor.post(reverse("delivery:code"))
        right = code_in(post.outbox[-1])
        wrong = "000000" if right != "000000" else "000001"
        for _ in range(SecureLink.MOST_TRIES):
            assert visitor.post(reverse("delivery:shared"), {"code": wrong}).status_code == 422

        page = visitor.post(reverse("delivery:shared"), {"code": right})

        assert "tried too often" in page.content.decode()
        assert visitor.get(reverse("delivery:shared-zip")).status_code == 302

    @pytest.mark.parametrize("ending", ["guessed", "expired", "withdrawn", "closed"])
    def test_what_leads_nowhere_gets_one_answer(
        self, link: str, as_preparer: Browser, firm: Firm, ending: str
    ) -> None:
        held = SecureLink.objects.get()
        if ending == "guessed":
            link = link[:-6] + "AAAAA/"
        elif ending == "expired":
            SecureLink.objects.update(expires_at=held.made_at)
        elif ending == "withdrawn":
            DocumentPack.objects.update(status=DocumentPack.Status.WITHDRAWN)
        else:
            as_preparer.post(reverse("delivery:close-link", args=[held.mail.pack_id, held.mail_id]))

        answer = Browser().get(link)

        assert answer.status_code == 404
        assert "This link leads nowhere" in answer.content.decode()
        assert "Southern Star" not in answer.content.decode()

    def test_a_colleague_of_another_firm_sees_the_same_and_no_more(
        self, link: str, other_firm: Firm, firm: Firm
    ) -> None:
        with firm_scope(other_firm.pk):
            stranger = signed_in(make_user(other_firm, "Sam Stranger", "sam@harbour.example"))

        page = stranger.get(link, follow=True)

        assert "d•••@b.example" in page.content.decode()
        assert stranger.get(reverse("delivery:shared-zip")).status_code == 302


def link_in(message: Any) -> str:
    found = re.search(r"http://[^/]+(/shared/\S+)", str(message.body))
    assert found
    return found[1]


def code_in(message: Any) -> str:
    found = re.search(r"Your code is (\d{6})", str(message.body))
    assert found
    return found[1]
