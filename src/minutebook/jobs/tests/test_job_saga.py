"""Exactly once: whatever is killed, lost or refused, there is one job, with each of its lines once."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection as database

from minutebook.documents.models import DocumentPack
from minutebook.firms.models import User
from minutebook.jobs import saga
from minutebook.jobs.deciding import decide
from minutebook.jobs.fees.models import TemplateCost
from minutebook.jobs.models import JobCall, JobRequest, JobState, JobStep, PlannedCost
from minutebook.jobs.planning import change_cost, confirm_costs, remove_cost, reopen_costs
from minutebook.jobs.reasons import Reason
from minutebook.jobs.requests import CannotCancel, NothingToDecide, request_job
from minutebook.jobs.steps import new_job
from minutebook.jobs.sweeper import sweep
from minutebook.jobs.timing import TIMING
from minutebook.practice.models import ClientLink, Connection
from minutebook.practice.records import NewCost
from tests.in_memory_practice import Fault, InMemoryPractice, Killed, Office
from tests.job_cast import ANNUAL_REVIEW, NOW, TENANT, make_plan, release

pytestmark = pytest.mark.django_db

Status = JobRequest.Status
MARKER = "MB-000481-7K3Q"
POSTAGE = NewCost(
    date=date(2026, 11, 22),
    description="File and postage",
    billable=True,
    quantity=Decimal("1.00"),
    unit_cost=Decimal("12.50"),
    unit_price=Decimal("12.50"),
    marker="",
)
SEARCH = replace(POSTAGE, description="ASIC search", unit_price=Decimal("20.00"))


@dataclass
class World:
    """A request for a job, the practice it is for, and the time of day."""

    office: Office
    request: JobRequest
    by: User
    time: datetime = NOW

    def clock(self) -> datetime:
        return self.time

    def pass_time(self, **spans: float) -> None:
        self.time += timedelta(**spans)

    def drive(self, **changes: Any) -> JobRequest | None:  # arguments of saga.drive
        def open_manager(connection: Connection, on_call: Callable[[Any], None]) -> InMemoryPractice:
            return InMemoryPractice(self.office, tenant_id=connection.tenant_id, on_call=on_call)

        wanted = {"clock": self.clock, "open_manager": open_manager} | changes
        return saga.drive(self.request.pk, **wanted)

    def run(self) -> JobRequest:
        """Drive as the workers would, through every wait and death, until the request stands still."""
        for _ in range(200):
            self.request.refresh_from_db()
            if not self.request.is_moving or self.request.status == Status.PAUSED_CONNECTION:
                return self.request
            self.time = max(self.time, self.request.next_at)
            try:
                self.drive()
            except Killed:
                self.time += TIMING.lease + timedelta(seconds=1)
        raise AssertionError(f"It goes on for ever: {self.request}")

    def decide(self, decision: str, **more: str) -> None:
        decide(self.request, decision, by=self.by, now=self.time, **more)

    def lines(self) -> Counter[str]:
        (job,) = self.office.jobs
        return Counter(cost.description for cost in job.costs.values())


@pytest.fixture
def full(pack: DocumentPack, link: ClientLink, fees: None, preparer: User) -> World:
    """A job with everything: a template with two lines (one was changed), three fees, staff, a state."""
    return make_world(pack, link, preparer)


def make_world(pack: DocumentPack, link: ClientLink, by: User) -> World:
    remember(POSTAGE, SEARCH)
    plan = make_plan(
        pack,
        link,
        by=by,
        template=ANNUAL_REVIEW,
        staff="jo-1",
        mark_as=JobState.IN_PROGRESS,
        confirmed=False,
    )
    search = plan.costs.get(description="ASIC search")
    changed = replace(search.as_line(), unit_price=Decimal("25.00"))
    change_cost(search, changed, source=PlannedCost.Source.HAND, by=search.plan.saved_by)
    confirm_costs(plan, by=by, now=NOW)
    return asked_for(pack, by, {ANNUAL_REVIEW: [POSTAGE, SEARCH]})


def asked_for(pack: DocumentPack, by: User, template_costs: dict[str, list[NewCost]]) -> World:
    release(pack, by=by)
    request = request_job(pack, by=by, now=NOW)
    assert request is not None
    world = World(office=Office(clock=lambda: NOW, template_costs=template_costs), request=request, by=by)
    world.office.clock = world.clock
    return world


def remember(*costs: NewCost) -> None:
    for position, cost in enumerate(costs, start=1):
        TemplateCost.objects.create(
            tenant_id=TENANT,
            template_id=ANNUAL_REVIEW,
            position=position,
            description=cost.description,
            billable=cost.billable,
            quantity=cost.quantity,
            unit_cost=cost.unit_cost,
            unit_price=cost.unit_price,
            seen_at=NOW,
        )


def assert_whole(world: World) -> None:
    """One job, each line once, staff and state as asked."""
    request = world.request
    assert (request.status, request.reason) == (Status.CREATED, "")
    (job,) = world.office.of_marker(MARKER)
    assert request.job_number == job.number
    assert set(world.lines().values()) == {1}
    assert len(job.costs) == 5
    prices = {cost.description: cost.unit_price for cost in job.costs.values()}
    assert (prices["ASIC search"], prices["File and postage"]) == (Decimal("25.00"), Decimal("12.50"))
    assert (job.staff, job.state) == (["jo-1"], "INPROGRESS")


class TestWhenNothingFails:
    def test_it_takes_the_fewest_calls(self, full: World) -> None:
        full.run()

        assert_whole(full)
        assert full.office.calls == Counter(
            add_job=1, costs=1, update_cost=1, add_cost=3, assign_staff=1, set_state=1
        )

    def test_a_bare_job_is_one_call(self, pack: DocumentPack, link: ClientLink, preparer: User) -> None:
        make_plan(pack, link, by=preparer)
        world = asked_for(pack, preparer, {})

        world.run()

        assert (world.request.status, world.office.calls) == (Status.CREATED, Counter(add_job=1))

    def test_every_call_is_written_down(self, full: World) -> None:
        full.run()

        calls = list(JobCall.objects.order_by("pk").values_list("path", "outcome", "step__kind"))
        assert len(calls) == full.office.total_calls
        assert calls[0] == ("add_job", "done", "ADD_JOB")

    def test_the_state_goes_last_and_its_code_counts_as_proved(self, full: World) -> None:
        full.run()

        assert JobCall.objects.order_by("pk").values_list("path", flat=True).last() == "set_state"
        assert Connection.objects.get().in_progress_proved

    def test_each_call_has_its_own_permit(self, full: World) -> None:
        opened: list[InMemoryPractice] = []

        def open_manager(connection: Connection, on_call: Callable[[Any], None]) -> InMemoryPractice:
            opened.append(InMemoryPractice(full.office, tenant_id=TENANT, on_call=on_call))
            return opened[-1]

        full.drive(open_manager=open_manager)

        assert sum(manager.permits for manager in opened) == full.office.total_calls


METHODS = ("add_job", "costs", "update_cost", "add_cost", "assign_staff", "set_state")
PASSING = tuple(fault for fault in Fault if fault not in {Fault.REFUSED, Fault.CONNECTION_LOST})


class TestEveryFaultAtEveryStep:
    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize("fault", PASSING)
    def test_it_still_ends_with_one_whole_job(self, full: World, method: str, fault: Fault) -> None:
        full.office.lag = timedelta(seconds=20)
        full.office.plan[method, 1] = fault

        full.run()

        assert_whole(full)

    @pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.DROPPED, Fault.LATE, Fault.KILLED_AFTER])
    def test_even_when_it_happens_at_every_step(self, full: World, fault: Fault) -> None:
        full.office.lag = timedelta(seconds=20)
        full.office.plan = {(method, 1): fault for method in METHODS}

        full.run()

        assert_whole(full)

    @pytest.mark.parametrize("method", METHODS)
    def test_a_refusal_needs_somebody_and_trying_again_goes_on(self, full: World, method: str) -> None:
        full.office.plan[method, 1] = Fault.REFUSED

        full.run()
        assert full.request.status == Status.NEEDS_YOU
        assert full.request.reason == "Invalid job template identifier"
        assert full.request.has_no_job == (method == "add_job")

        full.decide("try_again")
        full.run()
        assert_whole(full)

    @pytest.mark.parametrize("method", METHODS)
    def test_a_lost_connection_pauses_and_reconnecting_resumes(self, full: World, method: str) -> None:
        full.office.plan[method, 1] = Fault.CONNECTION_LOST

        full.run()
        assert full.request.status == Status.PAUSED_CONNECTION

        assert sweep(full.time) == 1  # the connection is there again
        full.run()
        assert_whole(full)

    def test_killed_at_any_statement_it_still_ends_with_one_whole_job(
        self, pack: DocumentPack, link: ClientLink, fees: None, preparer: User
    ) -> None:
        world = make_world(pack, link, preparer)
        statements = _count_statements(world)
        DocumentPack.objects.filter(pk=pack.pk).update(trace_number="MB-000480-DONE")

        survived = 0
        for fatal in range(1, statements + 1):
            _start_afresh(world)
            with database.execute_wrapper(_KillAt(fatal)):
                try:
                    world.drive()
                except Killed:
                    survived += 1
                    world.time += TIMING.lease + timedelta(seconds=1)
            world.run()
            assert_whole(world)

        assert survived == statements


class _KillAt:
    """Kills the driver before its n-th statement to the database."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.seen = fatal, 0

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):  # the test's own stand-in for a commit
            return execute(sql, *rest)
        self.seen += 1
        if self.seen == self.fatal:
            raise Killed
        return execute(sql, *rest)


def _count_statements(world: World) -> int:
    counter = _KillAt(0)
    with database.execute_wrapper(counter):
        world.drive()
    assert_whole_after_refresh(world)
    return counter.seen


def assert_whole_after_refresh(world: World) -> None:
    world.request.refresh_from_db()
    assert_whole(world)


def _start_afresh(world: World) -> None:
    """Ask for the same job anew, of an office that knows nothing of it."""
    pack = world.request.pack
    world.request.delete()
    DocumentPack.objects.filter(pk=pack.pk).update(trace_number=MARKER)
    pack.refresh_from_db()
    TemplateCost.objects.all().delete()
    remember(POSTAGE, SEARCH)
    request = request_job(pack, by=world.by, now=world.time)
    assert request is not None
    world.request = request
    world.office.jobs.clear()
    world.office.calls.clear()


class TestInDoubt:
    def test_nothing_is_repeated_before_it_was_looked_for(self, full: World) -> None:
        full.office.plan["add_job", 1] = Fault.ANSWER_LOST

        full.drive()
        full.request.refresh_from_db()
        assert full.request.status == Status.CHECKING
        assert full.request.next_at == NOW + TIMING.first_look

        full.run()
        assert full.office.calls["add_job"] == 1
        assert full.office.calls["find_job"] == 1

    def test_a_look_that_finds_nothing_early_proves_nothing(self, full: World) -> None:
        full.office.plan["add_job", 1] = Fault.DROPPED

        full.drive()
        full.pass_time(seconds=2)
        full.drive()
        full.pass_time(seconds=28)
        full.drive()

        step = full.request.steps.get(kind=JobStep.Kind.ADD_JOB)
        assert (step.state, step.negatives) == (JobStep.State.IN_DOUBT, 1)
        assert full.office.calls["add_job"] == 1
        full.run()
        assert full.office.calls == full.office.calls | Counter(add_job=2, find_job=3)
        assert_whole(full)

    def test_after_three_repeats_somebody_decides_that_it_is_there(self, full: World) -> None:
        full.office.plan = {("add_job", attempt): Fault.DROPPED for attempt in range(1, 5)}

        full.run()
        assert full.request.reason_code == Reason.JOB_IN_DOUBT
        assert full.office.calls["add_job"] == 4

        full.office.plan.clear()
        InMemoryPractice(full.office, tenant_id=TENANT).add_job(new_job(full.request.job, marker=MARKER))
        full.decide("adopt", number="J000001")
        full.run()
        assert_whole(full)

    def test_or_that_it_is_not_there(self, full: World) -> None:
        full.office.plan = {("add_job", attempt): Fault.DROPPED for attempt in range(1, 5)}
        full.run()

        full.decide("send_again")
        full.run()

        assert_whole(full)

    def test_a_line_found_by_hand_is_not_written_again(self, full: World) -> None:
        full.office.plan = {("add_cost", attempt): Fault.DROPPED for attempt in range(1, 5)}
        full.run()
        assert full.request.reason_code == Reason.LINE_IN_DOUBT

        full.decide("line_is_there")
        full.run()

        assert full.request.status == Status.CREATED
        assert sum(full.lines().values()) == 4  # the fifth is the one that somebody found


class TestTwoDrivers:
    def test_the_second_finds_the_request_taken(self, full: World) -> None:
        def interrupted(connection: Connection, on_call: Callable[[Any], None]) -> InMemoryPractice:
            assert full.drive() is None  # a second worker, at the same moment
            return InMemoryPractice(full.office, tenant_id=TENANT, on_call=on_call)

        full.drive(open_manager=interrupted)

        assert_whole_after_refresh(full)

    def test_a_driver_that_lost_its_lease_writes_nothing(self, full: World) -> None:
        """The first driver freezes while XPM works; the second takes over, finds the job and finishes it."""

        class Frozen(InMemoryPractice):
            def add_job(self, job: Any) -> Any:
                receipt = super().add_job(job)
                full.time += TIMING.lease + timedelta(seconds=1)
                full.run()
                return receipt

        first = full.drive(
            open_manager=lambda _, on_call: Frozen(full.office, tenant_id=TENANT, on_call=on_call)
        )

        assert first is None
        assert full.office.calls["add_job"] == 1
        assert_whole_after_refresh(full)

    def test_a_driver_frozen_between_its_intent_and_its_call_sends_nothing(self, full: World) -> None:
        moments: Iterator[datetime] = iter([NOW, NOW])  # claiming, and the intent

        def clock() -> datetime:
            return next(moments, NOW + timedelta(seconds=5))

        full.drive(clock=clock)

        assert full.office.calls["add_job"] == 0
        full.request.refresh_from_db()
        assert (full.request.has_no_job, full.request.failures) == (True, 1)
        full.pass_time(seconds=10)
        full.run()
        assert_whole(full)


class TestAnOutage:
    def test_it_pauses_leaves_nothing_in_doubt_and_continues_by_itself(self, full: World) -> None:
        full.office.every = Fault.DROPPED

        for _ in range(30):
            full.request.refresh_from_db()
            full.time = max(full.time, full.request.next_at)
            full.drive()

        full.request.refresh_from_db()
        assert full.request.status == Status.PAUSED_UNREACHABLE
        assert full.office.calls["add_job"] == 1  # every other call was a look-up
        full.office.every = None
        full.run()
        assert_whole(full)

    def test_it_waits_as_long_as_it_is_told(self, full: World) -> None:
        full.office.plan["add_job", 1] = Fault.THROTTLED

        full.drive()

        full.request.refresh_from_db()
        assert full.request.next_at == NOW + timedelta(seconds=7)
        assert (full.request.failures, full.request.has_no_job) == (0, True)

    def test_while_xpm_cannot_be_reached_it_is_asked_more_and_more_seldom(self, full: World) -> None:
        full.office.every = Fault.NOT_SENT

        for _ in range(40):
            full.request.refresh_from_db()
            full.time = max(full.time, full.request.next_at)
            full.drive()

        assert full.time - NOW > timedelta(minutes=20)
        full.office.every = None
        full.run()
        assert_whole(full)


class TestTheTemplatesLines:
    @pytest.fixture
    def unreviewed(self, pack: DocumentPack, link: ClientLink, fees: None, preparer: User) -> World:
        """A job of a template that nobody knew to add two lines."""
        make_plan(pack, link, by=preparer, template=ANNUAL_REVIEW)
        return asked_for(pack, preparer, {ANNUAL_REVIEW: [POSTAGE, SEARCH]})

    def test_all_that_was_confirmed_is_sent_before_somebody_is_asked(self, unreviewed: World) -> None:
        unreviewed.run()

        (job,) = unreviewed.office.jobs
        assert unreviewed.request.reason_code == Reason.UNREVIEWED_LINES
        assert len(job.costs) == 5
        assert not unreviewed.request.steps.filter(state=JobStep.State.READY).exists()
        assert TemplateCost.objects.count() == 2

    def test_a_job_is_not_completed_before_its_lines_are_reviewed(
        self, pack: DocumentPack, link: ClientLink, fees: None, preparer: User
    ) -> None:
        make_plan(pack, link, by=preparer, template=ANNUAL_REVIEW, mark_as=JobState.COMPLETED)
        world = asked_for(pack, preparer, {ANNUAL_REVIEW: [POSTAGE]})

        world.run()

        assert world.request.reason_code == Reason.UNREVIEWED_LINES
        assert world.office.calls["set_state"] == 0

    @pytest.mark.parametrize(("decision", "neutral"), [("keep_lines", 0), ("take_out_lines", 2)])
    def test_they_are_kept_or_taken_out_as_somebody_decides(
        self, unreviewed: World, decision: str, neutral: int
    ) -> None:
        unreviewed.run()

        unreviewed.decide(decision)
        unreviewed.run()

        (job,) = unreviewed.office.jobs
        assert unreviewed.request.status == Status.CREATED
        assert sum(cost.quantity == 0 and not cost.billable for cost in job.costs.values()) == neutral
        assert len(job.costs) == 5

    def test_a_line_that_was_taken_out_is_set_to_nothing(
        self, pack: DocumentPack, link: ClientLink, preparer: User
    ) -> None:
        remember(POSTAGE)
        plan = make_plan(pack, link, by=preparer, template=ANNUAL_REVIEW, confirmed=False)
        remove_cost(plan.costs.get(), by=plan.saved_by)
        confirm_costs(plan, by=preparer, now=NOW)
        world = asked_for(pack, preparer, {ANNUAL_REVIEW: [POSTAGE]})

        world.run()

        (cost,) = world.office.jobs[0].costs.values()
        assert (cost.quantity, cost.billable) == (Decimal(0), False)
        assert world.office.calls["update_cost"] == 1

    def test_a_reviewed_line_the_template_no_longer_adds_is_written_as_ours(
        self, pack: DocumentPack, link: ClientLink, preparer: User
    ) -> None:
        remember(POSTAGE)
        make_plan(pack, link, by=preparer, template=ANNUAL_REVIEW)
        world = asked_for(pack, preparer, {ANNUAL_REVIEW: []})

        world.run()

        assert world.lines() == Counter(["File and postage"])
        assert not TemplateCost.objects.exists()

    def test_two_lines_of_one_wording_are_two_lines(
        self, pack: DocumentPack, link: ClientLink, preparer: User
    ) -> None:
        remember(POSTAGE, POSTAGE)
        make_plan(pack, link, by=preparer, template=ANNUAL_REVIEW)
        world = asked_for(pack, preparer, {ANNUAL_REVIEW: [POSTAGE, POSTAGE]})

        world.run()

        assert world.lines() == Counter({"File and postage": 2})
        assert world.office.calls == Counter(add_job=1, costs=1)


class TestAskingForAJob:
    def test_a_second_release_never_makes_a_second_request(self, full: World) -> None:
        again = request_job(full.request.pack, by=full.by, now=full.time)

        assert again == full.request
        assert JobRequest.objects.count() == 1

    def test_without_confirmed_costs_there_is_none(
        self, pack: DocumentPack, link: ClientLink, preparer: User
    ) -> None:
        make_plan(pack, link, by=preparer, confirmed=False)

        assert request_job(pack, by=preparer, now=NOW) is None

    def test_with_the_switch_off_there_is_none(
        self, pack: DocumentPack, link: ClientLink, preparer: User
    ) -> None:
        make_plan(pack, link, by=preparer)
        pack.wants_job = False
        pack.save()

        assert request_job(pack, by=preparer, now=NOW) is None

    def test_a_refused_job_is_planned_again_and_asked_for_anew(self, full: World) -> None:
        full.office.plan["add_job", 1] = Fault.REFUSED
        full.run()
        plan = full.request.pack.job_plan
        reopen_costs(plan, by=full.by)
        plan.costs.filter(template_description="").delete()
        confirm_costs(plan, by=full.by, now=full.time)

        assert request_job(full.request.pack, by=full.by, now=full.time) == full.request
        full.run()

        assert full.lines() == Counter(["File and postage", "ASIC search"])
        assert JobRequest.objects.count() == 1

    def test_it_can_be_cancelled_until_xpm_may_have_it(self, full: World) -> None:
        full.decide("cancel")

        assert full.run().status == Status.CANCELLED
        assert full.office.total_calls == 0

    def test_then_no_longer(self, full: World) -> None:
        full.office.plan["add_job", 1] = Fault.ANSWER_LOST
        full.drive()

        with pytest.raises(CannotCancel):
            full.decide("cancel")

    def test_a_job_that_moves_needs_no_decision(self, full: World) -> None:
        for decision in ("try_again", "send_again", "keep_lines", "line_is_there", "nonsense"):
            with pytest.raises(NothingToDecide):
                full.decide(decision)

    def test_a_job_of_another_practice_waits_for_that_one(self, full: World) -> None:
        Connection.objects.update(tenant_id="another")

        full.run()

        assert full.request.reason_code == Reason.OTHER_PRACTICE
        assert sweep(full.time) == 0

    def test_a_state_without_a_code_waits_for_one(self, full: World) -> None:
        Connection.objects.update(in_progress_code="")
        full.run()
        assert full.request.reason_code == Reason.NO_STATE_CODE

        Connection.objects.update(in_progress_code="INPROGRESS")
        full.decide("try_again")
        full.run()

        assert_whole(full)

    def test_a_code_that_xpm_does_not_know_is_no_longer_proved(self, full: World) -> None:
        Connection.objects.update(in_progress_code="TYPO", in_progress_proved=True)

        full.run()

        assert (full.request.reason_code, full.request.reason) == (Reason.REFUSED_STATE, "Invalid state code")
        assert not Connection.objects.get().in_progress_proved


class TestTheSweeper:
    def test_it_wakes_a_request_whose_wake_up_was_never_heard(self, full: World) -> None:
        assert sweep(NOW + timedelta(seconds=5)) == 0
        assert sweep(NOW + timedelta(seconds=10)) == 1
        assert sweep(NOW + timedelta(seconds=15)) == 0  # it was woken just now

    def test_it_wakes_a_request_whose_driver_died(self, full: World) -> None:
        full.office.plan["add_job", 1] = Fault.KILLED_AFTER
        with pytest.raises(Killed):
            full.drive()

        assert sweep(NOW + TIMING.lease - timedelta(seconds=1)) == 0
        assert sweep(NOW + TIMING.lease) == 1

    def test_it_leaves_alone_what_is_finished_or_needs_somebody(self, full: World) -> None:
        full.office.plan["assign_staff", 1] = Fault.REFUSED
        full.run()

        assert sweep(full.time + timedelta(days=1)) == 0
