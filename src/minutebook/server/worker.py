"""`minutebook worker`: runs the tasks, sweeps up what was left behind, and shows that it is alive.

The ledger holds the promise, not the queue: the sweeper finds every unfinished request and wakes it, so a
queue that lost its memory costs half a minute and nothing else.
"""

import logging
import os
import socket
import threading
from datetime import timedelta

from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker

from minutebook.jobs.sweeper import sweep
from minutebook.server.models import Heartbeat
from minutebook.server.processes import STOP_WITHIN, StopAsked, stop_on_signals

logger = logging.getLogger(__name__)

# A person waits for the first queue; readings of thousands of clients run in the second.
_QUEUES = {"interactive": 0.2, "default": 1.0}  # seconds between looks


def run_worker() -> None:
    """Work until SIGTERM, then finish the tasks in hand and return."""
    name = f"{socket.gethostname()}:{os.getpid()}"
    stop_on_signals()
    workers = [_worker(name, queue, interval) for queue, interval in _QUEUES.items()]
    threads = [threading.Thread(target=worker.run, name=worker.worker_id) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        _beat_and_sweep(name, threads)
    except StopAsked:
        logger.info("Stopping: finishing what is in hand")
    finally:
        for worker in workers:
            worker.running = False
        for thread in threads:
            thread.join(timeout=STOP_WITHIN)
        Heartbeat.objects.filter(pk=name).delete()


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


def _beat_and_sweep(name: str, threads: list[threading.Thread]) -> None:
    started_at = timezone.now()
    pause = threading.Event()
    while all(thread.is_alive() for thread in threads):
        close_old_connections()
        try:
            now = timezone.now()
            Heartbeat.objects.update_or_create(
                pk=name, defaults={"beat_at": now}, create_defaults={"beat_at": now, "started_at": started_at}
            )
            Heartbeat.objects.filter(beat_at__lt=now - timedelta(days=1)).delete()
            sweep(now)
        except DatabaseError:
            logger.exception("The database did not answer; trying again in a few seconds")
        pause.wait(Heartbeat.EVERY.total_seconds())
    logger.error("A task thread died; the worker stops so that it is started afresh")
