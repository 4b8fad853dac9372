"""The ledger of approved changes: whatever is lost, refused or killed, each is there once and none is lost."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete

from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.practice.registry import manager_for
from minutebook.sync.comparing import compare_changed
from minutebook.sync.deciding import CannotDecide, create_there, decide_fields
from minutebook.sync.models import Comparison, Decision, Outgoing
from minutebook.sync.outgoing import send
from minutebook.sync.sending import BETWEEN_LOOKS, SETTLE
from minutebook.sync.tests.conftest import NOW, change_there, contact_of, stands_there, writes
from minutebook.sync.undoing import undo_decision
from tests.sandbox import RunningSandbox
from xpm_sandbox.models.client import Client as SandboxClient
from xpm_sandbox.seed.identifiers import make_acn

State = Outgoing.State


class Clock:
    """Stands still until moved."""

    def __init__(self) -> None:
        self.now = datetime.now(NOW.tzinfo)

    def __call__(self) -> datetime:
        return self.now


class Killed(BaseException):
    """The process was killed: nothing of it runs any further."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def approved(linked: ClientLink, administrator: User, clock: Clock) -> Outgoing:
    """A new e-mail address of ours, approved for XPM."""
    contact = contact_of(linked)
    contact.email = "ours@example.com"
    contact.save()
    compare_changed(Connection.objects.get())
    comparison = Comparison.objects.get()
    decide_fields(comparison, {"email": "ours"}, seen=comparison.differences, by=administrator, now=clock.now)
    return Outgoing.objects.get()


@pytest.fixture
def to_add(
    read_firm: Connection, administrator: User, clock: Clock, sandbox: RunningSandbox
) -> Iterator[Outgoing]:
    """A company of ours, approved to be added. Its ACN is nobody's there."""
    name, acn = "Approved Nurseries Pty Ltd", make_acn(Random(7))  # noqa: S311  # repeatable, not secret
    contact = Contact.objects.create(kind="COMPANY", name=name, acn=acn)
    create_there(contact, read_firm, structure="Company", by=administrator, now=clock.now)
    yield Outgoing.objects.get()
    with sandbox.inside.database.writing() as session:
        session.execute(delete(SandboxClient).where(SandboxClient.name == name))


def _drive(outgoing: Outgoing, clock: Clock, *, steps: int = 8) -> Outgoing:
    """Send until it is settled, moving the clock to each next moment."""
    for _ in range(steps):
        send(outgoing.pk, clock=clock)
        outgoing.refresh_from_db()
        if outgoing.state not in Outgoing.PENDING:
            break
        clock.now = max(outgoing.next_at, outgoing.lease_until or clock.now) + timedelta(seconds=1)
    return outgoing


def _of_that_name(sandbox: RunningSandbox, outgoing: Outgoing) -> int:
    manager = manager_for(Connection.objects.get())
    return sum(client.name == outgoing.contact.name for client in manager.clients())


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["drop", "truncate", "status"])
def test_an_update_whose_answer_is_lost_is_there_at_last(
    approved: Outgoing, sandbox: RunningSandbox, clock: Clock, kind: str, when: str
) -> None:
    sandbox.fail(kind, path="client.api/update", when=when)

    assert _drive(approved, clock).state == State.DONE
    assert approved.client is not None
    assert stands_there(sandbox, approved.client).email == "ours@example.com"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["drop", "truncate", "status"])
def test_an_added_client_is_there_once_whatever_is_lost(
    to_add: Outgoing, sandbox: RunningSandbox, clock: Clock, kind: str, when: str
) -> None:
    sandbox.fail(kind, path="client.api/add", when=when)

    assert _drive(to_add, clock).state == State.DONE
    assert _of_that_name(sandbox, to_add) == 1
    assert ClientLink.objects.get().contact == to_add.contact


@pytest.mark.parametrize("moment", ["before the call", "after the call"])
def test_a_killed_sender_neither_loses_nor_doubles(
    to_add: Outgoing, sandbox: RunningSandbox, clock: Clock, moment: str
) -> None:
    def open_dying(connection: Connection) -> Any:
        manager = manager_for(connection)
        add = manager.add_client

        def dying(edit: Any) -> Any:
            if moment == "after the call":
                add(edit)
            raise Killed

        setattr(manager, "add_client", dying)  # noqa: B010  # the one place where its process dies
        return manager

    with pytest.raises(Killed):
        send(to_add.pk, clock=clock, open_manager=open_dying)
    to_add.refresh_from_db()
    assert to_add.state == State.SENDING
    clock.now += Outgoing.LEASE + timedelta(seconds=1)

    assert _drive(to_add, clock).state == State.DONE
    assert _of_that_name(sandbox, to_add) == 1


def test_what_was_changed_there_since_is_not_overwritten(
    approved: Outgoing, linked: ClientLink, sandbox: RunningSandbox, clock: Clock
) -> None:
    change_there(sandbox, linked.client, email="meanwhile@example.com")

    assert _drive(approved, clock).state == State.STOPPED
    assert stands_there(sandbox, linked.client).email == "meanwhile@example.com"
    assert writes(sandbox) == []
    assert Comparison.objects.get().differences["email"][1] == "meanwhile@example.com"


def test_withdrawn_before_it_left_it_never_leaves(
    approved: Outgoing, administrator: User, sandbox: RunningSandbox, clock: Clock
) -> None:
    undo_decision(Decision.objects.get(kind="FIELDS"), by=administrator, now=clock.now)

    assert _drive(approved, clock).state == State.WITHDRAWN
    assert writes(sandbox) == []


def test_a_tax_number_is_never_written(
    approved: Outgoing, linked: ClientLink, sandbox: RunningSandbox, clock: Clock
) -> None:
    was = stands_there(sandbox, linked.client).tax_number
    assert was

    _drive(approved, clock)

    assert stands_there(sandbox, linked.client).tax_number == was


def test_an_added_one_cannot_be_approved_twice(
    to_add: Outgoing, read_firm: Connection, administrator: User, clock: Clock
) -> None:
    with pytest.raises(CannotDecide, match="meanwhile"):
        create_there(to_add.contact, read_firm, structure="Company", by=administrator, now=clock.now)


def test_nothing_found_is_believed_only_late_and_twice(
    to_add: Outgoing, sandbox: RunningSandbox, clock: Clock
) -> None:
    sandbox.fail("drop", path="client.api/add")

    send(to_add.pk, clock=clock)
    clock.now += SETTLE + timedelta(seconds=1)
    send(to_add.pk, clock=clock)
    to_add.refresh_from_db()

    assert (to_add.state, to_add.negatives) == (State.IN_DOUBT, 1)
    assert to_add.next_at >= clock.now + BETWEEN_LOOKS
    assert Client.objects.filter(name=to_add.contact.name).count() == 0
