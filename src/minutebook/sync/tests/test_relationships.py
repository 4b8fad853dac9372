"""Relationships: offered from the registers, sent only once approved, read back, never doubled, undone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from sqlalchemy import delete, select

from minutebook.companies.models import Company, Officeholder, Shareholding
from minutebook.firms.models import User
from minutebook.practice.links import link_client
from minutebook.practice.models import Client, Connection
from minutebook.practice.reading import read_changes
from minutebook.sync.models import Decision, Outgoing, RelationshipOffer
from minutebook.sync.outgoing import send
from minutebook.sync.relating import approve_relationship
from minutebook.sync.relationships import offer_relationships
from minutebook.sync.sending import SETTLE
from minutebook.sync.tests.conftest import NOW, writes
from minutebook.sync.tests.test_what_goes_out import Clock
from minutebook.sync.undoing import undo_decision
from tests.cast import TODAY, make_company, signed_in
from tests.sandbox import RunningSandbox
from xpm_sandbox.models.client import Relationship

State = Outgoing.State


@pytest.fixture
def southern_star(read_firm: Connection, administrator: User, sandbox: RunningSandbox) -> Iterator[Company]:
    """A company whose two directors and members are linked, as it is itself; XPM knows of none of it."""
    company = make_company()
    active = Client.objects.of(read_firm).active()
    clients = [active.filter(structure="Company", relationships=[]).earliest("pk")]
    people = Officeholder.objects.directors().order_by("pk")
    contacts = [company.contact, *(each.contact for each in people)]
    clients += list(active.filter(structure="Individual").order_by("pk")[:2])
    for contact, client in zip(contacts, clients, strict=True):
        link_client(contact, client, by=administrator, now=NOW)
    yield company
    with sandbox.inside.database.writing() as session:
        uuids = [each.remote_id for each in clients[1:]]
        session.execute(delete(Relationship).where(Relationship.client_uuid.in_(uuids)))


def _offers(connection: Connection) -> list[tuple[str, str, str]]:
    offer_relationships(connection, today=TODAY)
    rows = RelationshipOffer.objects.filter(is_left=False)
    return sorted((each.change, each.kind, each.holder.links.get().contact.name) for each in rows)


def _stand(sandbox: RunningSandbox) -> list[tuple[str, int | None, date | None]]:
    """What XPM has of the linked people."""
    people = Client.objects.filter(links__isnull=False, structure="Individual").values_list(
        "remote_id", flat=True
    )
    with sandbox.inside.database.reading() as session:
        rows = session.scalars(select(Relationship).where(Relationship.client_uuid.in_(list(people))))
        return sorted((row.type, row.number_of_shares, row.start_date) for row in rows)


def _post(user: User, decision: str, **of: str) -> Any:
    tokens = [each.token for each in RelationshipOffer.objects.filter(**of)]
    return signed_in(user).post(
        reverse("sync:relationships"), {"decision": decision, "chosen": tokens}, follow=True
    )


def _send_all(clock: Clock) -> None:
    clock.now = max(clock.now, datetime.now(UTC)) + timedelta(seconds=1)  # pages approve by the real clock
    for pk in Outgoing.objects.filter(state__in=Outgoing.PENDING).values_list("pk", flat=True):
        send(pk, clock=clock)


def test_the_registers_are_offered_and_sent_only_once_approved(
    southern_star: Company, read_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    assert _offers(read_firm) == [
        ("ADD", "Director", "Daniel Moreau"),
        ("ADD", "Director", "Thi Lan Huynh"),
        ("ADD", "Secretary", "Thi Lan Huynh"),
        ("ADD", "Shareholder", "Daniel Moreau"),
        ("ADD", "Shareholder", "Thi Lan Huynh"),
    ]
    page = signed_in(administrator).get(reverse("sync:relationships")).content.decode()
    assert "6,000 shares" in page
    assert writes(sandbox) == []

    told = _post(administrator, "send", kind="Shareholder").content.decode()
    assert "2 relationships on the way to XPM" in told
    assert writes(sandbox) == []
    _send_all(Clock())

    assert _stand(sandbox) == [
        ("Shareholder", 3000, date(2017, 3, 14)),
        ("Shareholder", 6000, date(2017, 3, 14)),
    ]
    assert writes(sandbox) == ["POST client.api/addrelationship"] * 2
    assert {change for change, kind, _ in _offers(read_firm) if kind == "Shareholder"} == set()


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_added_relationship_stands_once_whatever_is_lost(
    southern_star: Company,
    read_firm: Connection,
    administrator: User,
    sandbox: RunningSandbox,
    when: str,
) -> None:
    _offers(read_firm)
    clock = Clock()
    offer = RelationshipOffer.objects.get(kind="Secretary")
    approve_relationship(offer.token, by=administrator, now=clock.now)
    sandbox.fail("drop", path="client.api/addrelationship", when=when)

    for _ in range(5):
        _send_all(clock)
        clock.now += SETTLE + timedelta(minutes=2)

    assert Outgoing.objects.get().state == State.DONE
    assert [each[0] for each in _stand(sandbox)] == ["Secretary"]


def test_what_has_ended_is_offered_for_removal_and_comes_back_when_undone(
    southern_star: Company, read_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    clock = Clock()
    _offers(read_firm)
    _post(administrator, "send", kind="Secretary")
    _send_all(clock)
    Officeholder.objects.secretaries().update(until=date(2026, 6, 30))

    assert ("REMOVE", "Secretary", "Thi Lan Huynh") in _offers(read_firm)
    assert RelationshipOffer.objects.get(change="REMOVE").reason == "Ended on 30/06/2026 in the registers."
    _post(administrator, "send", change="REMOVE")
    _send_all(clock)
    assert _stand(sandbox) == []
    assert all(change == "ADD" for change, _, _ in _offers(read_firm))

    undo_decision(Decision.objects.latest("pk"), by=administrator, now=clock.now)
    _send_all(clock)
    assert _stand(sandbox) == [("Secretary", None, date(2021, 7, 1))]


def test_other_numbers_of_shares_are_offered_and_a_change_there_since_stops_it(
    southern_star: Company, read_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    clock = Clock()
    _offers(read_firm)
    _post(administrator, "send", kind="Shareholder")
    _send_all(clock)
    Shareholding.objects.filter(quantity=6000).update(quantity=5000)
    assert ("REVISE", "Shareholder", "Daniel Moreau") in _offers(read_firm)
    _post(administrator, "send", change="REVISE")
    with sandbox.inside.database.writing() as session:
        row = session.scalars(select(Relationship).where(Relationship.number_of_shares == 6000)).one()
        row.number_of_shares = 7000

    _send_all(clock)
    assert Outgoing.objects.latest("pk").state == State.STOPPED
    assert ("REVISE", "Shareholder", "Daniel Moreau") in _offers(read_firm)
    _post(administrator, "send", change="REVISE")
    _send_all(clock)

    assert 5000 in [shares for _, shares, _ in _stand(sandbox)]


def test_left_as_it_is_it_is_not_offered_again_until_undone(
    southern_star: Company, read_firm: Connection, administrator: User, preparer: User
) -> None:
    before = _offers(read_firm)
    seen = [each.token for each in RelationshipOffer.objects.filter(kind="Director")]
    _post(administrator, "leave", kind="Director")
    assert len(_offers(read_firm)) == len(before) - 2

    second = signed_in(preparer).post(
        reverse("sync:relationships"), {"decision": "send", "chosen": seen}, follow=True
    )
    assert "2 not decided. It was decided by somebody, or changed" in second.content.decode()

    for decision in Decision.objects.all():
        undo_decision(decision, by=administrator, now=NOW)
    assert _offers(read_firm) == before


def test_what_the_company_lists_itself_in_xpm_is_not_offered_twice(
    southern_star: Company, read_firm: Connection, administrator: User, sandbox: RunningSandbox
) -> None:
    company = Client.objects.get(links__contact=southern_star.contact)
    director = Client.objects.filter(links__contact__name="Daniel Moreau").get()
    with sandbox.inside.database.writing() as session:
        listed = Relationship(
            client_uuid=company.remote_id, related_client_uuid=director.remote_id, position=1, type="Director"
        )
        session.add(listed)
        session.flush()
        uuid = listed.uuid
        listed.client.modified_at = sandbox.inside.clock()
    try:
        read_changes(read_firm, now=NOW)
        assert ("ADD", "Director", "Daniel Moreau") not in _offers(read_firm)
    finally:
        with sandbox.inside.database.writing() as session:
            session.execute(delete(Relationship).where(Relationship.uuid == uuid))


def test_a_viewer_may_look_only(southern_star: Company, read_firm: Connection, viewer: User) -> None:
    _offers(read_firm)

    assert signed_in(viewer).get(reverse("sync:relationships")).status_code == 200
    assert _post(viewer, "send").status_code == 403
    assert not Outgoing.objects.exists()
