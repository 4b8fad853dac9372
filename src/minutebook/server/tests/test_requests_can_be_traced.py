"""A request's id is in its answer, in the log, in the tasks and the calls that follow from it; nobody's name is."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import ResolverMatch

from minutebook.activity.origin import Origin, from_origin
from minutebook.jobs.tasks import drive_request
from minutebook.server.logs import JsonLines
from minutebook.server.request_ids import request_id_of
from minutebook.server.request_log import facts_of, path_of


class Lines(logging.Handler):
    """Keeps what was logged, as the lines a collector would read."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.text: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.text.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[Lines]:
    kept = Lines()
    loggers = [logging.getLogger(name) for name in ("", "minutebook.requests")]
    before = [logger.level for logger in loggers]
    loggers[0].addHandler(kept)
    for logger in loggers:
        logger.setLevel(logging.INFO)
    yield kept
    loggers[0].removeHandler(kept)
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


@pytest.mark.parametrize("given", ["4bf92f3577b34da6a3ce929d0e0e4736", "req-2026.11.23_0001"])
def test_a_name_that_the_proxy_gave_is_kept(given: str) -> None:
    assert request_id_of(given) == given


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, 'a"}\n{"level": "x', "<script>alert(1)</script>", "-abcdefgh"]
)
def test_anything_else_is_replaced(given: str) -> None:
    assert UUID(request_id_of(given)).hex != given


@pytest.mark.django_db
def test_the_answer_says_it_and_the_log_has_it_once(as_preparer: Client, lines: Lines) -> None:
    answer = as_preparer.get(
        "/companies/?q=Ngata",
        headers={"X-Request-ID": "asked-by-the-proxy-1", "User-Agent": "Chrome of Aroha"},
    )

    assert answer["X-Request-ID"] == "asked-by-the-proxy-1"
    logged = [json.loads(line) for line in lines.text]
    [line] = [each for each in logged if each["logger"] == "minutebook.requests"]
    assert line["request_id"] == "asked-by-the-proxy-1"
    assert (line["method"], line["path"], line["status"]) == ("GET", "/companies/", 200)
    assert line["firm"] > 0
    assert line["user"] > 0
    assert line["ms"] > 0
    assert not [
        word for word in ("Ngata", "Aroha", "raman", "sessionid", "127.0.0.1") if word in str(lines.text)
    ]


@pytest.mark.django_db
def test_a_page_that_is_not_there_is_logged_without_its_address(client: Client, lines: Lines) -> None:
    client.get("/reset/aroha.ngata@clients.example/s3cr3t/")

    assert "(no such page)" in str(lines.text)
    assert "s3cr3t" not in str(lines.text)
    assert "aroha" not in str(lines.text)


def _matched(path: str, **captured: object) -> HttpRequest:
    request = RequestFactory().get(path)
    request.resolver_match = ResolverMatch(lambda _: HttpResponse(), (), captured, captured_kwargs=captured)
    return request


def test_an_id_stays_in_the_path_and_a_word_or_a_key_does_not() -> None:
    pack = uuid4()

    assert path_of(_matched(f"/packs/{pack}/", pack_id=pack)) == f"/packs/{pack}/"
    assert path_of(_matched("/companies/12/", company_id=12)) == "/companies/12/"
    assert path_of(_matched("/invited/a1b2-c3/", key="a1b2-c3")) == "/invited/…/"


def test_an_error_is_logged_by_its_kind_and_place_not_by_its_words() -> None:
    def stumble() -> None:
        raise ValueError("Key (email)=(aroha.ngata@clients.example) already exists")

    line = _logged(stumble, "Mail %s was not sent", 7, logger="minutebook.delivery.sending")

    assert line["message"] == "Mail 7 was not sent"
    assert line["error"] == "builtins.ValueError"
    assert line["raised_at"][-1].endswith("stumble")
    assert "aroha" not in json.dumps(line)


def test_what_a_library_fills_into_its_sentence_is_left_out() -> None:
    line = _logged(lambda: None, "GET %s", "https://api.example/?q=Ngata", logger="httpx2")

    assert line["message"] == "GET %s"
    assert "Ngata" not in json.dumps(line)


def test_a_tax_file_number_in_our_own_sentence_is_masked() -> None:
    assert "123456782" not in _logged(lambda: None, "TFN 123 456 782", logger="minutebook.jobs")["message"]


def test_an_address_in_our_own_sentence_is_left_out() -> None:
    refusal = {"aroha.ngata@clients.example": (550, b"no such user")}

    line = _logged(lambda: None, "Mail %s was not sent: %s", 7, refusal, logger="minutebook.delivery.sending")

    assert "Mail 7 was not sent" in line["message"]
    assert "aroha" not in line["message"]


def _logged(action: Callable[[], None], sentence: str, *words: object, logger: str) -> dict[str, Any]:
    """Return the line of an error of that action, logged with that sentence."""
    kept, logger_ = Lines(), logging.getLogger(logger)
    logger_.addHandler(kept)
    try:
        action()
        logger_.error(sentence, *words)
    except ValueError:
        logger_.exception(sentence, *words)
    finally:
        logger_.removeHandler(kept)
    line: dict[str, Any] = json.loads(kept.text[0])
    return line


@pytest.mark.django_db(transaction=True)
def test_a_task_takes_the_request_along() -> None:
    with from_origin(Origin(request_id="asked-by-the-proxy-1")):
        drive_request.enqueue("00000000-0000-0000-0000-000000000000", 0)

    table, column = (
        ("procrastinate_jobs", "args")
        if connection.vendor == "postgresql"
        else ("django_tasks_database_dbtaskresult", "args_kwargs")
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608  # our own words
        [(kept,)] = cursor.fetchall()
    assert (kept if isinstance(kept, dict) else json.loads(kept))["request_id"] == "asked-by-the-proxy-1"


def test_facts_of_a_stranger_name_nobody() -> None:
    facts = facts_of(RequestFactory().get("/x/"), HttpResponse(), seconds=0.0123)

    assert (facts["firm"], facts["user"], facts["ms"]) == (None, None, 12.3)
