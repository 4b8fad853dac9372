"""One exchange with Xero at a time: send, follow how far it came, read, report.

Every error that leaves this module is an XpmError; `xpm.verdict` decides which.
"""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from time import monotonic
from typing import Any

import httpx2
from lxml import etree

from xpm.errors import InDoubt, NotSent, Outcome, XpmError
from xpm.limits import Limits, read_limits
from xpm.verdict import Phase, error_for
from xpm.xml import Element, Unreadable, parse, stream_records

TIMEOUT = 20.0  # seconds
_LONGEST_CONNECT = 5.0  # seconds: who does not pick up in five will not in twenty
_LARGEST_ANSWER = 64 * 1024 * 1024  # bytes, of an answer that is read whole

# What httpx2 raises only before the first byte of a request leaves.
_BEFORE_SENDING = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
    httpx2.InvalidURL,
)
# Where httpcore2 stands just before it writes; a request without its body cannot be executed.
_ABOUT_TO_WRITE = {"http11.send_request_headers.started", "http11.send_request_body.started"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What is worth knowing of a finished call. Never a token or a query.

    The bodies are as they went and came: what of them is kept is for the caller to say.
    """

    method: str
    path: str  # such as "job.api/get/J000123"
    status: int | None  # None: no answer
    seconds: float  # from before connecting to the end of the answer
    limits: Limits
    outcome: Outcome
    correlation_id: str = ""  # what Xero's support asks for
    answered_at: datetime | None = None  # by Xero's clock
    sent: bytes = field(default=b"", repr=False)
    answer: bytes = field(default=b"", repr=False)  # empty for a streamed list


@dataclass(frozen=True, kw_only=True, slots=True)
class Hooks:
    """Where a caller may take part in every call; see Client."""

    before_call: Callable[[str, str], None] | None = None
    may_send: Callable[[], bool] | None = None
    on_call: Callable[[Call], None] | None = None


@dataclass(kw_only=True, slots=True)
class _Answered:
    """What is known of an exchange while it goes on."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    outcome: Outcome = Outcome.ABANDONED


@cache
def trusted() -> ssl.SSLContext:
    """Return whose certificates are believed: read once, for it takes longer than a call."""
    return httpx2.create_ssl_context()


class Wire:
    """An HTTP client whose every failure is classified and whose every call is reported."""

    def __init__(
        self,
        *,
        base_url: str,
        headers: Mapping[str, str],
        transport: httpx2.BaseTransport | None = None,
        timeout: float = TIMEOUT,
        hooks: Hooks | None = None,
    ) -> None:
        self._timeout = timeout
        self._hooks = hooks or Hooks()
        self._http = httpx2.Client(
            base_url=base_url,
            headers=headers,
            transport=transport,
            timeout=timeouts(timeout),
            verify=trusted(),
        )

    def close(self) -> None:
        self._http.close()

    def exchange[T](
        self,
        method: str,
        path: str,
        *,
        read: Callable[[bytes], T],
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
        enveloped: bool = True,
    ) -> T:
        """Send one request, read the whole answer, and return what `read` makes of its body.

        When `read` raises Unreadable the call is InDoubt: it was executed, but what came of it is not known.
        Raises NotSent, Throttled, Unauthorised, Refused, InDoubt.
        """
        self._ask_before(method, path)
        deadline = monotonic() + _connect_timeout(self._timeout) + self._timeout
        with self._exchanging(method, path, params=params, content=content) as (response, answered):
            body = answered.body = _whole_body(response, deadline=deadline)
            _raise_unless_executed(response, body, enveloped=enveloped)
            return read(body)

    def records[T](
        self, path: str, *, name: str, read: Callable[[Element], T], params: Mapping[str, str] | None = None
    ) -> Iterator[T]:
        """Yield the records of a list while it arrives, in constant memory.

        The list is whole only when the iteration ends without an error: after one, start again.
        Raises as `exchange` does, possibly after some records.
        """
        self._ask_before("GET", path)
        with self._exchanging("GET", path, params=params, content=None) as (response, _):
            if response.status_code != httpx2.codes.OK:
                body = _whole_body(response, deadline=monotonic() + self._timeout)
                _raise_unless_executed(response, body, enveloped=True)
            root = yield from stream_records(response.iter_bytes(), name=name, read=read)
            _raise_unless_executed(response, etree.tostring(root), enveloped=True)

    @contextmanager
    def _exchanging(
        self, method: str, path: str, *, params: Mapping[str, str] | None, content: bytes | None
    ) -> Iterator[tuple[httpx2.Response, _Answered]]:
        started, answered = monotonic(), _Answered()
        try:
            self._check_moment()
            with self._http.stream(
                method,
                path,
                params=params,
                content=content,
                headers={} if content is None else {"Content-Type": "text/xml; charset=utf-8"},
                extensions={"trace": self._before_writing},
            ) as response:
                answered.status, answered.headers = response.status_code, response.headers
                yield response, answered
            answered.outcome = Outcome.DONE
        except (XpmError, httpx2.HTTPError, httpx2.InvalidURL, Unreadable) as problem:
            error = as_xpm_error(problem, status=answered.status)
            answered.outcome = error.outcome
            raise error from (None if error is problem else problem)
        finally:
            self._report(method, path, answered, sent=content or b"", seconds=monotonic() - started)

    def _ask_before(self, method: str, path: str) -> None:
        """Let the caller hold the call up or forbid it, before any clock of ours runs."""
        if self._hooks.before_call:
            self._hooks.before_call(method, path)

    def _before_writing(self, event: str, _info: Mapping[str, Any]) -> None:  # Any: httpcore2's own signature
        if event in _ABOUT_TO_WRITE:
            self._check_moment()

    def _check_moment(self) -> None:
        if self._hooks.may_send and not self._hooks.may_send():
            raise NotSent("The moment to send has passed, so nothing was sent.")

    def _report(self, method: str, path: str, answered: _Answered, *, sent: bytes, seconds: float) -> None:
        if self._hooks.on_call:
            call = Call(
                method=method,
                path=path,
                status=answered.status,
                seconds=seconds,
                limits=read_limits(answered.headers),
                outcome=answered.outcome,
                answered_at=_moment(answered.headers.get("Date", "")),
                correlation_id=answered.headers.get("Xero-Correlation-Id", ""),
                sent=sent,
                answer=answered.body,
            )
            self._hooks.on_call(call)


def _moment(text: str) -> datetime | None:
    try:
        said = parsedate_to_datetime(text)
    except ValueError:
        return None
    return said if said.tzinfo else None  # without a zone it says nothing


def timeouts(seconds: float) -> httpx2.Timeout:
    """Return the limits on each wait: at most five seconds to connect, `seconds` for a write or read."""
    connect = _connect_timeout(seconds)
    return httpx2.Timeout(seconds, connect=connect, pool=connect)


def _connect_timeout(seconds: float) -> float:
    return min(seconds, _LONGEST_CONNECT)


def as_xpm_error(problem: Exception, *, status: int | None = None) -> XpmError:
    """Return the XpmError that an exception raised during an exchange stands for."""
    if isinstance(problem, XpmError):
        return problem
    if isinstance(problem, Unreadable):
        return InDoubt(f"Xero's answer cannot be read: {problem}.", status=status)
    phase = Phase.UNSENT if isinstance(problem, _BEFORE_SENDING) else Phase.UNANSWERED
    error = error_for(phase=phase, cause=f"{type(problem).__name__}: {problem}")
    return error or InDoubt(str(problem), status=status)


def xml_reader[T](read: Callable[[Element], T]) -> Callable[[bytes], T]:
    """Return a reader of bodies from a reader of roots."""
    return lambda body: read(parse(body))


def _raise_unless_executed(response: httpx2.Response, body: bytes, *, enveloped: bool) -> None:
    error = error_for(
        phase=Phase.ANSWERED,
        status=response.status_code,
        headers=response.headers,
        body=body,
        enveloped=enveloped,
    )
    if error:
        raise error


def _whole_body(response: httpx2.Response, *, deadline: float) -> bytes:
    """Read to the end, but neither for ever nor without bound: an answer that drips in is no answer."""
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if monotonic() > deadline:
            raise InDoubt("Xero's answer took too long to arrive whole.", status=response.status_code)
        if len(body) > _LARGEST_ANSWER:
            raise InDoubt("Xero's answer is larger than any expected.", status=response.status_code)
    return bytes(body)
