"""django-tasks-db carries the work on SQLite: one thread for each queue, which looks several times a second.

Its loop ends when the file stays locked for longer than a connection waits, or its disk is full. Such a thing
passes, so the loop is begun again; what the task in hand was about, the sweeper finds in the ledger.
"""

import logging
import threading
import time
from typing import Any

from django.db import DatabaseError, connection
from django.tasks import TaskResult
from django.tasks.signals import task_started
from django_tasks_db.management.commands.db_worker import Worker

from minutebook.activity.origin import begin_task
from minutebook.server.sqlite_backend import REQUEST_ID

logger = logging.getLogger(__name__)

_BEGINS_AGAIN_AFTER = 1.0  # seconds
_LOOKS_EVERY = {"interactive": 0.2, "default": 1.0}  # seconds


class SQLiteEngine:
    """Runs the tasks of a database that has one worker process."""

    def __init__(self, name: str) -> None:
        self._workers = [_worker(name, queue, interval) for queue, interval in _LOOKS_EVERY.items()]
        self._threads = [
            threading.Thread(target=_run, args=[each], name=each.worker_id) for each in self._workers
        ]

    def start(self) -> None:
        task_started.connect(_say_which, dispatch_uid="minutebook.activity")
        for thread in self._threads:
            thread.start()

    @property
    def is_running(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        for worker in self._workers:
            worker.running = False

    def join(self, *, within: float) -> bool:
        deadline = time.monotonic() + within
        for thread in self._threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)


def _say_which(*, task_result: TaskResult[Any, Any], **_: Any) -> None:
    kept = task_result.db_result.args_kwargs  # type: ignore[attr-defined]  # django-tasks-db's own result
    begin_task(task_result.task.name, request_id=kept.get(REQUEST_ID, ""))


def _run(worker: Worker) -> None:
    """Take tasks until the worker is told to stop, also when the database was out of reach for a while."""
    while worker.running:
        try:
            worker.run()
        except DatabaseError:
            logger.exception("The database did not answer; taking tasks again in a second")
            connection.close()
            time.sleep(_BEGINS_AGAIN_AFTER)
    connection.close()


def _worker(name: str, queue: str, interval: float) -> Worker:
    return Worker(
        queue_names=[queue],
        interval=interval,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"{name}:{queue}",
        excluded_queue_names=[],
    )
