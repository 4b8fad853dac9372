"""What is linked or unlinked on another page stands under Decisions, and is taken back there."""

from django.urls import reverse

from minutebook.firms.models import User
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.sync.models import Decision, Outgoing
from minutebook.sync.tests.conftest import NOW
from minutebook.sync.undoing import undo_decision
from tests.cast import make_person, signed_in


def test_a_link_made_beside_a_job_is_undone_from_decisions(
    read_firm: Connection, person_there: Client, preparer: User
) -> None:
    contact = make_person()
    browser = signed_in(preparer)
    browser.post(reverse("practice:link", args=[contact.pk]), {"xpm_client_id": person_there.pk})

    page = browser.get(reverse("sync:decisions")).content.decode()
    assert f"{contact.name} linked to XPM client {person_there.name}" in page
    browser.post(reverse("sync:undo", args=[Decision.objects.get().pk]))

    assert not ClientLink.objects.exists()


def test_unlinking_there_is_undone_with_what_the_two_had_agreed_on(
    linked: ClientLink, administrator: User
) -> None:
    agreed = linked.comparison.agreed
    browser = signed_in(administrator)
    browser.post(reverse("practice:unlink", args=[linked.contact_id]))
    assert not ClientLink.objects.exists()

    undo_decision(Decision.objects.latest("pk"), by=administrator, now=NOW)

    again = ClientLink.objects.get()
    assert (again.contact_id, again.client_id) == (linked.contact_id, linked.client_id)
    assert again.comparison.agreed == agreed


def test_nothing_is_unlinked_while_a_change_is_being_sent(linked: ClientLink, administrator: User) -> None:
    Outgoing.objects.create(
        tenant_id=linked.tenant_id, kind="UPDATE", contact=linked.contact, client=linked.client, fields={},
        state="SENDING", next_at=NOW, approved_by=administrator, approved_at=NOW,
    )  # fmt: skip

    answer = signed_in(administrator).post(reverse("practice:unlink", args=[linked.contact_id]))

    assert answer.status_code == 422
    assert "is being sent to XPM just now" in answer.content.decode()
    assert ClientLink.objects.exists()
