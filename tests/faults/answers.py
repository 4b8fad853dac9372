"""Rows whose fault is in the practice manager's answers: lost, wrong, late, refused, throttled, or none at all."""

import time
from collections import Counter
from datetime import datetime, timedelta

from django.utils import timezone

from minutebook.jobs.audit import audit_practice
from minutebook.jobs.models import JobRequest, JobStep
from minutebook.jobs.reasons import Reason
from minutebook.jobs.timing import TIMING
from minutebook.practice import governor
from minutebook.practice.models import Connection
from minutebook.practice.provider import Throttled
from minutebook.scope import firm_scope
from tests.faults.kit import Kit
from tests.faults.outcome import Outcome
from tests.faults.truth import judge

API = "/practicemanager/*"
Kind, State, Status = JobStep.Kind, JobStep.State, JobRequest.Status


def lost_answers(kit: Kit) -> Outcome:
    """Row 1: 5 % of answers are lost after the work, 5 % of calls answer 500 before it."""
    count = kit.of(short=6, long=100)
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
    count = kit.of(short=6, long=100)
    outcome = Outcome(row=2, fault="5 % 500 after the work, 2 % truncated", size=f"{count} jobs")
    kit.calm()
    dice = kit.dice(2)
    kit.practice.fail("status", when="after", path=API, chance=0.05, times=None, seed=dice.randrange(10**6))
    kit.practice.fail("truncate", path=API, chance=0.02, times=None, seed=dice.randrange(10**6))
    return _run(kit, outcome, "row 2", count)


def late_work(kit: Kit) -> Outcome:
    """Row 7: answers are lost and the work shows later, within the settle time."""
    count = kit.of(short=4, long=60)
    late = TIMING.settle.total_seconds() * 0.6
    outcome = Outcome(
        row=7, fault=f"answer lost, work shows {late * kit.scale:.0f} s later (scaled)", size=f"{count} jobs"
    )
    kit.calm()
    seed = kit.dice(7).randrange(10**6)
    for path in ("job.api/add", "job.api/cost"):
        kit.practice.fail("late", method="POST", path=path, chance=0.2, times=None, seconds=late, seed=seed)
    _run(kit, outcome, "row 7", count)
    if not kit.short:
        _later_than_settled(kit, outcome, 8)
    return outcome


def _later_than_settled(kit: Kit, outcome: Outcome, count: int) -> None:
    """Work that shows later than anybody can wait for makes a second job: the audit must name every one."""
    after = 2 * (TIMING.settle + TIMING.between_looks).total_seconds()
    kit.practice.fail("late", method="POST", path="job.api/add", times=count, seconds=after)
    kit.office.ask("row 7 too late", count)
    kit.wait("row 7 too late", seconds=kit.patience(count))
    kit.practice.heal()
    time.sleep(after)
    with firm_scope(kit.office.firm.pk):
        _audit()
        requests = kit.office.requests("row 7 too late")
        truth = judge(requests, kit.practice.file)
        reported = sum(bool(request.surplus) for request in requests)
    outcome.demand(
        len(truth.duplicated) == count, f"{len(truth.duplicated)} second jobs, not {count}, were provoked"
    )
    outcome.demand(reported == count, f"the audit named {reported} of {count}")
    outcome.size += f"; {count} too late, all named by the audit"


def _audit() -> None:
    """Audit as every night, which comes back when its lane has no call left."""
    while True:
        try:
            audit_practice(Connection.objects.get(), now=timezone.now())
        except Throttled as told:
            time.sleep(told.retry_after)
        else:
            return


def outage(kit: Kit) -> Outcome:
    """Row 8: the practice manager answers 503 to everything, for a while."""
    count, minutes = kit.of(short=6, long=60), kit.of(short=1, long=10)
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
    each = kit.of(short=1, long=6)
    outcome = Outcome(
        row=16, fault="refused at every step; POST lost four times", size=f"{4 * each} poisoned, 6 others"
    )
    kit.calm(workers=1)
    for path in paths:  # one worker takes the jobs in order, so each meets the next refusal
        kit.practice.fail("status", status=400, path=path, times=each)
    kit.office.ask("row 16 refused", each * len(paths))
    kit.wait("row 16 refused", seconds=kit.patience(each * len(paths)))
    found = Counter(request.reason_code for request in kit.office.requests("row 16 refused"))
    told = ", ".join(f"{count} {reason}" for reason, count in found.items())
    outcome.demand(found == Counter(dict.fromkeys(paths.values(), each)), f"parked because of {told}")
    if not kit.short:
        _lose_every_post(kit, outcome)
    kit.office.ask("row 16", 6)
    kit.wait("row 16", seconds=kit.patience(6))
    kit.settle(outcome, "row 16")
    return outcome


def _lose_every_post(kit: Kit, outcome: Outcome) -> None:
    kit.practice.fail("drop", when="before", path="job.api/add", times=TIMING.most_sends)
    kit.office.ask("row 16 lost", 1)
    kit.wait("row 16 lost", seconds=kit.patience(1) + TIMING.most_sends * _repeats_after())
    lost = kit.office.requests("row 16 lost")[0]
    is_parked = (lost.status, lost.reason_code) == (Status.NEEDS_YOU, Reason.JOB_IN_DOUBT)
    outcome.demand(is_parked, f"lost four times: {lost.status} {lost.reason_code}")
    outcome.size = outcome.size.replace("poisoned", "poisoned and one lost")


def _repeats_after() -> float:
    """Seconds from one POST whose answer was lost to the next: settle, then a second look."""
    return (TIMING.settle + TIMING.between_looks).total_seconds() + 2


def _run(kit: Kit, outcome: Outcome, batch: str, count: int) -> Outcome:
    kit.office.ask(batch, count)
    kit.wait(batch, seconds=kit.patience(count))
    kit.practice.heal()
    kit.settle(outcome, batch)
    return outcome
