"""What stands before the application: it writes the journal and commits the faults."""

import io
import json
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import uuid4
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wrappers import Response

from xpm_sandbox.clock import Clock
from xpm_sandbox.faults import Faults, Rule
from xpm_sandbox.journal import Entry, Journal

DELAY = "xpm_sandbox.delay"
"""Seconds that the API waits while the call counts as in flight."""

_ERROR_BODIES = {
    "xml": (
        "text/xml; charset=utf-8",
        "<Response><Status>ERROR</Status><ErrorDescription>An error occurred</ErrorDescription></Response>",
    ),
    "html": (
        "text/html; charset=utf-8",
        "<html><body><h1>Server Error in '/' Application.</h1></body></html>",
    ),
    "json": ("application/json", '{"status":"ERROR","errorDescription":"An error occurred"}'),
    "empty": ("text/plain; charset=utf-8", ""),
}


class Dropped(ConnectionAbortedError):
    """The connection was dropped on purpose; a server sends nothing more."""


class Front:
    """WSGI middleware: journal and faults around `app`."""

    def __init__(self, app: WSGIApplication, *, faults: Faults, journal: Journal, clock: Clock) -> None:
        self._app = app
        self._faults = faults
        self._journal = journal
        self._clock = clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        started = time.perf_counter()
        rule = self._faults.meet(method=environ["REQUEST_METHOD"], path=environ["PATH_INFO"])
        response = self._answer(environ, rule)
        self._note(environ, response, rule, started)
        if response is None:
            _hang_up(environ)
            raise Dropped("Dropped by a fault rule.")
        if rule is not None and rule.kind == "truncate":
            return _send_half(environ, start_response, response)
        return response(environ, start_response)

    def _answer(self, environ: WSGIEnvironment, rule: Rule | None) -> Response | None:
        """Do the work, unless the fault comes before it. None means no answer at all."""
        if rule is None:
            return self._work(environ)
        if rule.kind == "delay" and rule.when == "before":
            environ[DELAY] = rule.seconds
            return self._work(environ)
        if rule.kind == "late":
            self._work_later(environ, seconds=rule.seconds)
            return None
        if rule.when == "before":
            return _faulty_answer(rule)
        done = self._work(environ)
        if rule.kind == "delay":
            time.sleep(rule.seconds)
        if rule.kind in {"delay", "truncate"}:
            return done
        done.close()
        return _faulty_answer(rule)

    def _work(self, environ: WSGIEnvironment) -> Response:
        response = Response.from_app(self._app, environ)
        response.make_sequence()
        return response

    def _work_later(self, environ: WSGIEnvironment, *, seconds: float) -> None:
        """Do the work when nobody listens any more: to its caller, XPM has committed late or shows it late."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        alone = environ | {"wsgi.input": io.BytesIO(body)}
        worker = threading.Timer(seconds, lambda: self._work(alone).close())
        worker.daemon = True
        worker.start()

    def _note(
        self, environ: WSGIEnvironment, response: Response | None, rule: Rule | None, started: float
    ) -> None:
        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        if path.startswith("/static/"):
            return
        self._journal.add(
            Entry(
                at=self._clock(),
                method=environ["REQUEST_METHOD"],
                path=path + (f"?{environ['QUERY_STRING']}" if _shows_query(environ) else ""),
                status=0 if response is None else response.status_code,
                milliseconds=(time.perf_counter() - started) * 1000,
                tenant=environ.get("HTTP_XERO_TENANT_ID", ""),
                remaining="" if response is None else response.headers.get("X-MinLimit-Remaining", ""),
                fault="" if rule is None else f"{rule.kind} {rule.when}",
            )
        )


def _faulty_answer(rule: Rule) -> Response | None:
    if rule.kind == "drop":
        return None
    if rule.kind == "throttle":
        return _throttled(rule)
    if rule.kind == "unavailable":
        return _unavailable()
    content_type, text = _ERROR_BODIES[rule.body]
    return Response(text, rule.status, content_type=content_type)


def _throttled(rule: Rule) -> Response:
    seconds = rule.retry_after
    if seconds is None and rule.problem != "concurrent":
        seconds = 2
    response = Response("", 429)
    response.headers["X-Rate-Limit-Problem"] = rule.problem
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    remaining = {
        "minute": "X-MinLimit-Remaining",
        "day": "X-DayLimit-Remaining",
        "appminute": "X-AppMinLimit-Remaining",
    }
    if rule.problem in remaining:
        response.headers[remaining[rule.problem]] = "0"
    return response


def _unavailable() -> Response:
    body: dict[str, object] = {
        "Type": None,
        "Title": "Unavailable",
        "Status": 503,
        "Detail": "ServiceNotAvailable",
        "Instance": str(uuid4()),
        "Extensions": {},
    }
    return Response(json.dumps(body, separators=(",", ":")), 503, content_type="application/json")


def _send_half(
    environ: WSGIEnvironment, start_response: StartResponse, response: Response
) -> Iterator[bytes]:
    """Promise the whole body, send half of it, and hang up."""
    body = response.get_data()
    response.headers["Content-Length"] = str(len(body))
    start_response(response.status, response.get_wsgi_headers(environ).to_wsgi_list())
    response.close()
    yield body[: len(body) // 2]
    _hang_up(environ)
    raise Dropped("Truncated by a fault rule.")


def _hang_up(environ: WSGIEnvironment) -> None:
    """Close the real connection, where there is one: Werkzeug's server lends its socket."""
    connection: Any = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)


def _shows_query(environ: WSGIEnvironment) -> bool:
    """Queries of the consent page carry codes and states, which are nobody's business."""
    return bool(environ["QUERY_STRING"]) and environ["PATH_INFO"].startswith("/practicemanager/")
