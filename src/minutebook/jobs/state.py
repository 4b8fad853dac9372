"""How far a job has come, as the page shows it. Computed from the ledger's rows; nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from minutebook.design.templatetags.words import clock_seconds
from minutebook.jobs.models import JobCall, JobRequest, JobStep
from minutebook.jobs.reasons import Reason

Status, Kind, State = JobRequest.Status, JobStep.Kind, JobStep.State


class Look(StrEnum):
    """The glyph and colour of a station."""

    WAITING = "waiting"
    CREATING = "creating"
    CHECKING = "checking"
    DONE = "done"
    NEEDS_YOU = "needs-you"
    PAUSED = "paused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Station:
    """One of the five stations of a job: its name, when it was reached, and one fact."""

    words: str
    state: Look
    reached_at: datetime | None = None
    fact: str = ""
    is_current: bool = False

    @property
    def at(self) -> str:
        """Return the time to the second in the present time zone, or nothing."""
        return clock_seconds(self.reached_at) if self.reached_at else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """Where a job is: a headline, its look, and the five stations."""

    headline: str
    look: Look
    stations: tuple[Station, ...]
    is_there: bool  # the job is in XPM with everything that was confirmed


def progress_of(request: JobRequest, steps: Sequence[JobStep], calls: Sequence[JobCall]) -> Progress:
    """Return how far a request has come, from its steps (by number) and its calls (oldest first)."""
    add = next(step for step in steps if step.kind == Kind.ADD_JOB)
    lines = [step for step in steps if step.kind in {Kind.ADD_COST, Kind.UPDATE_COST}]
    asks = [call for call in calls if call.step_id == add.pk and call.method == "POST"]
    looks = [call for call in calls if call.step_id == add.pk and call.method == "GET"]
    here = _station_reached(request, add)
    stations = (
        Station(words="Waiting", state=Look.DONE, reached_at=request.asked_at),
        _creating(add, asks),
        _checking(add, looks),
        _filling(add, steps, lines),
        Station(
            words="Created", state=Look.WAITING, reached_at=request.finished_at, fact=_last_fact(request)
        ),
    )
    return Progress(
        headline=_headline(request, lines),
        look=_look_of(request),
        is_there=request.status == Status.CREATED or _only_lines_to_review(request),
        stations=tuple(_placed(station, index, here, request) for index, station in enumerate(stations)),
    )


def _station_reached(request: JobRequest, add: JobStep) -> int:
    if request.status == Status.CREATED:
        return 5  # past the last one
    if _only_lines_to_review(request):
        return 4
    if add.state in {State.DONE, State.SKIPPED}:
        return 3
    if add.state == State.IN_DOUBT:
        return 2
    return 1 if add.state in {State.SENDING, State.FAILED} else 0


def _placed(station: Station, index: int, here: int, request: JobRequest) -> Station:
    """Return the station done, current or ahead."""
    if index < here:
        fact = "" if station.words == "Created" else station.fact
        return Station(words=station.words, state=Look.DONE, reached_at=station.reached_at, fact=fact)
    if index > here:
        fact = station.fact if station.words == "Created" else ""
        return Station(words=station.words, state=Look.WAITING, fact=fact)
    stopped = {Look.NEEDS_YOU, Look.PAUSED} & {_look_of(request)}
    moving = (Look.WAITING, Look.CREATING, Look.CHECKING, Look.CREATING, Look.DONE)[index]
    at = station.reached_at if station.words == "Waiting" else None
    look = next(iter(stopped), moving)
    return Station(words=station.words, state=look, reached_at=at, fact=station.fact, is_current=True)


def _creating(add: JobStep, asks: Sequence[JobCall]) -> Station:
    fact = ""
    if asks and asks[0].outcome == "in_doubt":
        fact = f"No clear answer in {max(1, round(asks[0].milliseconds / 1000))} s"
    at = asks[0].called_at if asks else add.sent_at
    return Station(words="Creating", state=Look.CREATING, reached_at=at, fact=fact)


def _checking(add: JobStep, looks: Sequence[JobCall]) -> Station:
    if add.state == State.IN_DOUBT:
        return Station(words="Checking", state=Look.CHECKING, fact="Nothing is repeated until we know")
    if add.state != State.DONE:
        return Station(words="Checking", state=Look.WAITING)
    fact = "XPM has it, once" if looks else "XPM answered at once"
    return Station(words="Checking", state=Look.CHECKING, reached_at=add.done_at, fact=fact)


def _filling(add: JobStep, steps: Sequence[JobStep], lines: Sequence[JobStep]) -> Station:
    if add.state not in {State.DONE, State.SKIPPED}:
        return Station(words="Filling", state=Look.WAITING)
    name = "Filling" if not lines else f"Filling {_settled(lines)} of {len(lines)}"
    nearest = next((step for step in steps if step.state not in {State.DONE, State.SKIPPED}), None)
    if nearest is None:
        plural = "line" if len(lines) == 1 else "lines"
        fact = f"{len(lines)} of {len(lines)} {plural}" if lines else "Nothing to fill"
        return Station(words="Filling", state=Look.CREATING, reached_at=add.done_at, fact=fact)
    return Station(words=name, state=Look.CREATING, reached_at=add.done_at, fact=_FACTS[Kind(nearest.kind)])


_FACTS = {
    Kind.ADD_JOB: "",
    Kind.READ_COSTS: "The template’s lines",
    Kind.ADD_COST: "Cost lines",
    Kind.UPDATE_COST: "Cost lines",
    Kind.ATTACH: "Documents",
    Kind.ASSIGN: "Staff",
    Kind.SET_STATE: "State",
}


def _settled(lines: Sequence[JobStep]) -> int:
    return sum(step.state in {State.DONE, State.SKIPPED} for step in lines)


def _headline(request: JobRequest, lines: Sequence[JobStep]) -> str:
    if request.status == Status.CREATED or _only_lines_to_review(request):
        joins = request.job.get("joins")
        return f"Costs added to job {joins}" if joins else f"Job {request.job_number} created"
    if request.status == Status.FILLING and lines:
        return f"Filling {_settled(lines)} of {len(lines)}"
    return Status(request.status).label


def _only_lines_to_review(request: JobRequest) -> bool:
    """Tell whether all that is left is a person's word on the lines that the template brought."""
    return request.status == Status.NEEDS_YOU and request.reason_code == Reason.UNREVIEWED_LINES


def _last_fact(request: JobRequest) -> str:
    return "Only the template’s lines are left" if _only_lines_to_review(request) else "Then the link"


def _look_of(request: JobRequest) -> Look:
    return _LOOKS[Status(request.status)]


_LOOKS = {
    Status.WAITING: Look.WAITING,
    Status.CREATING: Look.CREATING,
    Status.CHECKING: Look.CHECKING,
    Status.FILLING: Look.CREATING,
    Status.CREATED: Look.DONE,
    Status.NEEDS_YOU: Look.NEEDS_YOU,
    Status.PAUSED_UNREACHABLE: Look.PAUSED,
    Status.PAUSED_CONNECTION: Look.PAUSED,
    Status.CANCELLED: Look.WAITING,
}


def look_of(status: str) -> Look:
    """Return the glyph and colour of a request's status, for lists."""
    return _LOOKS[Status(status)]
