"""An error is reported only where SENTRY_DSN says, and without anybody's data."""

import gzip
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import sentry_sdk
from django.test import RequestFactory

from minutebook.activity.origin import Origin, from_origin
from minutebook.server.error_reports import start_error_reports


class Receiver(BaseHTTPRequestHandler):
    """A server that speaks as much Sentry as it takes to be sent something."""

    received: list[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append(
            (gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body).decode()
        )
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def receiver() -> Iterator[tuple[str, list[str]]]:
    """Run the receiver; yield its address as a DSN, and what it received."""
    received: list[str] = []
    handler = type("Handler", (Receiver,), {"received": received})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://public@127.0.0.1:{server.server_port}/1", received
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def reports() -> Iterator[list[str]]:
    with receiver() as (dsn, received):
        start_error_reports(dsn)
        try:
            yield received
        finally:
            sentry_sdk.get_client().close(timeout=5)
            sentry_sdk.get_global_scope().set_client(None)


def test_an_error_arrives_with_its_kind_its_place_and_its_request(reports: list[str]) -> None:
    with from_origin(Origin(request_id="asked-by-the-proxy-1")):
        _fail_with("Key (email)=(aroha.ngata@clients.example) already exists")
    sentry_sdk.flush(timeout=5)

    event = json.loads(reports[0].splitlines()[-1])
    [error] = event["exception"]["values"]
    assert error["type"] == "ValueError"
    assert error["stacktrace"]["frames"][-1]["function"] == "_fail_with"
    assert event["tags"]["request_id"] == "asked-by-the-proxy-1"
    assert event["logentry"]["message"] == "Pack of %s was not made"


def test_nothing_of_a_person_arrives(reports: list[str]) -> None:
    _fail_with("Key (email)=(aroha.ngata@clients.example) already exists")
    sentry_sdk.flush(timeout=5)

    assert len(reports) == 1
    assert "aroha" not in reports[0].lower()
    assert "Bearer" not in reports[0]


def test_nothing_is_sent_without_the_setting() -> None:
    start_error_reports("")

    assert not sentry_sdk.get_client().is_active()


def _fail_with(words: str) -> None:
    """Log an error as a view's code would, with somebody's name in its words, its variables and its request."""
    authorization = "Bearer eyJhbGciOi"
    request = RequestFactory().post("/?q=Aroha", {"name": "Aroha"}, headers={"Authorization": authorization})
    try:
        raise ValueError(words)  # noqa: TRY301  # where it is raised is what is looked at
    except ValueError:
        logging.getLogger("minutebook.documents").exception(
            "Pack of %s was not made", "Aroha Ngata", extra={"request": request}
        )
