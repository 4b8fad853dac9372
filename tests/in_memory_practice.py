"""A practice manager in memory: a second provider behind the port, with faults on demand.

It keeps what it was asked to do as a real one would: an answer can be lost after the work was done, work can
become visible late, and a driver can be killed at any moment.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from minutebook.practice.provider import (
    Capability,
    ConnectionLost,
    InDoubt,
    Lane,
    NotSent,
    Refused,
    Throttled,
)
from minutebook.practice.records import (
    CallReport,
    Client,
    ClientEdit,
    ClientId,
    ClientPage,
    ClientRelationship,
    CostId,
    JobCost,
    JobReceipt,
    JobSeen,
    NewCost,
    NewJob,
    NewRelationship,
    PriceItem,
    Staff,
    StaffId,
    Template,
    TemplateId,
)


class Killed(BaseException):
    """The driver's process was killed. Nothing of it runs any further."""


class Fault(StrEnum):
    """What goes wrong with one call."""

    NOT_SENT = "not sent"
    THROTTLED = "throttled"
    CONNECTION_LOST = "connection lost"
    REFUSED = "refused"
    DROPPED = "dropped before the work"  # in doubt, and it did not happen
    ANSWER_LOST = "answer lost after the work"  # in doubt, and it happened
    LATE = "in doubt, and visible only later"
    KILLED_BEFORE = "killed before the work"
    KILLED_AFTER = "killed after the work"


@dataclass
class RemoteJob:
    """A job as the practice manager keeps it."""

    number: str
    job: NewJob
    visible_from: datetime
    costs: dict[str, JobCost] = field(default_factory=dict)
    costs_visible_from: dict[str, datetime] = field(default_factory=dict)
    staff: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    state: str = "PLANNED"


@dataclass
class Office:
    """The practice manager's own memory: it outlives any connection to it. `plan` are the faults to come."""

    clock: Callable[[], datetime]
    template_costs: dict[str, list[NewCost]] = field(default_factory=dict)
    jobs: list[RemoteJob] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    plan: dict[tuple[str, int], Fault] = field(default_factory=dict)  # (method, n-th call) to its fault
    every: Fault | None = None  # an outage: what happens to every call
    lag: timedelta = timedelta(0)  # until late work shows
    known_states: tuple[str, ...] = ("INPROGRESS", "COMPLETE")
    takes: float = 0.1  # seconds a call takes, by its report

    def fault_of(self, method: str) -> Fault | None:
        self.calls[method] += 1
        return self.plan.pop((method, self.calls[method]), None) or self.every

    def of_marker(self, marker: str) -> list[RemoteJob]:
        return [job for job in self.jobs if job.job.reference == marker]

    @property
    def total_calls(self) -> int:
        return sum(self.calls.values())


class InMemoryPractice:
    """One connection to an office. Implements the port whole."""

    name = "Practice in memory"
    offers = frozenset(Capability)

    def __init__(
        self, office: Office, *, tenant_id: str, on_call: Callable[[CallReport], None] | None = None
    ) -> None:
        self.office, self.tenant_id, self._on_call = office, tenant_id, on_call
        self.permits = 0

    @contextmanager
    def permit(self, lane: Lane) -> Iterator[None]:
        self.permits += 1
        yield

    def renew(self) -> None:
        pass

    def templates(self) -> Sequence[Template]:
        return [Template(id=TemplateId(name), name=name) for name in self.office.template_costs]

    def staff(self) -> Sequence[Staff]:
        return []

    def prices(self) -> Sequence[PriceItem]:
        return []

    def clients(self, *, changed_since: datetime | None = None) -> Iterator[Client]:
        return iter(())

    def client_page(self, *, token: str | None = None) -> ClientPage:  # the port's
        return ClientPage(clients=(), next_token=None)

    def get_client(self, client: ClientId) -> Client:
        raise NotImplementedError

    def add_client(self, client: ClientEdit) -> Client:
        raise NotImplementedError

    def update_client(self, client: ClientId, to: ClientEdit) -> Client:
        raise NotImplementedError

    def add_relationship(self, new: NewRelationship) -> ClientRelationship:
        raise NotImplementedError

    def update_relationship(self, relationship: str, *, shares: int) -> None:
        raise NotImplementedError

    def delete_relationship(self, relationship: str) -> None:
        raise NotImplementedError

    def find_job(self, *, client: ClientId, reference: str) -> JobReceipt | None:
        def look() -> JobReceipt | None:
            now = self.office.clock()
            seen = [
                job
                for job in self.office.of_marker(reference)
                if job.job.client == client and job.visible_from <= now
            ]
            return _receipt(seen[0]) if seen else None

        return self._call("find_job", "GET", look)

    def jobs_created(self, *, first: date, last: date) -> Sequence[JobSeen]:
        def look() -> Sequence[JobSeen]:
            return [
                JobSeen(number=made.number, name=made.job.name, reference=made.job.reference)
                for made in self.office.jobs
                if made.visible_from <= self.office.clock()
            ]

        return self._call("jobs_created", "GET", look)

    def add_job(self, job: NewJob) -> JobReceipt:
        def work(late: timedelta = timedelta(0)) -> JobReceipt:
            number = f"J{len(self.office.jobs) + 1:06}"
            made = RemoteJob(number=number, job=job, visible_from=self.office.clock() + late)
            for cost in self.office.template_costs.get(job.template or "", []):
                self._keep_cost(made, cost, late=timedelta(0))
            self.office.jobs.append(made)
            return _receipt(made)

        return self._call("add_job", "POST", work, late=lambda: work(self.office.lag))

    def job_url(self, *, job: str) -> str:
        return self._call("job_url", "GET", lambda: _receipt(self._job(job)).url)

    def assign_staff(self, *, job: str, staff: StaffId) -> None:
        def work() -> None:
            held = self._job(job).staff
            if staff not in held:
                held.append(staff)

        self._call("assign_staff", "PUT", work)

    def costs(self, *, job: str) -> Sequence[JobCost]:
        def look() -> Sequence[JobCost]:
            held, now = self._job(job), self.office.clock()
            return [cost for key, cost in held.costs.items() if held.costs_visible_from[key] <= now]

        return self._call("costs", "GET", look)

    def add_cost(self, *, job: str, cost: NewCost) -> CostId:
        def work(late: timedelta = timedelta(0)) -> CostId:
            return self._keep_cost(self._job(job), cost, late=late)

        return self._call("add_cost", "POST", work, late=lambda: work(self.office.lag))

    def update_cost(self, *, cost: CostId, to: NewCost) -> None:
        def work() -> None:
            held = next(job for job in self.office.jobs if cost in job.costs)
            held.costs[cost] = _as_held(cost, to)

        self._call("update_cost", "PUT", work)

    def set_state(self, *, job: str, code: str) -> None:
        def work() -> None:
            if code not in self.office.known_states:
                raise Refused("Invalid state code")
            self._job(job).state = code

        self._call("set_state", "PUT", work)

    def attach_document(self, *, job: str, title: str, file_name: str, content: bytes) -> None:
        def work() -> None:
            self._job(job).documents.append(file_name)

        self._call("attach_document", "POST", work)

    def documents(self, *, job: str) -> Sequence[str]:
        return self._call("documents", "GET", lambda: list(self._job(job).documents))

    def _job(self, number: str) -> RemoteJob:
        found = next((job for job in self.office.jobs if job.number == number), None)
        if found is None:
            raise Refused(f"There is no job {number}.")
        return found

    def _keep_cost(self, job: RemoteJob, cost: NewCost, *, late: timedelta) -> CostId:
        key = CostId(f"{job.number}-{len(job.costs) + 1}")
        job.costs[key] = _as_held(key, cost)
        job.costs_visible_from[key] = self.office.clock() + late
        return key

    def _call[T](
        self, method: str, verb: str, work: Callable[[], T], *, late: Callable[[], T] | None = None
    ) -> T:
        fault = self.office.fault_of(method)
        outcome = "done"
        try:
            return self._with(fault, work, late or work)
        except (NotSent, ConnectionLost, Refused, InDoubt) as problem:
            outcome = _OUTCOMES[type(problem)]
            raise
        except Killed:
            outcome = ""
            raise
        finally:
            if self._on_call and outcome:
                self._on_call(
                    CallReport(
                        method=verb,
                        path=method,
                        status=200 if outcome == "done" else None,
                        seconds=self.office.takes,
                        outcome=outcome,
                        called_at=self.office.clock(),
                    )
                )

    def _with[T](self, fault: Fault | None, work: Callable[[], T], late: Callable[[], T]) -> T:
        if fault is None:
            return work()
        if fault in {Fault.ANSWER_LOST, Fault.KILLED_AFTER}:
            work()
        if fault == Fault.LATE:
            late()
        raise _error_of(fault)


def _error_of(fault: Fault) -> BaseException:
    match fault:
        case Fault.NOT_SENT:
            return NotSent("XPM could not be reached.")
        case Fault.THROTTLED:
            return Throttled("XPM asks us to wait.", retry_after=7.0)
        case Fault.CONNECTION_LOST:
            return ConnectionLost("Xero no longer accepts this firm’s authorisation.")
        case Fault.REFUSED:
            return Refused("Invalid job template identifier")
        case Fault.KILLED_BEFORE | Fault.KILLED_AFTER:
            return Killed()
    return InDoubt("The answer was lost.")


_OUTCOMES = {
    NotSent: "not_sent",
    Throttled: "throttled",
    ConnectionLost: "grant_lost",
    Refused: "refused",
    InDoubt: "in_doubt",
}


def _receipt(job: RemoteJob) -> JobReceipt:
    return JobReceipt(number=job.number, id=f"id-{job.number}", url=f"https://xpm.example/{job.number}")


def _as_held(key: CostId, cost: NewCost) -> JobCost:
    return JobCost(
        id=key,
        date=cost.date,
        description=cost.description,
        billable=cost.billable,
        quantity=cost.quantity,
        unit_cost=cost.unit_cost,
        unit_price=cost.unit_price,
        marker=cost.marker,
    )


def is_neutral(cost: JobCost) -> bool:
    """Tell whether a line counts for nothing."""
    return cost.quantity == Decimal(0) and not cost.billable
