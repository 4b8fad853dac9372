"""Taking decisions back, one by one or all of the first synchronisation.

What somebody has changed since stays; then the decision cannot be taken back, and the sentence says so.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from minutebook.activity.models import record
from minutebook.contacts.models import Contact
from minutebook.firms.models import Firm, User
from minutebook.practice.links import unlink
from minutebook.practice.models import Client, ClientLink
from minutebook.sync.asic import withdraw_notices
from minutebook.sync.comparing import compare, full_link
from minutebook.sync.deciding import CannotDecide
from minutebook.sync.fields import texts_of
from minutebook.sync.keeping import kept_of, name_person
from minutebook.sync.models import Comparison, Decision, FirstSync, Ignored, Outgoing, Suggestion
from minutebook.sync.parting import link_again
from minutebook.sync.relating import undo_relationship

Kind, State, Stage = Decision.Kind, Outgoing.State, FirstSync.Stage


def undo_decision(decision: Decision, *, by: User, now: datetime) -> Decision:
    """Take a decision back, as if it had not been made. Raises CannotDecide."""
    with transaction.atomic():
        decision = Decision.objects.select_for_update().get(pk=decision.pk)
        if decision.undone_at:
            raise CannotDecide("This was undone already.")
        match decision.kind:
            case Kind.LINK | Kind.CREATE_HERE:
                _unlink(decision, by=by)
            case Kind.UNLINK:
                link_again(decision, by=by, now=now)
            case Kind.TWO:
                _open_again(decision)
            case Kind.IGNORE:
                Ignored.objects.filter(client=decision.client_id).delete()
            case Kind.CREATE_THERE:
                _withdraw(decision.undoing["outgoing"])
            case Kind.FIELDS:
                _undo_fields(decision, by=by, now=now)
            case Kind.RELATIONSHIP:
                undo_relationship(decision, by=by, now=now)
            case Kind.SNOOZE:
                Comparison.objects.filter(link=decision.undoing["link"]).update(snoozed_until=None)
        decision.undone_by, decision.undone_at = by, now
        decision.save(update_fields=["undone_by", "undone_at"])
        record("sync.undone", _firm(decision), sentence=f"Undone: {decision.sentence}", by=by)
    return decision


def begin_undoing(first: FirstSync, *, by: User, now: datetime) -> bool:
    """Have everything that was decided in it taken back in the background; False when somebody has already."""
    moved = FirstSync.objects.filter(pk=first.pk).exclude(stage__in=(Stage.UNDOING, Stage.UNDONE))
    with transaction.atomic():
        if not moved.update(stage=Stage.UNDOING, undone_by=by, heard_at=now, not_undone=[]):
            return False
        record("sync.first_undoing", first, sentence="Undoing the first synchronisation begun", by=by)
    return True


def undo_first_sync(first_id: int, *, clock: Callable[[], datetime]) -> None:
    """Take back everything that was decided in it, the latest first. A killed one is simply begun again."""
    first = FirstSync.objects.select_related("undone_by").get(pk=first_id)
    by = first.undone_by
    if first.stage != Stage.UNDOING or by is None:
        return
    kept = {each["decision"] for each in first.not_undone}
    for decision in first.decisions.filter(undone_at=None).exclude(pk__in=kept).order_by("-pk"):
        try:
            undo_decision(decision, by=by, now=clock())
        except CannotDecide as problem:
            first.not_undone.append({"decision": decision.pk, "why": f"{decision.sentence}: {problem}"})
        first.heard_at = clock()
        first.save(update_fields=["heard_at", "not_undone"])
    with transaction.atomic():
        Suggestion.objects.filter(tenant_id=first.tenant_id, state=Suggestion.State.OPEN).delete()
        first.stage = Stage.UNDONE
        first.save(update_fields=["stage"])
        record("sync.first_undone", first, sentence="First synchronisation with XPM undone", by=by)


def _unlink(decision: Decision, *, by: User) -> None:
    link = ClientLink.objects.filter(pk=decision.undoing["link"]).select_related("contact", "client").first()
    if link is None:
        raise CannotDecide("The link is not there any more: somebody unlinked the two.")
    unlink(link, by=by)
    _open_again(decision)
    if decision.kind == Kind.CREATE_HERE:
        _delete(decision, by=by)


def _open_again(decision: Decision) -> None:
    Suggestion.objects.filter(pk=decision.undoing.get("suggestion")).update(state=Suggestion.State.OPEN)


def _delete(decision: Decision, *, by: User) -> None:
    contact = Contact.objects.filter(pk=decision.undoing["contact"]).first()
    if contact is None:
        return
    record("contact.deleted", contact, sentence=f"{contact.name} deleted: it had come from XPM", by=by)
    try:
        with transaction.atomic():
            contact.delete()
    except ProtectedError as problem:
        raise CannotDecide(f"{contact.name} is used by a company meanwhile, so it stays.") from problem


def _withdraw(outgoing_id: int) -> None:
    """Take back an approval. Raises CannotDecide once it may have left."""
    waiting = Outgoing.objects.filter(pk=outgoing_id, state__in=(State.READY, State.STOPPED))
    if not waiting.update(state=State.WITHDRAWN):
        raise CannotDecide("It has been sent to XPM. Change it there, or decide on it anew.")


def _undo_fields(decision: Decision, *, by: User, now: datetime) -> None:
    undoing = decision.undoing
    link = ClientLink.objects.filter(pk=undoing["link"]).first()
    if link is None:
        raise CannotDecide("The two are no longer linked.")
    link = full_link(link.pk)
    if undoing["theirs"]:
        _give_back(link.contact, undoing["theirs"], by=by)
        withdraw_notices(decision)
    if undoing["outgoing"]:
        _take_back(undoing, link, by=by, now=now)
    comparison = link.comparison
    comparison.left = {code: pair for code, pair in comparison.left.items() if code not in undoing["left"]}
    comparison.save(update_fields=["left"])
    compare(full_link(link.pk))


def _give_back(contact: Contact, values: Mapping[str, list[Any]], *, by: User) -> None:
    if any(kept_of(contact, code) != after for code, (_, after) in values.items()):
        raise CannotDecide(f"{contact.name} was changed here since. Correct it by hand.")
    for code, (before, _) in values.items():
        if code in ("address", "postal_address"):
            setattr(contact, f"{code}_id", before)
        else:
            is_day = code == "born_on" and before
            setattr(contact, code, date.fromisoformat(before) if is_day else before)
    name_person(contact)
    contact.save()
    record("contact.corrected", contact, sentence=f"{contact.name} as it was before XPM’s words", by=by)


def _take_back(undoing: Mapping[str, Any], link: ClientLink, *, by: User, now: datetime) -> None:
    """Withdraw what has not left; what was sent is written back as it was, by this person's approval."""
    sent = Outgoing.objects.get(pk=undoing["outgoing"])
    if sent.state in (State.READY, State.STOPPED):
        _withdraw(sent.pk)
        return
    if sent.state != State.DONE:
        raise CannotDecide("It is being sent to XPM just now. Wait until that is known, then undo.")
    client = Client.objects.get(pk=link.client_id)
    Outgoing.objects.create(
        tenant_id=sent.tenant_id,
        kind=Outgoing.Kind.UPDATE,
        contact=link.contact,
        client=client,
        fields=undoing["was_there"],
        expects=texts_of(sent.fields, client=client, kind=link.contact.kind),
        next_at=now,
        approved_by=by,
        approved_at=now,
    )


def _firm(decision: Decision) -> Firm:
    return Firm.objects.get(pk=decision.firm_id)
