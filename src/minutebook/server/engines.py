"""What carries the background work, as the worker sees it, and which engine suits the database."""

from typing import Protocol

from django.db import connection

QUEUES = ("interactive", "default")
# A person waits for the first queue; readings of thousands of clients run in the second. Each process takes
# one task of each at a time. So the effects of one process, all of them tasks of the first queue, are sent
# one after the other, and a long reading never stands in front of a person's job.


class Engine(Protocol):
    """Takes tasks from the queues and runs them, in threads of its own."""

    def start(self) -> None:
        """Begin to take tasks."""

    @property
    def is_running(self) -> bool:
        """Whether the engine still takes tasks; one that stopped by itself does not recover."""

    def stop(self) -> None:
        """Take no more tasks. Those in hand go on."""

    def join(self, *, within: float) -> bool:
        """Wait for the tasks in hand, so many seconds at most; return whether all are finished."""


def engine_named(worker: str) -> Engine:
    """Return the engine that suits the database, for the worker of that name."""
    if connection.vendor == "postgresql":
        from minutebook.server.procrastinate_engine import (  # noqa: PLC0415  # needs its app installed
            ProcrastinateEngine,
        )

        return ProcrastinateEngine()
    from minutebook.server.sqlite_engine import SQLiteEngine  # noqa: PLC0415  # needs its app installed

    return SQLiteEngine(worker)
