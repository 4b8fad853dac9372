"""Correct: a later version of a released pack, under the same trace number and with the same job.

Until the later version is released, the former one stands: its files, its entries in pencil. The later version
is prepared as if the former had never been entered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from minutebook.activity.models import record
from minutebook.companies.models import CorporateEvent
from minutebook.companies.pencil import as_if_not_entered
from minutebook.documents.models import Document, DocumentPack
from minutebook.firms.models import User
from minutebook.jobs.models import JobPlan, JobRequest
from minutebook.production.models import OwnFile, ToDo
from minutebook.production.own_files import copy_own_files, forget
from minutebook.production.todo import add_to_do
from minutebook.production.withdrawing import leave_registers, why_built_upon
from minutebook.wordings.packs import carry_over


class CannotCorrect(Exception):
    """The pack cannot be corrected; the message says why and what to do instead."""


@transaction.atomic
def start_correction(pack: DocumentPack, *, by: User, now: datetime) -> DocumentPack:
    """Return the next version of a released pack, in preparation, as a copy of what it has now.

    A correction that is being prepared already is returned as it is. Raises CannotCorrect.
    """
    former = DocumentPack.objects.select_for_update().get(pk=pack.pk)
    if why_not := why_not_correct(former):
        raise CannotCorrect(why_not)
    begun = former.corrections.first()
    if begun is not None:
        return begun
    later = DocumentPack.objects.create(
        company_id=former.company_id,
        trace_number=former.trace_number,
        version=former.version + 1,
        corrects=former,
        title=former.title,
        summary=former.summary,
        event_kinds=former.event_kinds,
        headlines=former.headlines,
        deadlines=former.deadlines,
        due_on=former.due_on,
        stage=former.stage,
        staged_at=former.staged_at,
        made_by=by,
        made_at=now,
        saved_at=now,
        saved_by=by,
    )
    _copy_events(former, later)
    _copy_documents(former, later)
    record("pack.correction_begun", former, sentence=f"Version {later.version} begun", by=by)
    record("pack.made", later, sentence=f"Version {later.version} begun", by=by, company=later.company_id)
    return later


@transaction.atomic
def discard_correction(later: DocumentPack, *, by: User | None) -> DocumentPack:
    """Throw a correction in preparation away; return the version that stands. Raises CannotCorrect."""
    held = DocumentPack.objects.select_for_update().get(pk=later.pk)
    former = held.corrects
    if former is None or not held.is_draft:
        raise CannotCorrect("Only a correction that is being prepared can be discarded.")
    record("pack.correction_discarded", former, sentence=f"Version {held.version} discarded", by=by)
    JobPlan.objects.filter(pack=held).delete()
    forget(list(OwnFile.objects.filter(pack=held)))
    held.events.all().delete()
    held.delete()
    return former


def why_not_correct(pack: DocumentPack) -> str:
    """Return why a pack cannot be corrected, or "" when it can."""
    if pack.status == DocumentPack.Status.SIGNED:
        return (
            "What was signed is not replaced. Prepare a new pack for the change; what ASIC was told wrongly is "
            "corrected with Form 492."
        )
    if not pack.awaits_signature:
        return "Only a released pack that is not signed can be corrected."
    return why_built_upon(pack)


@contextmanager
def registers_before(pack: DocumentPack) -> Iterator[None]:
    """See the registers as this version finds them: without what the version before it has entered."""
    if pack.corrects is None or not pack.is_draft:
        yield
        return
    with as_if_not_entered(list(pack.corrects.events.select_related("company"))):
        yield


def replace_former(later: DocumentPack) -> None:
    """Let a version that is being released take the former one's place, its job included.

    Call inside the transaction of the release, before the later version's own entries. Raises CannotCorrect
    when the former was signed or withdrawn meanwhile, or something was built upon it.
    """
    if later.corrects_id is None:
        return
    former = DocumentPack.objects.select_for_update().get(pk=later.corrects_id)
    if why_not := why_not_correct(former):
        raise CannotCorrect(why_not)
    leave_registers(former)
    former.to_dos.filter(done_on=None).exclude(kind=ToDo.Kind.PRACTICE_MANAGER).delete()
    former.status, former.lodge_by = DocumentPack.Status.CORRECTED, None
    former.save(update_fields=["status", "lodge_by"])
    _take_job(former, later)


def _take_job(former: DocumentPack, later: DocumentPack) -> None:
    request = JobRequest.objects.filter(pack=former).first()
    if request is None:
        return
    JobPlan.objects.filter(pack=later).delete()
    JobPlan.objects.filter(pack=former).update(pack=later)
    JobRequest.objects.filter(pk=request.pk).update(pack=later)
    later.wants_job = former.wants_job
    later.save(update_fields=["wants_job"])
    if request.status != JobRequest.Status.CANCELLED and (changes := _what_changed(former, later)):
        number = request.job_number or f"with the reference {request.marker}"
        add_to_do(
            later,
            kind=ToDo.Kind.PRACTICE_MANAGER,
            title=f"Change the job {number} in XPM: {'; '.join(changes)}",
        )


def _what_changed(former: DocumentPack, later: DocumentPack) -> list[str]:
    """Return what the job was given of the former version and is otherwise now."""
    changes = []
    if former.due_on != later.due_on:
        before, after = (f"{day:%d/%m/%Y}" if day else "none" for day in (former.due_on, later.due_on))
        changes.append(f"due date {before}, now {after}")
    if former.headlines != later.headlines:
        changes.append(f"description now “{', '.join(later.headlines)}”")
    if former.event_kinds != later.event_kinds:
        changes.append("review its costs, because the events changed")
    return changes


def _copy_events(former: DocumentPack, later: DocumentPack) -> None:
    later.events.set(
        CorporateEvent.objects.create(
            company_id=event.company_id,
            kind=event.kind,
            fields=event.fields,
            position=event.position,
            effective_on=event.effective_on,
        )
        for event in former.events.order_by("position")
    )


def _copy_documents(former: DocumentPack, later: DocumentPack) -> None:
    for document in former.documents.order_by("position"):
        Document.objects.create(
            pack=later,
            code=document.code,
            subject=document.subject,
            title=document.title,
            note=document.note,
            position=document.position,
            is_on=document.is_on,
            dated_on=document.dated_on,
            addressee=document.addressee,
            options=document.options,
        )
    copy_own_files(former, later)
    carry_over(former, later)
