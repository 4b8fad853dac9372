"""When the database is the trouble, people read so, and the worker outlives it."""

import threading

import pytest
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection
from django.test import Client, RequestFactory

from minutebook.server import trouble

UNREACHABLE, FULL = "Minutebook cannot reach its database", "The server’s disk is full"


def _told(problem: Exception) -> tuple[int, str]:
    try:
        raise problem
    except type(problem):
        answer = trouble.server_error(RequestFactory().get("/"))
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("connection refused", UNREACHABLE),
        ("database is locked", UNREACHABLE),
        ("database or disk is full", FULL),
        ("could not extend file: No space left on device", FULL),
    ],
)
def test_a_database_out_of_reach_is_told_in_a_sentence(words: str, sentence: str) -> None:
    status, page = _told(OperationalError(words))

    assert status == 503
    assert sentence in page


def test_any_other_failure_is_ours() -> None:
    status, page = _told(ZeroDivisionError())

    assert status == 500
    assert UNREACHABLE not in page


def test_the_page_is_reached_by_a_real_request(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", fail)
    client.raise_request_exception = False
    client.cookies[settings.SESSION_COOKIE_NAME] = "somebody"

    answer = client.get("/companies/")

    assert answer.status_code == 503
    assert UNREACHABLE in answer.content.decode()


class _Locked:
    """A queue's worker whose database is locked twice, and which is then told to stop."""

    def __init__(self) -> None:
        self.running, self.runs = True, 0

    def run(self) -> None:
        self.runs += 1
        if self.runs < 3:
            raise DatabaseError("database is locked")
        self.running = False


@pytest.mark.skipif(connection.vendor == "postgresql", reason="its worker has no file to be locked")
def test_a_locked_file_does_not_end_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    from minutebook.server.sqlite_engine import _run  # noqa: PLC0415  # its app is installed on SQLite only

    monkeypatch.setattr("minutebook.server.sqlite_engine._BEGINS_AGAIN_AFTER", 0.0)
    worker = _Locked()

    thread = threading.Thread(target=_run, args=[worker])
    thread.start()
    thread.join(timeout=10)

    assert (thread.is_alive(), worker.runs) == (False, 3)
