"""Sending what people have approved: each change once, whatever is killed, lost or refused.

The intent is committed before the first byte. An update reads the client first, and goes to a person when it
is no longer as it was approved; after a lost answer it reads again. An added client whose answer was lost is
looked for by ACN and name among those changed since; nothing but exactly one is taken for it.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction

from minutebook.activity.models import record
from minutebook.practice.client_reading import OVERLAP, details_of, keep_client
from minutebook.practice.links import CannotLink, link_client
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.practice.provider import Lane, PracticeManager
from minutebook.practice.records import Client as ClientRecord
from minutebook.practice.records import ClientAddress, ClientEdit, ClientId
from minutebook.practice.registry import manager_for
from minutebook.sync.comparing import compare, full_link
from minutebook.sync.fields import ADDRESSES, LABELS, is_same, names_in, values_of
from minutebook.sync.models import Outgoing
from minutebook.sync.relationship_sending import RelationshipSender
from minutebook.sync.sending import RETRY, Clock, LostLease, Sender, claim, let_go, move, stop

State, Kind = Outgoing.State, Outgoing.Kind
_UNKNOWN = "XPM did not say whether it was added. Look there, then approve it again or link it."


def send(
    outgoing_id: int, *, clock: Clock, open_manager: Callable[[Connection], PracticeManager] = manager_for
) -> Outgoing | None:
    """Do all that can be done now; None when it is not due or somebody else sends it. Talks to the network."""
    outgoing = claim(outgoing_id, now=clock())
    if outgoing is None:
        return None
    connection = Connection.objects.filter(tenant_id=outgoing.tenant_id).first()
    try:
        if connection is None or not connection.is_connected:
            let_go(outgoing, next_at=clock() + RETRY, problem="Waits until XPM is connected.")
        else:
            _sender_for(outgoing)(outgoing, connection, open_manager(connection), clock).run()
    except LostLease:
        return None
    return outgoing


def _sender_for(outgoing: Outgoing) -> type[Sender]:
    return RelationshipSender if outgoing.kind in Outgoing.OF_RELATIONSHIPS else _ClientSender


class _ClientSender(Sender):
    """One worker's hold of a client to be changed or added."""

    def work(self) -> None:
        if self.outgoing.kind == Kind.UPDATE:
            self._update()
        elif self.outgoing.state == State.IN_DOUBT:
            self._look()
        else:
            self._add()

    def _update(self) -> None:
        """Read, compare, write. After a lost answer the reading tells whether it was written."""
        outgoing = self.outgoing
        assert outgoing.client is not None  # noqa: S101  # an update names its client
        stands = self.manager.get_client(ClientId(outgoing.client.remote_id))
        kind = outgoing.contact.kind
        there = values_of(details_of(stands), kind=kind)
        wanted = values_of(details_of(stands) | outgoing.fields, kind=kind)
        if all(is_same(code, there[code], wanted[code]) for code in outgoing.fields):
            self._done(stands)
            return
        if any(not is_same(code, there[code], outgoing.expects.get(code, "")) for code in outgoing.fields):
            keep_client(self.connection, stands, now=self.clock())
            stop(outgoing, "The client was changed in XPM since this was approved. Decide again.")
            return
        if outgoing.state == State.IN_DOUBT:
            move(outgoing, State.IN_DOUBT, state=State.READY)
        edit = _edit_of(outgoing.fields, stands=stands, is_person=outgoing.contact.is_person)
        client_id = ClientId(outgoing.client.remote_id)
        self._done(self.send_call(lambda: self.manager.update_client(client_id, edit)))

    def _add(self) -> None:
        edit = _edit_of(self.outgoing.fields, stands=None, is_person=self.outgoing.contact.is_person)
        self._done(self.send_call(lambda: self.manager.add_client(edit)))

    def _look(self) -> None:
        """Look for a client that may have been added."""
        outgoing = self.outgoing
        assert outgoing.sent_at is not None  # noqa: S101  # it was sent, or it would not be in doubt
        asked_at = self.clock()
        with self.manager.permit(Lane.REPAIR):
            changed = list(self.manager.clients(changed_since=outgoing.sent_at - OVERLAP))
        known = set(
            Client.objects.filter(
                tenant_id=outgoing.tenant_id, read_at__lt=outgoing.sent_at - OVERLAP
            ).values_list("remote_id", flat=True)
        )
        found = [each for each in changed if each.id.lower() not in known and _is_it(each, outgoing.fields)]
        if len(found) == 1:
            self._done(found[0])
        elif found:
            stop(
                outgoing, f"{len(found)} clients of this name were added in XPM. Link the right one by hand."
            )
        else:
            self.not_found(asked_at=asked_at, again=self._add, problem=_UNKNOWN)

    def _done(self, stands: ClientRecord) -> None:
        """Keep what stands there now, and that it was sent, in one transaction."""
        outgoing, now = self.outgoing, self.clock()
        with transaction.atomic():
            client = keep_client(self.connection, stands, now=now)
            move(
                outgoing,
                State(outgoing.state),
                state=State.DONE,
                done_at=now,
                client=client,
                problem="",
                lease_until=None,
            )
            words = "Created in XPM" if outgoing.kind == Kind.ADD else "Sent to XPM"
            labels = [LABELS[code] for code in outgoing.fields if code in LABELS]
            record(
                "sync.sent",
                outgoing.contact,
                sentence=f"{words}: {', '.join(labels)}"[:300],
                by=None,
                client=client.remote_id,
            )
            link = self._link_of(client)
            if link:
                compare(full_link(link.pk))

    def _link_of(self, client: Client) -> ClientLink | None:
        outgoing = self.outgoing
        if outgoing.kind == Kind.ADD:
            try:
                return link_client(
                    outgoing.contact,
                    client,
                    reason=ClientLink.Reason.MATCH,
                    by=outgoing.approved_by,
                    now=self.clock(),
                )
            except CannotLink:
                return None
        return ClientLink.objects.filter(contact=outgoing.contact, client=client).first()


def _edit_of(fields: dict[str, Any], *, stands: ClientRecord | None, is_person: bool) -> ClientEdit:
    """Return what to write; an update gives the name as well, for leaving it out is not documented."""
    written = dict(fields)
    for code in ADDRESSES:
        if code in written:
            written[code] = ClientAddress(**(dict.fromkeys(("street", "suburb"), "") | (written[code] or {})))
    if "born_on" in written:
        written["born_on"] = date.fromisoformat(written["born_on"]) if written["born_on"] else None
    if stands is not None and is_person:
        _rename(written, stands)
    elif stands is not None:
        written.setdefault("name", stands.name)
    known = ClientEdit.__dataclass_fields__
    return ClientEdit(**{code: value for code, value in written.items() if code in known})


def _rename(written: dict[str, Any], stands: ClientRecord) -> None:
    """Let a person's filing name follow their names, where it was made of them."""
    given, family = stands.given_names, stands.family_name
    if not (given or family):
        given, family = names_in(stands.name)
    new_given, new_family = written.get("given_names", given), written.get("family_name", family)
    by_form = {
        f"{family}, {given}": f"{new_family}, {new_given}",
        f"{given} {family}": f"{new_given} {new_family}",
    }
    written["name"] = by_form.get(stands.name, stands.name).strip(" ,")
    if "given_names" in written or "family_name" in written:
        written["given_names"], written["family_name"] = new_given, new_family


def _is_it(record: ClientRecord, fields: dict[str, Any]) -> bool:
    return record.acn == fields.get("acn", "") and is_same("name", record.name, fields["name"])
