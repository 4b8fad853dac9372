"""Withdraw: a released pack that will not be signed leaves the registers as if it had never been."""

from datetime import datetime

from django.db import transaction

from minutebook.activity.models import record
from minutebook.companies.models import CorporateEvent
from minutebook.companies.pencil import built_upon, take_out
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.jobs.models import JobRequest
from minutebook.jobs.requests import CannotCancel, cancel_job
from minutebook.production.models import ToDo
from minutebook.production.todo import add_to_do


class CannotWithdraw(Exception):
    """The pack cannot be withdrawn; the message says why and what to do instead."""


@transaction.atomic
def withdraw_pack(pack: DocumentPack, *, because: str, by: User, now: datetime) -> DocumentPack:
    """Reverse what a released, unsigned pack has entered, and list what must be undone elsewhere.

    A job that XPM does not have yet is cancelled; one that it has is to be undone there, by hand.
    Raises CannotWithdraw.
    """
    held = DocumentPack.objects.select_for_update().get(pk=pack.pk)
    if why_not := why_not_withdraw(held):
        raise CannotWithdraw(why_not)
    leave_registers(held)
    held.to_dos.filter(done_on=None).delete()
    _list_what_to_undo(held, by=by, now=now)
    held.status, held.withdrawn_because = DocumentPack.Status.WITHDRAWN, because
    held.lodge_by = None
    held.save(update_fields=["status", "withdrawn_because", "lodge_by"])
    record("pack.withdrawn", held, sentence=f"Withdrawn by {by.short_name}: {because}", by=by)
    return held


def why_not_withdraw(pack: DocumentPack) -> str:
    """Return why a pack cannot be withdrawn, or "" when it can."""
    if pack.status == DocumentPack.Status.SIGNED:
        return (
            "What was signed has happened, so it is not withdrawn. Prepare a new pack that changes it back; what "
            "ASIC was told wrongly is corrected with Form 492."
        )
    if not pack.awaits_signature:
        return "Only a released pack that is not signed can be withdrawn."
    if pack.corrections.exists():
        return "A correction of this pack is being prepared. Discard the correction first."
    return why_built_upon(pack)


def why_built_upon(pack: DocumentPack) -> str:
    """Return which later packs stand on this one's entries, or ""."""
    later = built_upon(list(pack.events.all()))
    packs = DocumentPack.objects.filter(events__in=later).distinct().order_by("trace_number")
    if not packs:
        return ""
    named = ", ".join(f"{other.trace_number} ({other.title})" for other in packs)
    return f"Later documents build on this pack: {named}. Withdraw or correct those first."


def leave_registers(pack: DocumentPack) -> None:
    """Take a pack's entries out of the registers; its events count as withdrawn."""
    events = list(pack.events.select_related("company").order_by("position"))
    take_out(events)
    pack.events.update(status=CorporateEvent.Status.WITHDRAWN)


def _list_what_to_undo(pack: DocumentPack, *, by: User, now: datetime) -> None:
    for lodged in pack.to_dos.filter(kind=ToDo.Kind.LODGE):
        add_to_do(
            pack,
            kind=ToDo.Kind.LODGE,
            title=f"Tell ASIC that {lodged.title[0].lower()}{lodged.title[1:]} was withdrawn (Form 492)",
        )
    request = JobRequest.objects.filter(pack=pack).first()
    if request is None or request.status == JobRequest.Status.CANCELLED:
        return
    try:
        cancel_job(request, by=by, now=now)
    except CannotCancel:
        number = request.job_number or "with the reference " + request.marker
        add_to_do(
            pack,
            kind=ToDo.Kind.PRACTICE_MANAGER,
            title=f"Delete or complete the job {number} in XPM, with its costs: nothing is undone there by itself",
        )
