"""What every row of the kit stands on: one database, one practice manager, two firms, some workers."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connections

from minutebook.jobs.models import JobRequest
from minutebook.jobs.timing import TIMING
from minutebook.practice.models import CallSlot
from minutebook.scope import firm_scope
from minutebook.server.models import Heartbeat
from tests.faults.office import Office
from tests.faults.outcome import Outcome
from tests.faults.processes import PracticeProcess, Workers
from tests.faults.ready_made import Worker
from tests.faults.truth import Truth, judge

Status = JobRequest.Status
STILL = (*JobRequest.FINISHED, Status.NEEDS_YOU, Status.PAUSED_CONNECTION)
_NOTHING_MORE = 60.0  # seconds
_LOOK = 0.15  # seconds between looks at the ledger


@dataclass(kw_only=True)
class Kit:
    """The running parts, and how large the rows are."""

    database: str  # sqlite or postgresql
    short: bool
    scale: float  # how much faster than in earnest
    seed: int
    practice: PracticeProcess
    workers: Workers
    office: Office
    other: Office
    wanted: int = 0  # workers

    def of(self, *, short: int, long: int) -> int:
        """Return a row's size."""
        return short if self.short else long

    def dice(self, row: int) -> random.Random:
        return random.Random(f"{self.seed} {row}")  # noqa: S311  # chance, not a secret

    def calm(self, workers: int = 2) -> None:
        """Begin a row: nothing fails, and so many workers run."""
        self.practice.heal()
        self.workers.keep(workers)
        self.wanted = workers

    def at_work(self) -> list[Worker]:
        """Return the workers that have shown themselves."""
        names = Heartbeat.objects.values_list("worker", flat=True)
        beating = {int(name.rpartition(":")[2]) for name in names}
        return [worker for worker in self.workers.running if worker.pid in beating]

    def forget_the_dead(self) -> None:
        """Free the slots of drivers that were killed or frozen, as their expiry does in half a minute."""
        CallSlot.objects.all().delete()

    def patience(self, jobs: int) -> float:
        """Return how many seconds a batch may take before what is not there counts as lost."""
        in_doubt = (TIMING.settle + TIMING.between_looks * 6).total_seconds()
        return 40 + in_doubt + 3 * TIMING.lease.total_seconds() + jobs * 1.5

    def wait(
        self,
        batch: str,
        *,
        office: Office | None = None,
        seconds: float,
        meanwhile: Callable[[], None] | None = None,
    ) -> bool:
        """Wait until every job of a batch stands still; return whether all do.

        Gives up when so many seconds have passed and for a minute nothing more was finished: on a machine that
        others use, slow is not lost.
        """
        firm = (office or self.office).firm
        deadline, left = time.monotonic() + seconds, -1
        while time.monotonic() < deadline:
            moving = JobRequest.everywhere.filter(firm=firm, pack__title=batch).exclude(status__in=STILL)
            if (count := moving.count()) == 0:
                return True
            if count != left:
                left, deadline = count, max(deadline, time.monotonic() + _NOTHING_MORE)
            if meanwhile:
                meanwhile()
            self.workers.keep(self.wanted)  # one that ended is started again, as whatever runs them does
            time.sleep(_LOOK)
        return False

    def wait_for_created(self, batch: str, *, seconds: float) -> bool:
        """Wait until every job of a batch is there, also those that stood still."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not JobRequest.everywhere.filter(pack__title=batch).exclude(status=Status.CREATED).exists():
                return True
            time.sleep(_LOOK)
        return False

    def settle(self, outcome: Outcome, batch: str, *, office: Office | None = None) -> Truth:
        """Read the practice manager's memory into the outcome, and return it for further questions."""
        office = office or self.office
        with firm_scope(office.firm.pk):
            truth = judge(office.requests(batch), self.practice.file)
        outcome.completed += truth.completed
        outcome.lost += len(truth.lost)
        outcome.duplicated += len(truth.duplicated)
        outcome.calls += truth.calls
        outcome.fewest_calls += truth.fewest_calls
        outcome.throttled += truth.throttled
        if truth.lost or truth.duplicated:
            outcome.note = ", ".join([*truth.lost, *truth.duplicated][:3])
        return truth


class NotHere(Exception):
    """A row cannot run on this machine or database; the words say why."""


def before_forking() -> None:
    """A child must not share its parent's connection to the database."""
    connections.close_all()


def middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
