"""Faults on demand: in process, and over a real socket where a connection can be dropped."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from flask import Flask
from werkzeug.serving import make_server

from xpm_sandbox.faults import BadRule, read_rule
from xpm_sandbox.testing import BASE, Caller, connect_app, texts


def fault(caller: Caller, **rule: object) -> None:
    answer = caller.http.post("/_faults", json=rule)
    assert answer.status_code in {200, 201}, answer.text


def new_client(caller: Caller) -> httpx2.Response:
    return caller.post("client.api/add", "<Client><Name>Made once</Name></Client>")


def how_many_made(caller: Caller) -> int:
    return len(texts(caller.get("client.api/search", query="Made once"), "Clients/Client"))


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_500_comes_before_or_after_the_work(caller: Caller, when: str, made: int) -> None:
    fault(caller, kind="status", when=when, method="POST", path="client.api/add", status=500, body="html")

    answer = new_client(caller)

    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/html")
    assert how_many_made(caller) == made


def test_a_rule_waits_is_met_and_is_spent(caller: Caller) -> None:
    fault(caller, kind="unavailable", path="category.api/*", skip=1, times=2)

    codes = [caller.get("category.api/list").status_code for _ in range(5)]

    assert codes == [200, 503, 503, 200, 200]


def test_a_rule_of_chance_falls_on_its_part_of_the_calls_and_alike_for_one_seed() -> None:
    def falls(seed: int) -> list[bool]:
        rule = read_rule({"kind": "drop", "chance": 0.1, "seed": seed})
        return [rule.falls() for _ in range(1000)]

    assert falls(1) == falls(1) != falls(2)
    assert 70 < sum(falls(1)) < 130


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("job.api/cost", True),
        ("job.api/co", False),
        ("job.api/*", True),
        ("*/client.api/*", False),
        ("*", True),
    ],
)
def test_a_rule_names_whole_parts_of_an_address_or_a_glob(pattern: str, matches: bool) -> None:  # noqa: FBT001 - a parameter of the test
    rule = read_rule({"kind": "drop", "path": pattern})

    assert rule.matches("POST", "/practicemanager/3.1/job.api/cost") is matches
    assert not read_rule({"kind": "drop", "path": "job.api/cost"}).matches("GET", "/x/job.api/costs/J1")


@pytest.mark.parametrize(
    ("problem", "retry_after"), [("minute", "2"), ("day", "2"), ("appminute", "2"), ("concurrent", None)]
)
def test_every_kind_of_throttling_can_be_had(caller: Caller, problem: str, retry_after: str | None) -> None:
    fault(caller, kind="throttle", problem=problem)

    answer = caller.get("category.api/list")

    assert (answer.status_code, answer.text) == (429, "")
    assert answer.headers["X-Rate-Limit-Problem"] == problem
    assert answer.headers.get("Retry-After") == retry_after


def test_tokens_expire_and_are_revoked_at_once(caller: Caller) -> None:
    fault(caller, action="expire-access-tokens")
    expired = caller.get("category.api/list")
    caller.access_token = caller.refresh().json()["access_token"]
    renewed = caller.get("category.api/list")
    fault(caller, action="revoke-refresh-tokens")

    assert "TokenExpired" in expired.json()["Detail"]
    assert renewed.status_code == 200
    assert caller.refresh().text == '{"error":"invalid_grant"}'


def test_connections_can_be_removed(caller: Caller) -> None:
    fault(caller, action="remove-connections")

    assert caller.get("category.api/list").status_code == 403


def test_rules_are_listed_and_cleared(caller: Caller) -> None:
    fault(caller, kind="drop", times=None)

    [rule] = caller.http.get("/_faults").json()
    caller.http.delete("/_faults")

    assert (rule["kind"], rule["times"], rule["met"]) == ("drop", None, 0)
    assert caller.get("category.api/list").status_code == 200


def test_the_page_adds_and_removes_a_rule(caller: Caller) -> None:
    caller.http.post("/faults", data={"do": "add", "kind": "unavailable", "path": "", "times": "1"})
    [rule] = caller.http.get("/_faults").json()
    caller.http.post("/faults", data={"do": "remove", "number": str(rule["number"])})

    assert rule["path"] == "*"
    assert caller.http.get("/_faults").json() == []


def test_faults_are_for_this_machine_only(app: Flask) -> None:
    transport = httpx2.WSGITransport(app=app, remote_addr="203.0.113.9")
    with httpx2.Client(transport=transport, base_url="http://localhost") as stranger:
        assert stranger.post("/_faults", json={"kind": "drop"}).status_code == 403


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"kind": "explode"},
        {"kind": "drop", "when": "never"},
        {"kind": "drop", "colour": "red"},
        {"kind": "drop", "skip": "x"},
    ],
    ids=["nothing", "kind", "when", "unknown member", "number"],
)
def test_a_rule_that_makes_no_sense_is_refused(members: dict[str, object]) -> None:
    with pytest.raises(BadRule):
        read_rule(members)


@pytest.fixture
def socket_caller(app: Flask) -> Iterator[Caller]:
    """An app connected over a real socket."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with httpx2.Client(base_url=f"http://localhost:{server.port}", timeout=5) as client:
        yield connect_app(client)
    server.shutdown()
    thread.join()


class TestOverASocket:
    @pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
    def test_a_connection_is_dropped_before_or_after_the_work(
        self, socket_caller: Caller, when: str, made: int
    ) -> None:
        fault(socket_caller, kind="drop", when=when, path="client.api/add")

        with pytest.raises(httpx2.RemoteProtocolError):
            new_client(socket_caller)

        assert how_many_made(socket_caller) == made

    def test_a_refresh_can_be_lost_and_retried(self, socket_caller: Caller) -> None:
        fault(socket_caller, kind="drop", when="after", path="/connect/token")

        with pytest.raises(httpx2.RemoteProtocolError):
            socket_caller.refresh()

        assert socket_caller.refresh().status_code == 200

    def test_an_answer_is_truncated_after_the_work(self, socket_caller: Caller) -> None:
        fault(socket_caller, kind="truncate", path="client.api/add")

        with pytest.raises(httpx2.RemoteProtocolError):
            new_client(socket_caller)

        assert how_many_made(socket_caller) == 1

    def test_work_can_be_done_after_the_connection_was_dropped(self, socket_caller: Caller) -> None:
        fault(socket_caller, kind="late", seconds=0.3, path="client.api/add")

        with pytest.raises(httpx2.RemoteProtocolError):
            new_client(socket_caller)

        assert how_many_made(socket_caller) == 0
        time.sleep(0.6)
        assert how_many_made(socket_caller) == 1

    def test_a_delayed_call_counts_as_in_flight(self, socket_caller: Caller) -> None:
        fault(socket_caller, kind="delay", seconds=0.5, path="category.api/list", times=5)
        headers = socket_caller.headers()
        threads = [threading.Thread(target=_get, args=(socket_caller.http, headers)) for _ in range(5)]
        for thread in threads:
            thread.start()
        time.sleep(0.25)

        sixth = socket_caller.get("staff.api/list")
        for thread in threads:
            thread.join()

        assert sixth.headers.get("X-Rate-Limit-Problem") == "concurrent"
        assert socket_caller.get("staff.api/list").status_code == 200


def _get(http: httpx2.Client, headers: dict[str, str]) -> Any:
    return http.get(BASE + "category.api/list", headers=headers)
