"""A ledger from before the jobs were created, over a practice that has them: adopted, nothing doubled."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import serializers
from django.utils import timezone

from minutebook.activity.models import Activity
from minutebook.firms.models import Firm, User
from minutebook.jobs.deciding import decide
from minutebook.jobs.fees.models import TemplateCost
from minutebook.jobs.models import JobCall, JobPlan, JobRequest, JobStep, PlannedCost
from minutebook.jobs.planning import PlanChoice, change_cost, confirm_costs, remove_cost, save_plan
from minutebook.jobs.reasons import Reason
from minutebook.jobs.requests import cancel_job, request_job
from minutebook.jobs.restored import doubt_unfinished
from minutebook.jobs.tests.test_job_over_the_wire import ask, costs_in_xpm, run, run_reviewed
from minutebook.practice.models import Connection
from minutebook.scope import firm_scope
from tests.cast import make_company
from tests.job_cast import make_pack, release
from tests.sandbox import RunningSandbox

pytestmark = pytest.mark.django_db(transaction=True)

Kind, State, Status = JobStep.Kind, JobStep.State, JobRequest.Status


@pytest.fixture
def asked(read_firm: Connection, preparer: User) -> JobRequest:
    """A job of a template with costs, for the sandbox's first active client; nothing was sent yet."""
    return ask(read_firm, make_company(), by=preparer)


@contextmanager
def backed_up() -> Iterator[None]:
    """Take the jobs' tables as they are now, and put them back at the end: what a restore does."""
    rows = [*JobRequest.objects.all(), *JobStep.objects.all(), *JobPlan.objects.all()]
    backup = serializers.serialize("python", rows)
    yield
    JobCall.objects.all().delete()
    JobStep.objects.all().delete()
    JobRequest.objects.all().delete()
    TemplateCost.objects.all().delete()
    for row in serializers.deserialize("python", backup):
        row.save()


def posts(sandbox: RunningSandbox) -> list[str]:
    return [call for call in sandbox.calls() if call.startswith("POST")]


def assert_there_once(request: JobRequest, sandbox: RunningSandbox, *, lines: int = 3) -> None:
    """One job with our lines once each, one person on it, and the state that was asked for."""
    request.refresh_from_db()
    assert (request.status, request.reason) == (Status.CREATED, "")
    ours = [cost.marker for cost in costs_in_xpm(request) if cost.marker.startswith(request.marker)]
    assert len(ours) == len(set(ours)) == lines
    descriptions = [cost.description for cost in costs_in_xpm(request)]
    assert len(descriptions) == len(set(descriptions))
    assert sandbox.calls().count("POST job.api/add") == 1


def test_a_job_created_after_the_backup_is_adopted(
    asked: JobRequest, sandbox: RunningSandbox, preparer: User
) -> None:
    with backed_up():
        run_reviewed(asked, preparer)
        number, sent = asked.job_number, posts(sandbox)
    asked.refresh_from_db()

    assert (asked.job_number, doubt_unfinished(now=timezone.now())) == ("", 1)
    run_reviewed(asked, preparer)

    assert asked.job_number == number
    assert posts(sandbox) == sent
    assert_there_once(asked, sandbox)
    assert Activity.objects.filter(action="job.doubted").count() == 1


def test_a_job_with_some_of_its_lines_gets_only_the_others(
    asked: JobRequest, sandbox: RunningSandbox, preparer: User
) -> None:
    with backed_up():
        sandbox.fail("status", path="job.api/cost", status=400, times=1)
        run(asked)
        assert asked.reason_code == Reason.REFUSED_LINE

    doubt_unfinished(now=timezone.now())
    run_reviewed(asked, preparer)

    assert_there_once(asked, sandbox)


def test_a_job_that_was_never_sent_is_looked_for_and_then_created(
    asked: JobRequest, sandbox: RunningSandbox, preparer: User
) -> None:
    doubt_unfinished(now=timezone.now())
    run_reviewed(asked, preparer)

    first = next(call for call in sandbox.calls() if " job.api/" in call)
    assert first.startswith("GET job.api/client/")
    assert_there_once(asked, sandbox)


def test_one_parked_by_a_refusal_may_have_been_mended_after_the_backup(
    asked: JobRequest, sandbox: RunningSandbox, preparer: User
) -> None:
    sandbox.fail("status", path="job.api/add", status=400)
    run(asked)
    with backed_up():
        decide(asked, "try_again", by=preparer, now=timezone.now())
        run_reviewed(asked, preparer)
        sent = posts(sandbox)

    doubt_unfinished(now=timezone.now())
    run_reviewed(asked, preparer)

    assert posts(sandbox) == sent
    assert asked.status == Status.CREATED


def test_a_pack_asked_for_after_the_backup_is_looked_for_when_asked_for_again(
    asked: JobRequest, sandbox: RunningSandbox, preparer: User
) -> None:
    run_reviewed(asked, preparer)
    number, pack = asked.job_number, asked.pack
    JobRequest.objects.all().delete()  # the backup has the pack and its plan, and no request

    assert doubt_unfinished(now=timezone.now()) == 0
    again = request_job(pack, by=preparer, now=timezone.now())
    assert again is not None
    assert not again.has_no_job
    run_reviewed(again, preparer)

    assert again.job_number == number
    assert_there_once(again, sandbox)


def test_a_pack_made_after_the_restore_is_sent_at_once(read_firm: Connection, preparer: User) -> None:
    doubt_unfinished(now=timezone.now() - timedelta(days=300))
    request = ask(read_firm, make_company(), by=preparer)
    pack = request.pack
    pack.made_at = timezone.now()
    pack.save()
    cancel_job(request, by=preparer, now=timezone.now())

    again = request_job(pack, by=preparer, now=timezone.now())

    assert again is not None
    assert set(again.steps.values_list("state", flat=True)) == {State.READY}


def test_a_job_made_for_another_client_since_is_found_all_the_same(
    asked: JobRequest, sandbox: RunningSandbox, preparer: User
) -> None:
    with backed_up():
        run_reviewed(asked, preparer)
    sent = posts(sandbox)
    JobRequest.objects.update(job=asked.job | {"client": "00000000-0000-4000-8000-000000000001"})
    asked.refresh_from_db()

    doubt_unfinished(now=timezone.now())
    run_reviewed(asked, preparer)

    assert posts(sandbox) == sent
    assert asked.status == Status.CREATED


def test_a_changed_line_of_the_template_is_known_again(
    asked: JobRequest, sandbox: RunningSandbox, preparer: User
) -> None:
    """Planned with what the template adds, one line reworded: not written a second time as our own."""
    run_reviewed(asked, preparer)  # now it is known what the template adds
    second = _planned_again(asked, preparer)
    with backed_up():
        run(second)
        there = sorted(cost.description for cost in costs_in_xpm(second))

    doubt_unfinished(now=timezone.now())
    run(second)

    assert second.status == Status.CREATED
    assert sorted(cost.description for cost in costs_in_xpm(second)) == there


def test_every_firm_is_looked_at(asked: JobRequest, other_firm: Firm, preparer: User) -> None:
    with firm_scope(other_firm.pk):
        company = make_company()
        pack = make_pack(company, by=preparer, trace_number="MB-000002-BBBB")
        release(pack, by=preparer)
        other = JobRequest.objects.create(
            pack=pack,
            tenant_id="another",
            marker=pack.trace_number,
            job=asked.job,
            asked_by=preparer,
            asked_at=timezone.now(),
            next_at=timezone.now(),
        )
        JobStep.objects.create(request=other, number=1, kind=Kind.ADD_JOB)

    assert doubt_unfinished(now=timezone.now()) == 2
    with firm_scope(other_firm.pk):
        assert JobStep.objects.get().state == State.IN_DOUBT


def test_what_is_created_is_left_alone(asked: JobRequest, preparer: User) -> None:
    run_reviewed(asked, preparer)

    assert doubt_unfinished(now=timezone.now()) == 0
    asked.refresh_from_db()
    assert asked.status == Status.CREATED


def _planned_again(before: JobRequest, by: User) -> JobRequest:
    """Ask for a second job of the same template, with one of its lines reworded and one taken out."""
    old = JobPlan.objects.get(pack=before.pack)
    pack = make_pack(before.pack.company, by=by, trace_number="MB-000482-2222")
    choice = PlanChoice(**{name: getattr(old, name) for name in PlanChoice.__slots__})
    plan = save_plan(
        pack, choice, event_kinds=["appoint_director"], by=by, now=timezone.now(), today=old.start_on
    )
    from_template = list(plan.costs.exclude(template_description="").order_by("position"))
    line = replace(from_template[0].as_line(), description="Worded by us")
    change_cost(from_template[0], line, source=PlannedCost.Source.HAND, by=by)
    remove_cost(from_template[-1], by=by)
    confirm_costs(plan, by=by, now=timezone.now())
    release(pack, by=by, now=timezone.now())
    request = request_job(pack, by=by, now=timezone.now())
    assert request is not None
    return request
