"""Rows whose fault is in the practice manager's answers: lost, wrong, late, refused, throttled, or none at all."""

import time
from collections import defaultdict
from datetime import datetime, timedelta

from django.utils import timezone

from minutebook.jobs.models import JobRequest, JobStep
from minutebook.jobs.reasons import Reason
from minutebook.jobs.timing import TIMING
from minutebook.practice import governor
from minutebook.scope import firm_scope
from tests.faults.kit import Kit
from tests.faults.outcome import Outcome

API = "/practicemanager/*"
Kind, State, Status = JobStep.Kind, JobStep.State, JobRequest.Status


def lost_answers(kit: Kit) -> Outcome:
    """Row 1: 5 % of answers are lost after the work, 5 % of calls answer 500 before it."""
    count = kit.of(short=12, long=300)
    outcome = Outcome(row=1, fault="5 % answers lost, 5 % 500 before the work", size=f"{count} jobs")
    kit.calm()
    dice = kit.dice(1)
    kit.practice.fail("drop", when="after", path=API, chance=0.05, times=None, seed=dice.randrange(10**6))
    kit.practice.fail("status", when="before", path=API, chance=0.05, times=None, seed=dice.randrange(10**6))
    _run(kit, outcome, "row 1", count)
    over = outcome.calls / max(1, outcome.fewest_calls)
    outcome.demand(kit.short or over <= MOST_CALLS, f"{over:.2f} of the fewest calls, not {MOST_CALLS}")
    return outcome


# A 500 before the work costs the call and three look-ups that find nothing; a lost answer one that finds it.
MOST_CALLS = 1.25


def work_done_and_denied(kit: Kit) -> Outcome:
    """Row 2: 5 % of calls answer 500 after the work, 2 % of answers break off half-way."""
    count = kit.of(short=12, long=300)
    outcome = Outcome(row=2, fault="5 % 500 after the work, 2 % truncated", size=f"{count} jobs")
    kit.calm()
    dice = kit.dice(2)
    kit.practice.fail("status", when="after", path=API, chance=0.05, times=None, seed=dice.randrange(10**6))
    kit.practice.fail("truncate", path=API, chance=0.02, times=None, seed=dice.randrange(10**6))
    return _run(kit, outcome, "row 2", count)


def late_work(kit: Kit) -> Outcome:
    """Row 7: answers are lost and the work shows later, within the settle time."""
    count = kit.of(short=8, long=120)
    late = TIMING.settle.total_seconds() * 0.6
    outcome = Outcome(
        row=7, fault=f"answer lost, work shows {late * kit.scale:.0f} s later (scaled)", size=f"{count} jobs"
    )
    kit.calm()
    seed = kit.dice(7).randrange(10**6)
    for path in ("job.api/add", "job.api/cost"):
        kit.practice.fail("late", method="POST", path=path, chance=0.2, times=None, seconds=late, seed=seed)
    return _run(kit, outcome, "row 7", count)


def outage(kit: Kit) -> Outcome:
    """Row 8: the practice manager answers 503 to everything, for a while."""
    count, minutes = kit.of(short=8, long=60), kit.of(short=1, long=20)
    seconds = minutes * 60 / kit.scale
    outcome = Outcome(row=8, fault=f"outage of {minutes} min (scaled)", size=f"{count} jobs")
    kit.calm()
    kit.practice.fail("unavailable", path=API, times=None)
    kit.practice.forget_calls()
    kit.office.ask("row 8", count)
    opened_by = timezone.now() + timedelta(seconds=seconds / 2)
    time.sleep(seconds)
    with firm_scope(kit.office.firm.pk):
        of_batch = JobStep.objects.filter(request__pack__title="row 8", kind=Kind.ADD_JOB)
        in_doubt = of_batch.filter(attempt__gt=0).count()
        late_posts = of_batch.filter(sent_at__gt=opened_by).count()
    probes = len(kit.practice.calls())
    kit.practice.heal()
    healed = time.monotonic()
    kit.wait("row 8", seconds=kit.patience(count))
    outcome.recovery = [time.monotonic() - healed]
    kit.settle(outcome, "row 8")
    allowed = governor.SILENT_AFTER + 2 + round(minutes * 60 / 30)
    outcome.demand(late_posts == 0, f"{late_posts} jobs sent in the outage’s second half")
    most = governor.SILENT_AFTER + len(kit.workers.running)  # those, and what was under way just then
    outcome.demand(in_doubt <= most, f"{in_doubt} in doubt because of the outage, not {most} at most")
    outcome.demand(probes <= allowed, f"{probes} calls in the outage, not {allowed}")
    return outcome


def told_to_wait(kit: Kit) -> Outcome:
    """Row 10: 429 with Retry-After for each kind of limit; nothing may arrive before it."""
    count = kit.of(short=3, long=24)
    outcome = Outcome(row=10, fault="429 with Retry-After: minute, concurrent, day", size=f"{count} times")
    kit.calm(workers=1)  # one call after the other: none is under way when another is told to wait
    kit.practice.forget_calls()
    problems = ("minute", "concurrent", "day")
    for number in range(count):
        kit.practice.fail(
            "throttle", path=API, problem=problems[number % 3], retry_after=1 + number % 2, skip=4, times=1
        )
    kit.office.ask("row 10", count + 2)
    kit.wait("row 10", seconds=kit.patience(count) + 3 * count)
    calls = kit.practice.calls()
    kit.settle(outcome, "row 10")
    told = [call for call in calls if call["status"] == 429 and call["fault"]]
    outcome.throttled -= len(told)  # those were ordered; what is left would be ours
    early = sum(_arrived_early(call, calls) for call in told)
    outcome.demand(len(told) >= count, f"only {len(told)} of {count} were met")
    outcome.demand(early == 0, f"{early} calls came before Retry-After was over")
    return outcome


def _arrived_early(told: dict[str, object], calls: list[dict[str, object]]) -> int:
    """Count calls that began in the second after one was told to wait, which is the least it was told."""
    said_at = datetime.fromisoformat(str(told["at"]))
    return sum(
        said_at
        < datetime.fromisoformat(str(call["at"])) - timedelta(milliseconds=_ms(call))
        < said_at + LEAST
        and call["tenant"] == told["tenant"]
        for call in calls
    )


LEAST = timedelta(seconds=0.98)


def _ms(call: dict[str, object]) -> float:
    return float(str(call["milliseconds"]))


def refusals(kit: Kit) -> Outcome:
    """Row 16: each kind of step is refused once; and one job whose every POST is lost before the work."""
    paths = {
        "job.api/add": Reason.REFUSED_JOB,
        "job.api/cost": Reason.REFUSED_LINE,
        "job.api/assign": Reason.REFUSED_STAFF,
        "job.api/state": Reason.REFUSED_STATE,
    }
    outcome = Outcome(
        row=16, fault="refused at every step; POST lost four times", size="5 poisoned, 6 others"
    )
    kit.calm(workers=1)
    wrong: dict[str, str] = defaultdict(str)
    for path, reason in paths.items():
        kit.practice.heal()
        kit.practice.fail("status", status=400, path=path, times=1)
        kit.office.ask(f"row 16 {path}", 1)
        kit.wait(f"row 16 {path}", seconds=kit.patience(1))
        request = kit.office.requests(f"row 16 {path}")[0]
        if (request.status, request.reason_code) != (Status.NEEDS_YOU, reason):
            wrong[path] = f"{path}: {request.status} {request.reason_code}"
    kit.practice.heal()
    kit.practice.fail("drop", when="before", path="job.api/add", times=TIMING.most_sends)
    kit.office.ask("row 16 lost", 1)
    kit.wait("row 16 lost", seconds=8 + 4 * _repeats_after())
    lost = kit.office.requests("row 16 lost")[0]
    if (lost.status, lost.reason_code) != (Status.NEEDS_YOU, Reason.JOB_IN_DOUBT):
        wrong["lost"] = f"lost four times: {lost.status} {lost.reason_code}"
    kit.office.ask("row 16", 6)
    kit.wait("row 16", seconds=kit.patience(6))
    kit.settle(outcome, "row 16")
    outcome.missed += wrong.values()
    return outcome


def _repeats_after() -> float:
    """Seconds from one POST whose answer was lost to the next: settle, then a second look."""
    return (TIMING.settle + TIMING.between_looks).total_seconds() + 2


def _run(kit: Kit, outcome: Outcome, batch: str, count: int) -> Outcome:
    kit.office.ask(batch, count)
    kit.wait(batch, seconds=kit.patience(count))
    kit.practice.heal()
    kit.settle(outcome, batch)
    return outcome
