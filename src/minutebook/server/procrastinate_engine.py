"""Procrastinate carries the work on PostgreSQL: any number of these, on any number of machines.

A new task wakes a worker by NOTIFY, one that has become due is found by looking every second. A worker that
dies leaves its tasks marked as being done; every other worker puts such tasks back, in a loop of its own,
because a task that did so could be lost in the same way.
"""

import asyncio
import contextlib
import logging
import threading
import time

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django import connector_params
from procrastinate.exceptions import ConnectorException, ProcrastinateException
from procrastinate.manager import JobManager

from minutebook.server.engines import QUEUES

logger = logging.getLogger(__name__)

_LOOKS_EVERY = 1.0  # seconds; NOTIFY tells of new tasks, but not of those that become due
_BEATS_EVERY = 10.0  # seconds
_DEAD_AFTER = 45.0  # seconds of silence; a worker that is stopping may be silent for 40
_RESCUES_EVERY = 10.0  # seconds
_RECONNECTS_AFTER = 2.0  # seconds
_KEEPS_FINISHED, _TIDIES_EVERY = 48, 3_600.0  # hours, seconds
_CONNECTIONS = 4  # one listens for each queue, the others fetch and beat
_TROUBLE = (ProcrastinateException, psycopg.Error)


class ProcrastinateEngine:
    """Runs an event loop in a thread; a task runs in a thread of the loop's, one for each queue at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._asked_to_stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="procrastinate")

    def start(self) -> None:
        self._thread.start()

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._asked_to_stop.set)

    def join(self, *, within: float) -> bool:
        self._thread.join(timeout=within)
        return not self._thread.is_alive()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(_work(self._asked_to_stop))


async def _work(asked_to_stop: asyncio.Event) -> None:
    """Work until asked to stop, also when the database goes away and comes back."""
    while not asked_to_stop.is_set():
        try:
            await _work_while_connected(asked_to_stop)
        except _TROUBLE:
            logger.exception("The queue is out of reach; trying again in a few seconds")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asked_to_stop.wait(), timeout=_RECONNECTS_AFTER)


async def _work_while_connected(asked_to_stop: asyncio.Event) -> None:
    """Serve both queues until asked to stop or one part fails; then let the others finish what they do."""
    connector = PsycopgConnector(kwargs=connector_params(), min_size=_CONNECTIONS, max_size=_CONNECTIONS)
    # A second app on the same tasks: the first goes on putting tasks into the queue on Django's connection.
    app = django_app.with_connector(connector)
    async with app.open_async():
        parts = [asyncio.create_task(_serve(app, queue)) for queue in QUEUES]
        parts.append(asyncio.create_task(_rescue_and_tidy(app.job_manager)))
        stop = asyncio.create_task(asked_to_stop.wait())
        await asyncio.wait([*parts, stop], return_when=asyncio.FIRST_COMPLETED)
        for part in (*parts, stop):
            part.cancel()
        for ended in await asyncio.gather(*parts, return_exceptions=True):
            if isinstance(ended, Exception):
                raise ended


async def _serve(app: App, queue: str) -> None:
    """Take one task at a time. Cancelled, it takes no more and returns when the one in hand is finished."""
    await app.run_worker_async(
        queues=[queue],
        name=queue,
        concurrency=1,
        fetch_job_polling_interval=_LOOKS_EVERY,
        update_heartbeat_interval=_BEATS_EVERY,
        stalled_worker_timeout=_DEAD_AFTER,
        install_signal_handlers=False,
    )


async def _rescue_and_tidy(queue: JobManager) -> None:
    tidied_at = -_TIDIES_EVERY
    while True:
        await _rescue(queue)
        if time.monotonic() - tidied_at > _TIDIES_EVERY:
            await queue.delete_old_jobs(
                _KEEPS_FINISHED, include_failed=True, include_cancelled=True, include_aborted=True
            )
            tidied_at = time.monotonic()
        await asyncio.sleep(_RESCUES_EVERY)


async def _rescue(queue: JobManager) -> None:
    """Put back the tasks of workers that have died. One run twice does no harm: the ledger has leases."""
    for job in await queue.get_stalled_jobs(seconds_since_heartbeat=_DEAD_AFTER):
        logger.warning("Task %s lost its worker; another takes it", job.id)
        with contextlib.suppress(ConnectorException):  # another worker was faster
            await queue.retry_job(job)
