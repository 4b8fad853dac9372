"""On PostgreSQL a task is one row of the caller's transaction, and worker processes run it, once."""

import signal
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.tasks import TaskResult, TaskResultStatus, default_task_backend
from django.tasks.exceptions import InvalidTask, TaskResultDoesNotExist
from django.tasks.signals import task_enqueued
from django.utils import timezone

from minutebook.firms.models import Firm
from minutebook.server.models import Heartbeat
from minutebook.server.processes import STOP_WITHIN
from tests.cast import make_firm
from tests.chores import note, note_itself, note_slowly, stumble, written
from tests.waiting import waiting_tasks
from tests.worker import on_postgresql, wait_until, worker

pytestmark = [on_postgresql, pytest.mark.django_db(transaction=True)]


class TestEnqueue:
    def test_commits_with_the_callers_transaction(self) -> None:
        with transaction.atomic():
            make_firm()
            note.enqueue("notes", "a")

        assert Firm.objects.count() == len(waiting_tasks()) == 1

    def test_rolls_back_with_the_callers_transaction(self) -> None:
        with pytest.raises(ZeroDivisionError):
            _make_a_firm_and_a_task_and_fail()

        assert Firm.objects.count() == len(waiting_tasks()) == 0

    def test_keeps_queue_moment_and_priority(self) -> None:
        at = timezone.now() + timedelta(hours=1)

        note.using(priority=7, run_after=at, queue_name="default").enqueue("notes", word="a")

        [waiting] = waiting_tasks()
        assert (waiting.path, waiting.args, waiting.kwargs) == ("tests.chores.note", ["notes"], {"word": "a"})
        assert (waiting.queue, waiting.run_after) == ("default", at)

    def test_tells_who_listens(self) -> None:
        told: list[str] = []

        def hear(sender: object, *, task_result: object, **_: object) -> None:
            told.append(str(getattr(task_result, "id", "")))

        task_enqueued.connect(hear)
        try:
            result = note.enqueue("notes", "a")
        finally:
            task_enqueued.disconnect(hear)

        assert told == [result.id]
        assert result.status == TaskResultStatus.READY

    def test_refuses_what_no_worker_would_take(self) -> None:
        with pytest.raises(InvalidTask, match="Queue 'bulk' is not valid"):
            note.using(queue_name="bulk")

    def test_refuses_arguments_that_are_no_json(self) -> None:
        with pytest.raises(TypeError):
            note.enqueue("notes", uuid4())  # type: ignore[arg-type]  # that is the point

        assert waiting_tasks() == []

    def test_a_task_that_was_cleared_away_is_not_there(self) -> None:
        for unknown in ("4711", "no number"):
            with pytest.raises(TaskResultDoesNotExist):
                default_task_backend.get_result(unknown)


def test_a_worker_runs_tasks_and_tells_how_they_went(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    waiting = note.enqueue(str(notes), "earlier")
    with worker(tmp_path) as process:
        wait_until(lambda: len(written(notes)) == 2)
        asked_at = time.monotonic()
        woken, failed = note.enqueue(str(notes), "later"), stumble.enqueue()
        itself = note_itself.enqueue(str(notes))
        wait_until(lambda: len(written(notes)) == 5)
        took = time.monotonic() - asked_at
        wait_until(lambda: _is_finished(failed) and _is_finished(itself))

    assert written(notes) == [
        f"earlier begun by {process.pid}",
        f"earlier ended by {process.pid}",
        f"later begun by {process.pid}",
        f"later ended by {process.pid}",
        f"task {itself.id}",
    ]
    assert took < 5  # NOTIFY wakes the worker; it does not wait for its next look
    for result, status in ((waiting, "SUCCESSFUL"), (woken, "SUCCESSFUL"), (failed, "FAILED")):
        result.refresh()
        assert result.status == status
        assert result.started_at is not None
        assert result.finished_at is not None


def test_a_task_is_not_run_before_its_moment_and_soon_after(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with worker(tmp_path):
        at = timezone.now() + timedelta(seconds=3)
        result = note.using(run_after=at).enqueue(str(notes), "later")
        wait_until(lambda: _is_finished(result))

    result.refresh()
    assert result.started_at is not None
    assert timedelta(0) <= result.started_at - at < timedelta(seconds=5)


def test_a_long_reading_does_not_stand_in_front_of_a_persons_job(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with worker(tmp_path):
        note_slowly.enqueue(str(notes), "reading", 4)
        wait_until(lambda: len(written(notes)) == 1)
        note.enqueue(str(notes), "job")
        wait_until(lambda: len(written(notes)) == 4)

    assert [line.split(" by ")[0] for line in written(notes)] == [
        "reading begun",
        "job begun",
        "job ended",
        "reading ended",
    ]


def test_one_process_does_a_persons_jobs_one_after_the_other(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    for number in range(4):
        note.enqueue(str(notes), str(number), 0.2)

    with worker(tmp_path):
        wait_until(lambda: len(written(notes)) == 8)

    assert [line.split()[1] for line in written(notes)] == ["begun", "ended"] * 4


def test_a_worker_that_is_stopped_finishes_the_task_in_hand(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with worker(tmp_path) as process:
        in_hand = note.enqueue(str(notes), "in hand", 3)
        wait_until(lambda: written(notes))
        note.enqueue(str(notes), "next")
        asked_at = time.monotonic()
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)  # an impatient operator does no harm
        code = process.wait(timeout=STOP_WITHIN)
        took = time.monotonic() - asked_at

    assert code == 0
    assert 2 < took < STOP_WITHIN
    in_hand.refresh()
    assert in_hand.status == TaskResultStatus.SUCCESSFUL
    assert [task.args[1] for task in waiting_tasks()] == ["next"]
    assert not Heartbeat.objects.exists()


def test_a_task_that_takes_too_long_is_broken_off_with_its_worker(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with worker(tmp_path, finish_within=1) as process:
        note.enqueue(str(notes), "endless", 600)
        wait_until(lambda: written(notes))
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=10)

    assert code == 1
    assert written(notes) == [f"endless begun by {process.pid}"]


def test_the_task_of_a_worker_that_was_killed_is_done_by_another(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with worker(tmp_path / "first") as process:
        note.enqueue(str(notes), "job", 5)
        wait_until(lambda: written(notes))
        process.kill()
        process.wait()
    with connection.cursor() as cursor:  # the time in which it would have counted as dead passes
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")

    with worker(tmp_path / "second") as second:
        wait_until(lambda: f"job ended by {second.pid}" in written(notes))


def test_two_workers_share_the_tasks_and_do_each_once(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with worker(tmp_path / "first") as first, worker(tmp_path / "second") as second:
        for number in range(20):
            note.enqueue(str(notes), str(number), 0.1)
        wait_until(lambda: len(written(notes)) == 40)

    ended = [line.split() for line in written(notes) if " ended " in line]
    assert sorted(int(words[0]) for words in ended) == list(range(20))
    assert {int(words[-1]) for words in ended} == {first.pid, second.pid}


def test_a_worker_outlives_its_connections(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    with worker(tmp_path) as process:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        note.enqueue(str(notes), "afterwards")
        wait_until(lambda: len(written(notes)) == 2)

    assert written(notes)[-1] == f"afterwards ended by {process.pid}"


def _is_finished(result: TaskResult[..., None]) -> bool:
    result.refresh()
    return result.is_finished


@transaction.atomic
def _make_a_firm_and_a_task_and_fail() -> None:
    make_firm()
    note.enqueue("notes", "a")
    raise ZeroDivisionError
