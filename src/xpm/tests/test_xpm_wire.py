"""Real connections on this machine: what is known to be unsent, what is in doubt, and what is reported."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import httpx2
import pytest

import xpm

type Connect = Callable[..., xpm.Client]

STATE_SET = b'<Response api-method="State"><Status>OK</Status></Response>'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nX-MinLimit-Remaining: 59\r\n"


@contextmanager
def server(answer: Callable[[socket.socket, bytes], None]) -> Iterator[tuple[str, list[bytes]]]:
    """Serve one connection: read a request, let `answer` do what it likes. Yields address and requests."""
    requests: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.settimeout(5)

        def serve() -> None:
            connection, _ = listening.accept()
            with closing(connection):
                connection.settimeout(5)
                requests.append(_read_request(connection))
                answer(connection, requests[-1])

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", requests
        finally:
            thread.join(timeout=10)


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"</Job>" not in data:
        more = connection.recv(65536)
        if not more:
            break
        data += more
    return data


def client_at(
    url: str, *, calls: list[xpm.Call] | None = None, may_send: Callable[[], bool] | None = None
) -> xpm.Client:
    return xpm.Client(
        endpoints=xpm.Endpoints(api_url=url),
        access_token="a-token",
        tenant_id="a-tenant",
        timeout=0.5,
        may_send=may_send,
        on_call=None if calls is None else calls.append,
    )


def whole(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(STATE_SET) + STATE_SET)


def cut_short(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(STATE_SET) + STATE_SET[:20])


def reset(connection: socket.socket, _request: bytes) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def hang_up(_connection: socket.socket, _request: bytes) -> None:
    return


def fall_silent(connection: socket.socket, _request: bytes) -> None:
    connection.recv(1)  # until the client gives up


def no_http(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")


def no_gzip(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope")


def test_a_whole_answer_is_reported_with_limits_and_without_secrets() -> None:
    calls: list[xpm.Call] = []
    with server(whole) as (url, requests), client_at(url, calls=calls) as client:
        client.set_state("J000012", "COMPLETED")

    (call,) = calls
    assert (call.method, call.path, call.status) == ("PUT", "job.api/state", 200)
    assert (call.outcome, call.limits.minute_left) == (xpm.Outcome.DONE, 59)
    assert "a-token" not in repr(call)
    assert requests[0].startswith(b"PUT /practicemanager/3.1/job.api/state HTTP/1.1\r\n")
    assert b"Xero-Tenant-Id: a-tenant" in requests[0]
    assert b"Content-Type: text/xml; charset=utf-8" in requests[0]


def test_a_closed_port_means_nothing_was_sent() -> None:
    calls: list[xpm.Call] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]

    with client_at(f"http://127.0.0.1:{port}", calls=calls) as client, pytest.raises(xpm.NotSent):
        client.set_state("J000012", "COMPLETED")

    assert [(call.status, call.outcome) for call in calls] == [(None, xpm.Outcome.NOT_SENT)]


def test_a_server_without_tls_means_nothing_was_sent() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def talk_plainly() -> None:
            connection, _ = listening.accept()
            with closing(connection):
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=talk_plainly)
        thread.start()
        with (
            client_at(f"https://127.0.0.1:{listening.getsockname()[1]}") as client,
            pytest.raises(xpm.NotSent),
        ):
            client.set_state("J000012", "COMPLETED")
        thread.join(timeout=5)


@pytest.mark.parametrize("answer", [cut_short, reset, hang_up, fall_silent, no_http, no_gzip])
def test_after_the_request_left_every_failure_is_in_doubt(
    answer: Callable[[socket.socket, bytes], None], annual_review: xpm.NewJob
) -> None:
    calls: list[xpm.Call] = []
    with (
        server(answer) as (url, requests),
        client_at(url, calls=calls) as client,
        pytest.raises(xpm.InDoubt),
    ):
        client.add_job(annual_review)

    assert b"MB-000481-7K3Q" in requests[0]
    assert [call.outcome for call in calls] == [xpm.Outcome.IN_DOUBT]


def test_an_answer_that_drips_in_is_given_up() -> None:
    def drip(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
        stop = threading.Event()
        try:
            for _ in range(100):
                connection.sendall(b" ")
                stop.wait(0.1)
        except OSError:
            return

    with server(drip) as (url, _), client_at(url) as client, pytest.raises(xpm.InDoubt, match="too long"):
        client.set_state("J000012", "COMPLETED")


@pytest.mark.parametrize("allowed", [0, 1, 2])
def test_a_request_held_up_at_any_moment_never_leaves_whole(allowed: int, annual_review: xpm.NewJob) -> None:
    """Asked before connecting, before the head and before the body: a frozen process sends no job late."""
    asked: list[bool] = []

    def may_send() -> bool:
        asked.append(len(asked) < allowed)
        return asked[-1]

    with server(hang_up) as (url, requests):
        with client_at(url, may_send=may_send) as client, pytest.raises(xpm.NotSent, match="moment"):
            client.add_job(annual_review)
        if not allowed:  # nothing connected, so let the server go
            socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))).close()

    assert len(asked) == allowed + 1
    assert b"MB-000481-7K3Q" not in requests[0]


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (httpx2.ConnectError("no route"), xpm.NotSent),
        (httpx2.ConnectTimeout("slow"), xpm.NotSent),
        (httpx2.PoolTimeout("busy"), xpm.NotSent),
        (httpx2.ProxyError("no tunnel"), xpm.NotSent),
        (httpx2.ReadTimeout("slow"), xpm.InDoubt),
        (httpx2.WriteTimeout("slow"), xpm.InDoubt),
        (httpx2.ReadError("reset"), xpm.InDoubt),
        (httpx2.WriteError("broken pipe"), xpm.InDoubt),
        (httpx2.CloseError("odd"), xpm.InDoubt),
        (httpx2.RemoteProtocolError("garbled"), xpm.InDoubt),
        (httpx2.LocalProtocolError("odd"), xpm.InDoubt),
    ],
)
def test_every_transport_failure_has_its_class(
    client_of: Connect, annual_review: xpm.NewJob, problem: Exception, expected: type[xpm.XpmError]
) -> None:
    calls: list[xpm.Call] = []

    with pytest.raises(expected) as caught:
        client_of(problem, on_call=calls.append).add_job(annual_review)

    assert type(caught.value) is expected
    assert calls[0].outcome == expected.outcome


def test_a_caller_may_forbid_a_call_before_it_begins(client_of: Connect) -> None:
    class NoPermitError(Exception):
        pass

    def refuse(method: str, path: str) -> None:
        raise NoPermitError(f"{method} {path}")

    calls: list[xpm.Call] = []
    client = client_of(STATE_SET.decode(), before_call=refuse, on_call=calls.append)

    with pytest.raises(NoPermitError, match=r"PUT job\.api/state"):
        client.set_state("J000012", "COMPLETED")

    assert calls == []


def test_a_wait_for_a_permit_does_not_count_against_the_answer() -> None:
    def wait(_method: str, _path: str) -> None:
        threading.Event().wait(0.15)

    client = xpm.Client(
        access_token="a-token",
        tenant_id="a-tenant",
        timeout=0.05,
        transport=httpx2.MockTransport(lambda _request: httpx2.Response(200, content=STATE_SET)),
        before_call=wait,
    )

    client.set_state("J000012", "COMPLETED")


def test_a_failed_call_is_reported_with_its_status_and_limits(client_of: Connect) -> None:
    calls: list[xpm.Call] = []
    answer = httpx2.Response(429, headers={"Retry-After": "7", "X-DayLimit-Remaining": "12"})

    with pytest.raises(xpm.Throttled):
        client_of(answer, on_call=calls.append).templates()

    assert (calls[0].status, calls[0].outcome) == (429, xpm.Outcome.THROTTLED)
    assert (calls[0].limits.retry_after, calls[0].limits.day_left) == (7.0, 12)
