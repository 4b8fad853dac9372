"""`minutebook worker`: runs the tasks, sweeps up what was left behind, and shows that it is alive.

The ledger holds the promise, not the queue: the sweeper finds every unfinished request and wakes it, so a
queue that lost its memory costs half a minute and nothing else.
"""

import logging
import os
import socket
import sys
import time
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from minutebook.activity.nightly import verify_due
from minutebook.activity.origin import begin_task
from minutebook.delivery.sending import give_up_stuck_mails
from minutebook.jobs.audit import audit_due
from minutebook.jobs.sweeper import sweep
from minutebook.practice.idle import renew_idle
from minutebook.retention.applying import apply_if_night
from minutebook.server.backup.schedule import back_up_if_due
from minutebook.server.chain_letter import write_ends_down
from minutebook.server.clearing import clear_finished
from minutebook.server.engines import Engine, engine_named
from minutebook.server.models import Heartbeat
from minutebook.server.processes import ChildFailed, StopNoted, note_signals
from minutebook.sync.tasks import read_due, sweep_first_syncs, sweep_outgoing

logger = logging.getLogger(__name__)

_AUDIT_EVERY = 600.0  # seconds between looks whether a firm's nightly work is due
_FINISH_WITHIN = 30.0  # seconds; a call to the practice manager takes at most 20


def run_worker() -> None:
    """Work until SIGTERM, then finish the tasks in hand and return.

    A task that is not finished in time is broken off with the process: whoever goes on with it knows from the
    ledger what may have happened. Raises ChildFailed when the tasks stopped by themselves.
    """
    name = f"{socket.gethostname()}:{os.getpid()}"
    engine = engine_named(name)
    stop = note_signals()
    try:
        engine.start()
        _beat_and_sweep(name, engine, stop)
        if not stop.is_asked:
            raise ChildFailed("the task threads died; start the worker again")
        logger.info("Stopping: finishing what is in hand")
    finally:
        engine.stop()
        _fall_silent(name)
        _finish(engine)


def _beat_and_sweep(name: str, engine: Engine, stop: StopNoted) -> None:
    started_at = timezone.now()
    next_audit = 0.0
    begin_task("sweep")
    while engine.is_running and not stop.is_asked:
        close_old_connections()
        try:
            now = timezone.now()
            Heartbeat.objects.update_or_create(
                pk=name, defaults={"beat_at": now}, create_defaults={"beat_at": now, "started_at": started_at}
            )
            Heartbeat.objects.filter(beat_at__lt=now - timedelta(days=1)).delete()
            sweep(now)
            sweep_outgoing(now)
            sweep_first_syncs(now)
            if time.monotonic() >= next_audit:
                audit_due(now)
                verify_due(now)
                apply_if_night(now)
                give_up_stuck_mails(now)
                renew_idle(now)
                back_up_if_due(now)
                write_ends_down(now)
                clear_finished(now)
                read_due(now)
                next_audit = time.monotonic() + _AUDIT_EVERY
        except DatabaseError:
            logger.exception("The database did not answer; trying again in a few seconds")
        stop.wait(Heartbeat.EVERY.total_seconds() / settings.TIME_SCALE)


def _finish(engine: Engine) -> None:
    if not engine.join(within=_FINISH_WITHIN):
        logger.warning("A task took longer than %d seconds and is broken off", _FINISH_WITHIN)
        logging.shutdown()
        sys.stderr.flush()
        os._exit(1)  # nothing gentler ends a thread


def _fall_silent(name: str) -> None:
    try:
        Heartbeat.objects.filter(pk=name).delete()
    except DatabaseError:
        logger.warning("The database did not answer: this worker counts as alive for half a minute more")
