"""The first synchronisation: begun, read, matched, decided, undone; nothing without a person's yes."""

import pytest
from django.urls import reverse

from minutebook.companies.models import Company
from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.sync.models import FirstSync, Structure, Suggestion
from minutebook.sync.tasks import after_reading, sweep_first_syncs, undo_first_in_background
from minutebook.sync.tests.conftest import NOW, writes
from tests.cast import signed_in
from tests.sandbox import RunningSandbox
from tests.waiting import waiting_tasks


@pytest.fixture
def company_there(read_firm: Connection) -> Client:
    return Client.objects.of(read_firm).active().filter(structure="Company").exclude(acn="").earliest("pk")


def test_the_whole_way(
    read_firm: Connection, company_there: Client, administrator: User, sandbox: RunningSandbox
) -> None:
    here = Contact.objects.create(kind="COMPANY", name=company_there.name, acn=company_there.acn)
    browser = signed_in(administrator)

    browser.post(reverse("sync:begin"), {"notify": "office@kauriwattle.example"})
    after_reading.call(read_firm.firm_id, read_firm.pk)
    page = browser.get(reverse("sync:together")).content.decode()

    assert "Link all 1 that are certain" in page
    assert "Same ACN" in page
    assert not ClientLink.objects.exists()

    browser.post(reverse("sync:link-certain"))
    assert ClientLink.objects.get().contact == here
    browser.post(reverse("sync:finish"))
    assert FirstSync.objects.get().stage == FirstSync.Stage.DONE

    browser.post(reverse("sync:undo-first"))
    assert "0 of 1 decisions are taken back" in browser.get(reverse("sync:together")).content.decode()
    [task] = [each for each in waiting_tasks() if "undo_first" in each.path]
    undo_first_in_background.call(*task.args)
    assert not ClientLink.objects.exists()
    assert FirstSync.objects.get().stage == FirstSync.Stage.UNDONE
    assert Contact.objects.filter(pk=here.pk).exists()
    assert writes(sandbox) == []


def test_two_of_one_acn_are_never_certain(
    read_firm: Connection, company_there: Client, administrator: User
) -> None:
    for name in (company_there.name, f"{company_there.name} (old)"):
        Contact.objects.create(kind="COMPANY", name=name, acn=company_there.acn)

    signed_in(administrator).post(reverse("sync:begin"))
    after_reading.call(read_firm.firm_id, read_firm.pk)

    suggested = Suggestion.objects.filter(client=company_there)
    assert suggested.count() == 2
    assert not suggested.filter(certainty="CERTAIN").exists()
    assert all("fit it" in " ".join(each.cautions) for each in suggested)


def test_they_are_two_is_remembered(
    read_firm: Connection, company_there: Client, administrator: User
) -> None:
    Contact.objects.create(kind="COMPANY", name=company_there.name)
    browser = signed_in(administrator)
    browser.post(reverse("sync:begin"))
    after_reading.call(read_firm.firm_id, read_firm.pk)
    suggestion = Suggestion.objects.get(client=company_there)

    browser.post(reverse("sync:decide-suggestion", args=[suggestion.pk]), {"decision": "two"})
    after_reading.call(read_firm.firm_id, read_firm.pk)

    assert Suggestion.objects.get(client=company_there).state == Suggestion.State.TWO


def test_a_structure_that_nobody_explained_is_left_out_with_its_reason(
    read_firm: Connection, company_there: Client, administrator: User
) -> None:
    Client.objects.filter(pk=company_there.pk).update(structure="Bare Trustee Co")
    Contact.objects.create(kind="COMPANY", name=company_there.name, acn=company_there.acn)
    browser = signed_in(administrator)
    browser.post(reverse("sync:begin"))
    after_reading.call(read_firm.firm_id, read_firm.pk)

    assert not Suggestion.objects.filter(client=company_there).exists()
    page = browser.get(reverse("sync:together")).content.decode()
    assert "Nobody has said yet what “Bare Trustee Co” is." in page

    browser.post(reverse("sync:structures"), {"structure": ["Bare Trustee Co"], "kind_0": "COMPANY"})
    after_reading.call(read_firm.firm_id, read_firm.pk)

    assert Structure.objects.get().kind == "COMPANY"
    assert Suggestion.objects.filter(client=company_there).exists()


def test_a_preparer_cannot_begin(read_firm: Connection, preparer: User) -> None:
    assert signed_in(preparer).post(reverse("sync:begin")).status_code == 403
    assert not FirstSync.objects.exists()


def test_an_address_to_tell_that_is_none_is_refused_beside_its_field(
    read_firm: Connection, administrator: User
) -> None:
    answer = signed_in(administrator).post(reverse("sync:begin"), {"notify": "nobody"})

    assert answer.status_code == 422
    assert "“nobody” is not an e-mail address." in answer.content.decode()


def test_undoing_that_was_killed_goes_on_and_what_stays_says_why(
    read_firm: Connection, company_there: Client, administrator: User, preparer: User
) -> None:
    browser = signed_in(administrator)
    browser.post(reverse("sync:begin"))
    after_reading.call(read_firm.firm_id, read_firm.pk)
    others = Client.objects.of(read_firm).active().filter(structure="Company").exclude(pk=company_there.pk)
    for client in (company_there, *others.order_by("pk")[:2]):
        browser.post(reverse("sync:create-here", args=[client.pk]))
    used = Contact.objects.get(acn=company_there.acn)
    Company.objects.create(contact=used, registered_on=NOW, registered_in="VIC", review_on=NOW)
    FirstSync.objects.update(stage=FirstSync.Stage.REVIEWING)

    browser.post(reverse("sync:undo-first"))  # and its worker dies at once
    silent = NOW.replace(year=2020)
    FirstSync.objects.update(heard_at=silent)
    assert sweep_first_syncs(NOW) == 1
    undo_first_in_background.call(read_firm.firm_id, FirstSync.objects.get().pk)

    page = browser.get(reverse("sync:together")).content.decode()
    assert "Undone, but for 1." in page
    assert f"{used.name} is used by a company meanwhile, so it stays." in page
    assert ClientLink.objects.count() == 1
    assert Contact.objects.count() == 1
