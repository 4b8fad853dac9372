"""Review: what differs, whose words stand, and the way back."""

import json
from typing import Any

from django.urls import reverse

from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.practice.models import ClientLink, Connection
from minutebook.practice.reading import read_changes
from minutebook.sync.comparing import compare_changed
from minutebook.sync.models import Comparison, Decision, Outgoing
from minutebook.sync.tasks import send_in_background
from minutebook.sync.tests.conftest import NOW, change_there, contact_of, stands_there, writes
from tests.cast import signed_in
from tests.sandbox import RunningSandbox
from tests.waiting import waiting_tasks


def _arrive(connection: Connection) -> Comparison:
    read_changes(connection, now=NOW)
    compare_changed(connection)
    return Comparison.objects.get()


def _post(user: User, comparison: Comparison, **choices: str) -> Any:
    data = {f"choice_{code}": choice for code, choice in choices.items()}
    data["seen"] = json.dumps(comparison.differences)
    return signed_in(user).post(reverse("sync:record", args=[comparison.pk]), data)


def test_what_was_created_here_says_the_same(linked: ClientLink) -> None:
    assert Comparison.objects.get().differences == {}


def test_a_name_changed_there_arrives_is_taken_and_given_back(
    linked: ClientLink, read_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    was = linked.contact.family_name
    change_there(sandbox, linked.client, last_name="Featherstonehaugh")

    comparison = _arrive(read_firm)
    assert comparison.differences == {"family_name": [was, "Featherstonehaugh"]}
    page = signed_in(administrator).get(reverse("sync:record", args=[comparison.pk])).content.decode()
    assert "First seen here on 23/11/2026" in page

    _post(administrator, comparison, family_name="theirs")
    assert contact_of(linked).name.endswith(" Featherstonehaugh")
    assert not Comparison.objects.get().differences

    decision = Decision.objects.get(kind="FIELDS")
    signed_in(administrator).post(reverse("sync:undo", args=[decision.pk]))
    assert contact_of(linked).family_name == was
    assert Comparison.objects.get().differences == comparison.differences
    assert writes(sandbox) == []


def test_ours_goes_there_only_once_approved_and_comes_back_when_undone(
    linked: ClientLink, read_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    was = linked.client.details["email"]
    contact = contact_of(linked)
    contact.email = "aroha@new.example"
    contact.save()
    comparison = _arrive(read_firm)
    assert writes(sandbox) == []

    _post(administrator, comparison, email="ours")
    assert stands_there(sandbox, linked.client).email == was
    [task] = [each for each in waiting_tasks() if "send_in_background" in each.path]
    send_in_background.call(*task.args)

    assert stands_there(sandbox, linked.client).email == "aroha@new.example"
    assert writes(sandbox) == ["PUT client.api/update"]
    assert not Comparison.objects.get().differences

    signed_in(administrator).post(reverse("sync:undo", args=[Decision.objects.get(kind="FIELDS").pk]))
    back = Outgoing.objects.latest("pk")
    send_in_background.call(read_firm.firm_id, back.pk)
    assert stands_there(sandbox, linked.client).email == was


def test_the_second_of_two_administrators_is_told(
    linked: ClientLink, read_firm: Connection, administrator: User, preparer: User, sandbox: RunningSandbox
) -> None:
    change_there(sandbox, linked.client, last_name="Featherstonehaugh")
    comparison = _arrive(read_firm)
    _post(administrator, comparison, family_name="theirs")

    answer = _post(preparer, comparison, family_name="leave")

    assert answer.status_code == 409
    assert "Daniel Okafor decided" in answer.content.decode()
    assert Decision.objects.filter(kind="FIELDS").count() == 1


def test_left_as_they_are_they_are_not_asked_again_until_one_changes(
    linked: ClientLink, read_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    change_there(sandbox, linked.client, phone="03 9000 1111")
    _post(administrator, _arrive(read_firm), phone="leave")
    assert Comparison.objects.get().open_count == 0

    change_there(sandbox, linked.client, phone="03 9000 2222")

    assert _arrive(read_firm).open_count == 1


def test_changed_on_both_sides_is_a_conflict(
    linked: ClientLink, read_firm: Connection, sandbox: RunningSandbox
) -> None:
    change_there(sandbox, linked.client, email="there@example.com")
    Contact.objects.get(pk=linked.contact_id)
    contact = contact_of(linked)
    contact.email = "here@example.com"
    contact.save()

    assert _arrive(read_firm).has_conflict


def test_what_cannot_be_kept_is_said_and_nothing_changes(
    linked: ClientLink, read_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    change_there(sandbox, linked.client, last_name="N" * 500)
    answer = _post(administrator, _arrive(read_firm), family_name="theirs")

    assert answer.status_code == 422
    assert "500 characters, and 100 fit" in answer.content.decode()
    assert contact_of(linked).family_name == linked.contact.family_name
    assert not Decision.objects.filter(kind="FIELDS").exists()
