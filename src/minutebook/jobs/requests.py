"""From a plan to one durable request for a job, and what a person can say to a request that needs them.

Nothing here talks to XPM: each function changes the ledger and wakes the driver in the same transaction.
"""

from datetime import datetime

from django.db import transaction

from minutebook.activity.models import record
from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.jobs.attaching import documents_to_attach
from minutebook.jobs.models import JobPlan, JobRequest, JobStep, PlannedCost
from minutebook.jobs.restored import doubt_if_restored
from minutebook.jobs.steps import FIRST_UNREVIEWED, job_of, steps_of, taken_out
from minutebook.jobs.tasks import wake

Kind, State, Status = JobStep.Kind, JobStep.State, JobRequest.Status


class CannotCancel(Exception):
    """XPM has the job, or may have it: it can only be deleted there."""


class NothingToDecide(Exception):
    """The request does not need anybody now: look at where it stands."""


@transaction.atomic
def request_job(pack: DocumentPack, *, by: User, now: datetime) -> JobRequest | None:
    """Ask for the pack's job, once, as its plan was confirmed, and wake the driver.

    Call inside the transaction that releases the pack. Returns the request that is already there when there
    is one, and None when no job is wanted or its costs are not confirmed.
    """
    DocumentPack.objects.select_for_update().get(pk=pack.pk)
    request = JobRequest.objects.filter(pack=pack).first()
    if request is not None and not request.may_be_planned_again:
        return request
    plan = JobPlan.objects.filter(pack=pack).select_related("client", "joins").first()
    if plan is None or not plan.is_confirmed or not pack.wants_job:
        return request
    request = request or JobRequest(firm_id=pack.firm_id, pack=pack)
    _lay_out(request, plan, by=by, now=now)
    record("job.requested", pack, sentence="Job asked for", by=by, marker=request.marker)
    wake(request)
    return request


def _lay_out(request: JobRequest, plan: JobPlan, *, by: User, now: datetime) -> None:
    costs = list(PlannedCost.objects.filter(plan=plan).order_by("position"))
    request.tenant_id, request.marker = plan.tenant_id, plan.pack.trace_number
    request.job = job_of(plan)
    request.status, request.reason, request.reason_code = Status.WAITING, "", ""
    request.asked_by, request.asked_at, request.next_at = by, now, now
    request.failures, request.finished_at, request.paused_at = 0, None, None
    if plan.joins is not None:
        request.job_number, request.job_id = plan.joins.job_number, plan.joins.job_id
        request.job_url, request.has_no_job = plan.joins.job_url, False
    request.epoch += 1  # whoever still drives what was asked before writes nothing more
    request.lease_until = None
    steps = steps_of(plan, costs, documents_to_attach(plan.pack, tenant_id=plan.tenant_id))
    doubt_if_restored(request, plan.pack, steps)
    request.save()
    request.steps.all().delete()
    for step in steps:
        step.firm_id, step.request = request.firm_id, request
    JobStep.objects.bulk_create(steps)


@transaction.atomic
def try_again(request: JobRequest, *, by: User, now: datetime) -> None:
    """Send the refused step once more, as it is. Raises NothingToDecide."""
    held = needing_somebody(request)
    held.steps.filter(state=State.FAILED).update(state=State.READY, error="", attempt=0)
    go_on(held, now=now)
    record("job.tried_again", held.pack, sentence="Job tried again", by=by)


@transaction.atomic
def send_again(request: JobRequest, *, by: User, now: datetime) -> None:
    """Somebody has looked: what is in doubt is not in XPM, so send it again. Raises NothingToDecide."""
    held = needing_somebody(request)
    step = _in_doubt(held)
    steps = held.steps.filter(state=State.IN_DOUBT)
    if step.kind != Kind.ADD_JOB:  # without the job there is no line; of several lines it is about the first
        steps = steps.filter(pk=step.pk)
    steps.update(state=State.READY, attempt=0, negatives=0)
    go_on(held, now=now)
    record("job.sent_again", held.pack, sentence="Job sent again: it was not in XPM", by=by)


@transaction.atomic
def adopt_job(request: JobRequest, *, number: str, by: User, now: datetime) -> None:
    """Somebody has looked: the job is in XPM, with this number. Raises NothingToDecide."""
    if not number:
        raise NothingToDecide("Type the job’s number as XPM shows it, such as J000123.")
    held = needing_somebody(request)
    adopted = held.steps.filter(kind=Kind.ADD_JOB, state__in=(State.IN_DOUBT, State.FAILED)).update(
        state=State.DONE, done_at=now, result={"number": number}, error=""
    )
    if not adopted:
        raise NothingToDecide("The job’s number is known already.")
    held.job_number, held.has_no_job = number, False
    held.save(update_fields=["job_number", "has_no_job"])
    go_on(held, now=now)
    record("job.adopted", held.pack, sentence=f"Job {number} was found in XPM", by=by, number=number)


@transaction.atomic
def adopt_line(request: JobRequest, *, by: User, now: datetime) -> None:
    """Somebody has looked: the cost line, or the document, is on the job. Raises NothingToDecide."""
    held = needing_somebody(request)
    step = _in_doubt(held)
    what = "Document" if step.kind == Kind.ATTACH else "Cost line"
    if step.kind not in {Kind.ADD_COST, Kind.ATTACH}:
        raise NothingToDecide("Neither a cost line nor a document is in doubt.")
    held.steps.filter(pk=step.pk).update(state=State.DONE, done_at=now)
    go_on(held, now=now)
    record("job.line_adopted", held.pack, sentence=f"{what} was found in XPM", by=by)


@transaction.atomic
def settle_lines(request: JobRequest, *, keep: bool, by: User, now: datetime) -> None:
    """Keep the template's lines that nobody had reviewed, or take them out. Raises NothingToDecide."""
    held = needing_somebody(request)
    read = held.steps.filter(kind=Kind.READ_COSTS).exclude(result={}).first()
    if read is None or not read.result.get("unreviewed"):
        raise NothingToDecide("No line of the template waits to be reviewed.")
    unreviewed = read.result.pop("unreviewed")
    read.save(update_fields=["result"])
    if not keep:
        JobStep.objects.bulk_create(
            JobStep(
                firm_id=held.firm_id,
                request=held,
                number=FIRST_UNREVIEWED + position,
                kind=Kind.UPDATE_COST,
                body=taken_out(line),
            )
            for position, line in enumerate(unreviewed)
        )
    go_on(held, now=now)
    sentence = "Template’s lines kept" if keep else "Template’s lines taken out"
    record("job.lines_settled", held.pack, sentence=sentence, by=by, keep=keep)


@transaction.atomic
def cancel_job(request: JobRequest, *, by: User, now: datetime) -> None:
    """Do not create this job. The documents are not affected. Raises CannotCancel once XPM may have it."""
    held = JobRequest.objects.select_for_update().get(pk=request.pk)
    if not held.has_no_job or held.is_finished:
        raise CannotCancel("XPM has this job, or may have it. Delete it there if it is not wanted.")
    held.status, held.finished_at, held.reason, held.reason_code = Status.CANCELLED, now, "", ""
    held.epoch += 1  # a driver that is just about to send finds that it may not
    held.lease_until = None
    held.save()
    record("job.cancelled", held.pack, sentence="Job not created", by=by)


@transaction.atomic
def resume(request: JobRequest, *, now: datetime) -> None:
    """Let a request go on whose connection has come back. One that moves already is left alone."""
    held = JobRequest.objects.select_for_update().get(pk=request.pk)
    if held.status == Status.PAUSED_CONNECTION:
        go_on(held, now=now)


def needing_somebody(request: JobRequest) -> JobRequest:
    held = JobRequest.objects.select_for_update().get(pk=request.pk)
    if held.status != Status.NEEDS_YOU:
        raise NothingToDecide("This job goes on by itself now.")
    return held


def _in_doubt(held: JobRequest) -> JobStep:
    """Return the step that somebody is asked about: the first in doubt. Raises NothingToDecide."""
    step = held.steps.filter(state=State.IN_DOUBT).order_by("number").first()
    if step is None:
        raise NothingToDecide("Nothing of this job is in doubt now.")
    return step


def go_on(held: JobRequest, *, now: datetime) -> None:
    """Let the driver go on at once."""
    is_there = bool(held.job_number)
    held.status = Status.FILLING if is_there else Status.WAITING
    held.reason, held.reason_code, held.failures, held.next_at = "", "", 0, now
    held.paused_at = None
    held.lease_until = None
    held.epoch += 1
    held.save()
    wake(held)
