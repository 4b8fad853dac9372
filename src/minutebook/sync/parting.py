"""Taking contacts and clients apart again, so that it can be taken back."""

from datetime import datetime

from django.db import transaction

from minutebook.contacts.models import Contact
from minutebook.firms.models import User
from minutebook.practice.links import CannotLink, link_client, unlink
from minutebook.practice.models import Client, ClientLink
from minutebook.sync.comparing import compare, full_link
from minutebook.sync.deciding import CannotDecide, DecidedMeanwhile, decide
from minutebook.sync.models import Decision, Outgoing

State = Outgoing.State


def unlink_pair(contact_id: int, client_id: int, *, by: User, now: datetime) -> Decision:
    """Unlink a contact from a client. Raises DecidedMeanwhile; CannotDecide while something is on its way."""
    with transaction.atomic():
        links = ClientLink.objects.select_for_update(of=("self",)).select_related("contact", "client")
        link = links.filter(contact=contact_id, client=client_id).first()
        if link is None:
            raise DecidedMeanwhile("The two were unlinked by somebody meanwhile.")
        decision = keep_parting(link, by=by, now=now)
        unlink(link, by=by)
    return decision


def keep_parting(link: ClientLink, *, by: User, now: datetime) -> Decision:
    """Keep what taking two apart takes away, just before it does. Raises CannotDecide."""
    with transaction.atomic():
        contact, client = link.contact, link.client
        sent = Outgoing.objects.filter(contact=contact, client=client)
        if sent.filter(state__in=(State.SENDING, State.IN_DOUBT)).exists():
            raise CannotDecide(
                f"A change of {contact.name} is being sent to XPM just now. Wait until that is known."
            )
        sent.filter(state__in=(State.READY, State.STOPPED)).update(state=State.WITHDRAWN)
        comparison = getattr(full_link(link.pk), "comparison", None)
        kept = {"agreed": comparison.agreed, "left": comparison.left} if comparison else {}
        sentence = f"{contact.name} unlinked from XPM client {client.name}"
        undoing = {"contact": contact.pk, "client": client.pk, **kept}
        return decide(
            Decision.Kind.UNLINK, sentence, contact=contact, client=client, undoing=undoing, by=by, now=now
        )


def link_again(decision: Decision, *, by: User, now: datetime) -> None:
    """Take an unlinking back: link the two, with what they had agreed on. Raises CannotDecide."""
    undoing = decision.undoing
    client = Client.objects.filter(pk=undoing["client"]).first()
    contact = Contact.objects.filter(pk=undoing["contact"]).first()
    if contact is None or client is None:
        raise CannotDecide("One of the two is not there any more.")
    try:
        link = link_client(contact, client, reason=ClientLink.Reason.MATCH, by=by, now=now)
    except CannotLink as problem:
        raise CannotDecide(str(problem)) from problem
    comparison = compare(full_link(link.pk))
    comparison.agreed = undoing.get("agreed", {}) | comparison.agreed
    comparison.left = undoing.get("left", {})
    comparison.save(update_fields=["agreed", "left"])
    compare(full_link(link.pk))
