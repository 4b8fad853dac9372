"""What the page says of a job that stands still: why, since or until when, and what is certain about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from minutebook.design.templatetags.words import clock, clock_seconds, day_month
from minutebook.jobs.models import JobRequest, JobStep
from minutebook.jobs.reasons import BY_CONNECTING, BY_ITSELF, Reason, assurance_of, sentence_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """Why a job stands still. The page chooses its buttons by the code."""

    code: str
    sentence: str
    assurance: str

    @property
    def goes_on_by_itself(self) -> bool:
        return self.code in BY_ITSELF

    @property
    def needs_connecting(self) -> bool:
        return self.code in BY_CONNECTING


def stop_of(request: JobRequest, steps: Sequence[JobStep], *, now: datetime) -> Stop | None:
    """Return why a request stands still, or None while it moves."""
    code = request.reason_code
    if not code or (code == Reason.MINUTE_LIMIT and request.next_at <= now):
        return None
    return Stop(
        code=code,
        sentence=sentence_of(code, request.reason, _facts(request, steps, now=now)),
        assurance=assurance_of(code, job_number=request.job_number, may_have_job=not request.has_no_job),
    )


def _facts(request: JobRequest, steps: Sequence[JobStep], *, now: datetime) -> dict[str, str]:
    job = request.job
    facts = {"client": f" {job['client_name']}"}
    if job["template_name"]:
        facts["template"] = f" “{job['template_name']}”"
    if job["staff_name"]:
        facts["staff"] = f" {job['staff_name']}"
    stuck = {JobStep.State.FAILED, JobStep.State.IN_DOUBT}
    about = next((step for step in steps if step.state in stuck), None)
    words = about and about.body.get("description", about.body.get("title", ""))
    if words:
        facts["line"] = f" “{words}”"
    if request.paused_at is not None:
        facts["since"] = f" since {moment(request.paused_at, now=now)}"
        facts["at"] = f" at {moment(request.paused_at, now=now)}"
    again = (
        clock_seconds(request.next_at)
        if request.reason_code == Reason.MINUTE_LIMIT
        else moment(request.next_at, now=now)
    )
    facts["again"] = f" at {again}"
    return facts


def moment(moment: datetime, *, now: datetime) -> str:
    """Return the time, with its day when that is another."""
    there = timezone.localtime(moment)
    if there.date() == timezone.localtime(now).date():
        return clock(there)
    return f"{clock(there)} on {day_month(there.date())}"
