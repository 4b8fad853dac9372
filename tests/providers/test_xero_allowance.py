"""Against a practice that counts as Xero does: never a refusal, however many threads ask at once."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection as database

from minutebook.practice.models import Connection
from minutebook.practice.provider import Lane, NotSent, Throttled
from minutebook.practice.registry import manager_for
from minutebook.scope import firm_scope
from tests.sandbox import RunningSandbox

MINUTE, DAY = 60, 5000


@pytest.fixture
def xeros_own_limits(sandbox: RunningSandbox) -> object:
    """The sandbox with Xero's limits, for this test only."""
    limits = sandbox.inside.limits
    kept = limits.minute, limits.day
    limits.minute, limits.day = MINUTE, DAY
    limits.forget()
    yield
    limits.minute, limits.day = kept
    limits.forget()


@pytest.mark.django_db(transaction=True)
def test_eight_threads_use_the_whole_minute_and_are_never_refused(
    connected_firm: Connection, sandbox: RunningSandbox, xeros_own_limits: object
) -> None:
    def work_until_the_minute_is_spent(_: int) -> int:
        done = 0
        try:
            with firm_scope(connected_firm.firm_id):
                manager = manager_for(connected_firm)
                while True:
                    try:
                        with manager.permit(Lane.INTERACTIVE):
                            manager.templates()
                        done += 1
                    except Throttled as wait:
                        if wait.retry_after > 1:  # the minute; less means that all five slots are taken
                            return done
                        time.sleep(0.01)
                    except NotSent:
                        done += 1  # counted, but a busy machine came too late to send it
        finally:
            database.close()

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(work_until_the_minute_is_spent, range(8)))

    assert done == MINUTE
    assert {entry.status for entry in sandbox.inside.journal.latest() if "template" in entry.path} == {200}
