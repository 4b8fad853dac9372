"""Deciding about relationships: each approved one goes out by the ledger, each decision can be taken back."""

from datetime import datetime
from typing import Any

from django.db import transaction

from minutebook.activity.models import record
from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.practice.models import ClientLink
from minutebook.sync.deciding import CannotDecide, DecidedMeanwhile, decide
from minutebook.sync.models import Decision, Outgoing, RelationshipOffer

Change, State = RelationshipOffer.Change, Outgoing.State
_SENT_AS = {
    Change.ADD: Outgoing.Kind.RELATE,
    Change.REVISE: Outgoing.Kind.REVISE,
    Change.REMOVE: Outgoing.Kind.UNRELATE,
}
_TO_BE = {Change.ADD: "added in", Change.REVISE: "changed in", Change.REMOVE: "removed from"}


def approve_relationship(token: str, *, by: User, now: datetime) -> Decision:
    """Approve what is offered. Raises DecidedMeanwhile when it is no longer as the person saw it."""
    with transaction.atomic():
        offer = _as_seen(token)
        contact = _contact_of(offer)
        outgoing = Outgoing.objects.create(
            tenant_id=offer.tenant_id,
            kind=_SENT_AS[Change(offer.change)],
            contact=contact,
            client=offer.holder,
            fields=_fields_of(offer),
            expects={"shares": offer.shares_there},
            next_at=now,
            approved_by=by,
            approved_at=now,
        )
        sentence = f"{_words(offer)} to be {_TO_BE[Change(offer.change)]} XPM"
        record("sync.approved", contact, sentence=sentence[:300], by=by)
        decision = _decide(offer, sentence, {"outgoing": outgoing.pk}, by=by, now=now)
        offer.delete()
    return decision


def leave_relationship(token: str, *, by: User, now: datetime) -> Decision:
    """Let both sides stand as they are. Raises DecidedMeanwhile."""
    with transaction.atomic():
        offer = _as_seen(token)
        offer.is_left = True
        offer.save(update_fields=["is_left"])
        sentence = f"{_words(offer)} left as it is"
        record("sync.decided", _contact_of(offer), sentence=sentence[:300], by=by)
        return _decide(offer, sentence, {"offer": offer.pk}, by=by, now=now)


def undo_relationship(decision: Decision, *, by: User, now: datetime) -> None:
    """Take a decision back: what has not left is withdrawn, what was sent is sent back. Raises CannotDecide."""
    undoing = decision.undoing
    if "offer" in undoing:
        RelationshipOffer.objects.filter(pk=undoing["offer"]).update(is_left=False)
        return
    sent = Outgoing.objects.select_for_update().get(pk=undoing["outgoing"])
    if Outgoing.objects.filter(pk=sent.pk, state__in=(State.READY, State.STOPPED)).update(
        state=State.WITHDRAWN
    ):
        return
    if sent.state != State.DONE:
        raise CannotDecide("It is being sent to XPM just now. Wait until that is known, then undo.")
    back, fields, expects = _the_other_way(sent)
    Outgoing.objects.create(
        tenant_id=sent.tenant_id,
        kind=back,
        contact=sent.contact,
        client=sent.client,
        fields=fields,
        expects=expects,
        next_at=now,
        approved_by=by,
        approved_at=now,
    )


def _the_other_way(sent: Outgoing) -> tuple[Outgoing.Kind, dict[str, Any], dict[str, Any]]:
    was = sent.expects["shares"]
    match sent.kind:
        case Outgoing.Kind.RELATE:
            return Outgoing.Kind.UNRELATE, sent.fields, {"shares": sent.fields["shares"]}
        case Outgoing.Kind.REVISE:
            return Outgoing.Kind.REVISE, sent.fields | {"shares": was}, {"shares": sent.fields["shares"]}
    return Outgoing.Kind.RELATE, sent.fields | {"shares": was or None, "remote_id": ""}, {"shares": None}


def _as_seen(token: str) -> RelationshipOffer:
    pk = token.partition(":")[0]
    offer = (
        RelationshipOffer.objects.select_for_update(of=("self",))
        .select_related("holder", "of")
        .filter(pk=int(pk) if pk.isdecimal() else 0)
        .first()
    )
    if offer is None or offer.is_left or offer.token != token:
        raise DecidedMeanwhile("It was decided by somebody, or changed, since you opened the page.")
    return offer


def _contact_of(offer: RelationshipOffer) -> Contact:
    link = ClientLink.objects.select_related("contact").filter(client=offer.holder).first()
    if link is None:
        raise DecidedMeanwhile(f"{offer.holder.name} was unlinked by somebody meanwhile.")
    return link.contact


def _fields_of(offer: RelationshipOffer) -> dict[str, Any]:
    return {
        "kind": offer.kind,
        "holder": offer.holder_id,
        "of": offer.of_id,
        "remote_id": offer.remote_id,
        "shares": offer.shares,
        "since": offer.since.isoformat() if offer.since else "",
    }


def _words(offer: RelationshipOffer) -> str:
    return f"{offer.holder.name}, {offer.kind} of {offer.of.name},"


def _decide(
    offer: RelationshipOffer, sentence: str, undoing: dict[str, Any], *, by: User, now: datetime
) -> Decision:
    return decide(
        Decision.Kind.RELATIONSHIP,
        sentence,
        contact=_contact_of(offer),
        client=offer.holder,
        undoing=undoing,
        by=by,
        now=now,
    )
