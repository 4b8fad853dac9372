"""Driving one request until its job is in the practice manager, whatever is killed, lost or refused.

Before each call its intent is committed. A call that may have had an effect is never simply repeated: the
driver waits, looks for the marker, and only believes that nothing is there once it has not been found twice,
late enough. What may be repeated (staff, state, readings) is repeated.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from minutebook.jobs import ledger
from minutebook.jobs.attaching import content_of
from minutebook.jobs.codes import code_of
from minutebook.jobs.ledger import LostLease
from minutebook.jobs.models import JobRequest, JobState, JobStep
from minutebook.jobs.opening import log_call
from minutebook.jobs.reasons import Reason, reason_of_refusal
from minutebook.jobs.steps import (
    NOT_IDEMPOTENT,
    Json,
    attached_name,
    line_of,
    marker_of_line,
    new_cost,
    new_job,
)
from minutebook.jobs.template_lines import match_template_lines
from minutebook.jobs.timing import TIMING, Timing
from minutebook.practice.models import Client, Connection, JobTemplate, StaffMember
from minutebook.practice.provider import (
    ConnectionLost,
    InDoubt,
    Lane,
    NotSent,
    PracticeManager,
    Refused,
    Throttled,
    Unreachable,
)
from minutebook.practice.reading import note_archived, note_gone
from minutebook.practice.records import CallReport, ClientId, CostId, JobReceipt, StaffId
from minutebook.practice.registry import manager_for
from minutebook.practice.states import doubt_code, prove_code

Kind, State = JobStep.Kind, JobStep.State

type Clock = Callable[[], datetime]
type OpenManager = Callable[[Connection, Callable[[CallReport], None]], PracticeManager]


def _open(connection: Connection, on_call: Callable[[CallReport], None]) -> PracticeManager:
    return manager_for(connection, on_call=on_call)


def drive(
    request_id: UUID, *, clock: Clock, open_manager: OpenManager = _open, timing: Timing = TIMING
) -> JobRequest | None:
    """Do all that can be done now, and return the request as it then is; None when it is not ours to drive.

    Call in the firm's scope and outside any transaction. A driver that dies loses its lease, and the next
    one goes on from the ledger.
    """
    request = ledger.claim(request_id, now=clock(), lease=timing.lease)
    if request is None:
        return None
    try:
        connection = Connection.objects.filter(tenant_id=request.tenant_id).first()
        if connection is None:
            ledger.pause(request, words="", reason=Reason.OTHER_PRACTICE, since=clock())
        elif connection.status == Connection.Status.DISCONNECTED:
            ledger.pause(request, words="", reason=Reason.DISCONNECTED, since=clock())
        elif connection.status != Connection.Status.CONNECTED:
            since = connection.lost_at or clock()
            ledger.pause(request, words=connection.lost_because, reason=Reason.CONNECTION_LOST, since=since)
        else:
            _Driver(request, connection, clock=clock, open_manager=open_manager, timing=timing).run()
    except LostLease:
        return None
    return request


class _Driver:
    """One driver's hold of one request. Each method returns whether there is more to do now."""

    def __init__(
        self,
        request: JobRequest,
        connection: Connection,
        *,
        clock: Clock,
        open_manager: OpenManager,
        timing: Timing,
    ) -> None:
        self.request, self.connection = request, connection
        self.clock, self.timing = clock, timing
        self.step: JobStep | None = None
        self.manager = open_manager(connection, self._log)

    def run(self) -> None:
        """Settle one step after the other, until all are or there is something to wait for."""
        while (step := ledger.next_step(self.request)) is not None:
            self.step = step
            if not self._advance(step):
                return
        if self._has_unreviewed_lines():
            ledger.ask_somebody(self.request, reason=Reason.UNREVIEWED_LINES)
        else:
            ledger.complete(self.request, now=self.clock())

    def _advance(self, step: JobStep) -> bool:
        if step.state == State.SENDING:
            return self._take_over(step)
        if step.state == State.IN_DOUBT:
            return self._look(step)
        if _completes(step) and self._has_unreviewed_lines():
            ledger.ask_somebody(self.request, reason=Reason.UNREVIEWED_LINES)
            return False
        if step.kind == Kind.SET_STATE and not self._code(step):
            ledger.ask_somebody(self.request, reason=Reason.NO_STATE_CODE)
            return False
        if self._is_unreachable and step.kind in NOT_IDEMPOTENT:
            return self._probe(step)
        return self._send(step)

    def _take_over(self, step: JobStep) -> bool:
        """Go on after a driver that died between its intent and its answer."""
        if step.kind not in NOT_IDEMPOTENT:
            ledger.put_back(self.request, step)
            return True
        ledger.doubt(self.request, step)
        return True

    def _send(self, step: JobStep) -> bool:
        try:
            with self.manager.permit(
                Lane.INTERACTIVE
            ):  # before the intent: no wait comes between it and its bytes
                ledger.begin(self.request, step, now=self.clock(), lease=self.timing.lease)
                self._check_in_time(step)
                result = self._call(step)
        except NotSent as problem:
            self._put_back(step)
            return self._wait_after(problem)
        except ConnectionLost as problem:
            self._put_back(step)
            self._pause(problem)
            return False
        except Refused as refusal:
            return self._refused(step, refusal)
        except InDoubt as problem:
            return self._in_doubt(step, problem)
        self._finish(step, result)
        return True

    def _check_in_time(self, step: JobStep) -> None:
        """A process that was frozen after its intent sends nothing: a look-up may already have been made."""
        if step.sent_at is None or self.clock() > step.sent_at + self.timing.send_window:
            raise NotSent("The moment to send has passed.")

    def _call(self, step: JobStep) -> Json:
        """Make the step's one call and return what is to be remembered of its answer."""
        request, manager, body = self.request, self.manager, step.body
        match step.kind:
            case Kind.ADD_JOB:
                receipt = manager.add_job(new_job(request.job, marker=request.marker))
                return _told(receipt)
            case Kind.READ_COSTS:
                return {"lines": [line_of(cost) for cost in manager.costs(job=request.job_number)]}
            case Kind.ADD_COST:
                marker = marker_of_line(request.marker, step.number)
                return {"cost": manager.add_cost(job=request.job_number, cost=new_cost(body, marker=marker))}
            case Kind.UPDATE_COST:
                manager.update_cost(cost=CostId(body["cost"]), to=new_cost(body, marker=body["marker"]))
            case Kind.ASSIGN:
                manager.assign_staff(job=request.job_number, staff=StaffId(body["staff"]))
            case Kind.ATTACH:
                content, name = content_of(step), attached_name(request.marker, step)
                manager.attach_document(
                    job=request.job_number, title=body["title"], file_name=name, content=content
                )
            case Kind.SET_STATE:
                manager.set_state(job=request.job_number, code=self._code(step))
        return {}

    def _finish(self, step: JobStep, result: Json) -> None:
        now = self.clock()
        with ledger.holding(self.request) as held:
            if step.kind == Kind.READ_COSTS:
                result["unreviewed"] = match_template_lines(held, result.pop("lines"), seen_at=now)
            ledger.finish(self.request, step, result, now=now)
        if step.kind == Kind.SET_STATE:
            prove_code(self.connection, self._code(step))

    def _pause(self, problem: ConnectionLost) -> None:
        now = self.clock()
        ledger.pause(self.request, words=str(problem), reason=Reason.CONNECTION_LOST, since=now)

    def _put_back(self, step: JobStep) -> None:
        if step.state == State.SENDING:
            ledger.put_back(self.request, step)

    def _refused(self, step: JobStep, refusal: Refused) -> bool:
        if step.kind == Kind.SET_STATE:
            doubt_code(self.connection, self._code(step))
        reason = reason_of_refusal(_REFUSALS[Kind(step.kind)], str(refusal))
        if reason == Reason.TEMPLATE_GONE and not self.request.job["template"]:
            reason = Reason.REFUSED_JOB
        self._note_gone(step, reason)
        ledger.refuse(self.request, step, str(refusal), reason=reason)
        return False

    def _note_gone(self, step: JobStep, reason: Reason) -> None:
        """Keep what XPM no longer has out of the lists, so that nobody chooses it again."""
        job = self.request.job
        match reason:
            case Reason.TEMPLATE_GONE:
                note_gone(JobTemplate.objects, self.connection, job["template"])
            case Reason.CLIENT_GONE:
                note_gone(Client.objects, self.connection, job["client"])
            case Reason.CLIENT_ARCHIVED:
                note_archived(self.connection, job["client"])
            case Reason.STAFF_GONE:
                note_gone(StaffMember.objects, self.connection, step.body["staff"])

    def _in_doubt(self, step: JobStep, problem: InDoubt) -> bool:
        if step.kind in NOT_IDEMPOTENT:
            ledger.doubt(self.request, step, next_at=self._next_look(step))
            return False
        self._put_back(step)
        return self._wait_after(problem)

    def _look(self, step: JobStep) -> bool:
        """Look for the effect of a call whose answer was lost. Nothing is repeated before that."""
        asked_at = self.clock()
        try:
            found = self._find(step)
        except ConnectionLost as problem:
            self._pause(problem)
            return False
        except Refused as refusal:
            ledger.ask_somebody(self.request, reason=_doubts(step), words=str(refusal))
            return False
        except (NotSent, InDoubt) as problem:
            return self._wait_after(problem)
        if found is not None:
            self._finish(step, found)
            return True
        return self._not_found(step, asked_at=asked_at)

    def _not_found(self, step: JobStep, *, asked_at: datetime) -> bool:
        assert step.sent_at is not None  # noqa: S101  # it was sent, or it would not be in doubt
        settle = self.timing.settle_large if step.kind == Kind.ATTACH else self.timing.settle
        if asked_at - step.sent_at >= settle:
            negatives = ledger.count_negative(self.request, step)
            if negatives >= self.timing.negatives_needed:
                return self._repeat(step)
        ledger.wait_to_look(self.request, step, next_at=self._next_look(step))
        return False

    def _repeat(self, step: JobStep) -> bool:
        """It is certainly not there: send it again, unless that has been tried too often."""
        if step.attempt >= self.timing.most_sends:
            ledger.ask_somebody(self.request, reason=_doubts(step))
            return False
        ledger.put_back(self.request, step)
        return True

    def _probe(self, step: JobStep) -> bool:
        """While XPM does not answer, ask what changes nothing: an outage leaves nothing in doubt."""
        try:
            self._find(step)
        except ConnectionLost as problem:
            self._pause(problem)
            return False
        except (NotSent, InDoubt) as problem:
            return self._wait_after(problem)
        except Refused:
            pass  # it answers
        return self._send(step)

    def _find(self, step: JobStep) -> Json | None:
        """Return what the step's answer would have been, if its effect is there."""
        request = self.request
        with self.manager.permit(Lane.REPAIR):
            if step.kind == Kind.ADD_JOB:
                return self._find_job()
            if step.kind == Kind.ATTACH:
                names = self.manager.documents(job=request.job_number)
                return {} if attached_name(request.marker, step) in names else None
            marker = marker_of_line(request.marker, step.number)
            costs = self.manager.costs(job=request.job_number)
        return next(({"cost": cost.id} for cost in costs if cost.marker == marker), None)

    def _find_job(self) -> Json | None:
        request = self.request
        try:
            receipt = self.manager.find_job(client=ClientId(request.job["client"]), reference=request.marker)
        except Refused:
            if request.doubted_at is None:
                raise
            receipt = None
        if receipt is None and request.doubted_at is not None:
            return self._find_of_any_client()
        return _told(receipt) if receipt else None

    def _find_of_any_client(self) -> Json | None:
        """After a restore the plan may be an old one: the job may have been made for another client since."""
        request = self.request
        today = self.clock().date()
        seen = self.manager.jobs_created(
            first=max(request.pack.made_at.date(), today - _A_YEAR), last=today + _A_DAY
        )
        number = next((job.number for job in seen if job.reference == request.marker), "")
        return {"number": number, "id": "", "url": ""} if number else None

    def _wait_after(self, problem: NotSent | InDoubt) -> bool:
        """Let go for a while: as long as we were told, or longer with each failure in a row."""
        if isinstance(problem, Unreachable):
            again_at = self.clock() + timedelta(seconds=problem.retry_after)
            since = problem.since or self.clock()
            ledger.wait_for_an_answer(self.request, next_at=again_at, since=since)
            return False
        if isinstance(problem, Throttled):
            ledger.wait(
                self.request,
                next_at=self.clock() + timedelta(seconds=problem.retry_after),
                reason=_LIMITS.get(problem.because),
            )
            return False
        failures = self.request.failures + 1
        ledger.wait_after_failure(
            self.request,
            now=self.clock(),
            next_at=self.clock() + self.timing.retry_in(failures),
            unreachable=failures >= self.timing.unreachable_after,
        )
        return False

    @property
    def _is_unreachable(self) -> bool:
        return self.request.failures >= self.timing.unreachable_after

    def _next_look(self, step: JobStep) -> datetime:
        assert step.sent_at is not None  # noqa: S101  # it was sent, or there is nothing to look for
        return step.sent_at + self.timing.next_look(since_sent=self.clock() - step.sent_at)

    def _has_unreviewed_lines(self) -> bool:
        """Tell whether the template added lines that nobody has seen. All that was confirmed is sent first."""
        read = self.request.steps.filter(kind=Kind.READ_COSTS).first()
        return read is not None and bool(read.result.get("unreviewed"))

    def _code(self, step: JobStep) -> str:
        return code_of(self.connection, JobState(step.body["mark_as"]))

    def _log(self, call: CallReport) -> None:
        log_call(self.request, call, step=self.step)


_A_DAY, _A_YEAR = timedelta(days=1), timedelta(days=360)  # XPM lists a year of jobs at most

_LIMITS = {"day": Reason.DAY_LIMIT, "minute": Reason.MINUTE_LIMIT}

_REFUSALS = {
    Kind.ADD_JOB: Reason.REFUSED_JOB,
    Kind.READ_COSTS: Reason.REFUSED_READING,
    Kind.ADD_COST: Reason.REFUSED_LINE,
    Kind.UPDATE_COST: Reason.REFUSED_LINE,
    Kind.ATTACH: Reason.REFUSED_DOCUMENT,
    Kind.ASSIGN: Reason.REFUSED_STAFF,
    Kind.SET_STATE: Reason.REFUSED_STATE,
}


def _told(receipt: JobReceipt) -> Json:
    return {"number": receipt.number, "id": receipt.id, "url": receipt.url}


def _completes(step: JobStep) -> bool:
    return step.kind == Kind.SET_STATE and step.body["mark_as"] == JobState.COMPLETED


def _doubts(step: JobStep) -> Reason:
    doubts = {Kind.ADD_JOB: Reason.JOB_IN_DOUBT, Kind.ATTACH: Reason.DOCUMENT_IN_DOUBT}
    return doubts.get(Kind(step.kind), Reason.LINE_IN_DOUBT)
