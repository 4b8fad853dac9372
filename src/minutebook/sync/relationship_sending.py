"""Sending approved relationships: read both clients, write once, and read back whether it stands."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction

from minutebook.activity.models import record
from minutebook.practice.client_reading import keep_client
from minutebook.practice.models import Client
from minutebook.practice.records import Client as ClientRecord
from minutebook.practice.records import ClientId, ClientRelationship, NewRelationship
from minutebook.sync.models import Outgoing
from minutebook.sync.relationships import kind_of
from minutebook.sync.sending import Sender, State, move, stop

Kind = Outgoing.Kind


class RelationshipSender(Sender):
    """One worker's hold of a relationship to be added, changed or removed."""

    def work(self) -> None:
        """Look how it stands now, then write; after writing, look again."""
        asked_at = self.clock()
        fields = self.outgoing.fields
        both = [self._read(fields["holder"]), self._read(fields["of"])]
        standing = list(_between(both, fields["kind"]))
        if self._is_done(standing):
            self._done(both, standing)
        elif problem := self._why_not(standing):
            self._keep(both)
            stop(self.outgoing, problem)
        elif self.outgoing.state != State.IN_DOUBT:
            self._write(both)
        elif self.outgoing.kind == Kind.RELATE:  # what is added twice stands twice
            self.not_found(asked_at=asked_at, again=lambda: self._write(both), problem=_UNKNOWN)
        else:
            move(self.outgoing, State.IN_DOUBT, state=State.READY)
            self._write(both)

    def _is_done(self, standing: list[ClientRelationship]) -> bool:
        fields = self.outgoing.fields
        match self.outgoing.kind:
            case Kind.RELATE:
                return bool(standing)
            case Kind.UNRELATE:
                return all(each.id != fields["remote_id"] for each in standing)
        return any(each.id == fields["remote_id"] and each.shares == fields["shares"] for each in standing)

    def _why_not(self, standing: list[ClientRelationship]) -> str:
        """Return why what was approved must not be written any more, or ""."""
        if self.outgoing.kind != Kind.REVISE:
            return ""
        stands = [each for each in standing if each.id == self.outgoing.fields["remote_id"]]
        if stands and stands[0].shares == self.outgoing.expects["shares"]:
            return ""
        return "The relationship was changed in XPM since this was approved. Decide again."

    def _write(self, both: list[ClientRecord]) -> None:
        outgoing, fields, manager = self.outgoing, self.outgoing.fields, self.manager
        holder, of = both
        match outgoing.kind:
            case Kind.RELATE:
                new = NewRelationship(
                    holder=holder.id,
                    of=of.id,
                    kind=fields["kind"],
                    shares=fields["shares"],
                    start_on=date.fromisoformat(fields["since"]) if fields["since"] else None,
                )
                self.send_call(lambda: manager.add_relationship(new))
            case Kind.REVISE:
                self.send_call(
                    lambda: manager.update_relationship(fields["remote_id"], shares=fields["shares"])
                )
            case _:
                self.send_call(lambda: manager.delete_relationship(fields["remote_id"]))
        move(outgoing, State.SENDING, state=State.IN_DOUBT)  # until it was read back
        self.work()

    def _read(self, client: int) -> ClientRecord:
        return self.manager.get_client(ClientId(Client.objects.get(pk=client).remote_id))

    def _keep(self, both: list[ClientRecord]) -> None:
        for each in both:
            keep_client(self.connection, each, now=self.clock())

    def _done(self, both: list[ClientRecord], standing: list[ClientRelationship]) -> None:
        outgoing, now = self.outgoing, self.clock()
        if outgoing.kind == Kind.RELATE:
            outgoing.fields["remote_id"] = standing[0].id
        with transaction.atomic():
            self._keep(both)
            move(
                outgoing,
                State(outgoing.state),
                state=State.DONE,
                done_at=now,
                fields=outgoing.fields,
                problem="",
                lease_until=None,
            )
            sentence = f"{_WORDS[Kind(outgoing.kind)]}: {outgoing.fields['kind']} of {both[1].name}"
            record("sync.sent", outgoing.contact, sentence=sentence[:300], by=None, client=both[0].id)


_UNKNOWN = "XPM did not say whether the relationship was added. Look there, then decide again."
_WORDS = {
    Kind.RELATE: "Relationship added in XPM",
    Kind.REVISE: "Relationship changed in XPM",
    Kind.UNRELATE: "Relationship removed from XPM",
}


def _between(both: list[ClientRecord], kind: str) -> Iterator[ClientRelationship]:
    """Yield the relationships of a kind that either of two clients lists with the other, ended ones left out."""
    for one, other in (both, reversed(both)):
        for each in one.relationships:
            is_other = each.related.lower() == other.id.lower()
            if is_other and kind_of(each.kind) == kind and each.end_on is None:
                yield each
