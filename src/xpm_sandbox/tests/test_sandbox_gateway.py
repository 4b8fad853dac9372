"""What stops a call before the API sees it: the exact answers, and the limits."""

import re
from typing import Any

import httpx2

from xpm_sandbox.sandbox import Sandbox
from xpm_sandbox.testing import BASE, Caller, connect_app

GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def assert_gateway(answer: httpx2.Response, *, status: int, title: str, detail: str) -> None:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    assert re.fullmatch(
        rf'{{"Type":null,"Title":"{title}","Status":{status},"Detail":"{detail}",'
        rf'"Instance":"{GUID}","Extensions":{{}}}}',
        answer.text,
    )


def test_no_token_is_unauthorised(http: httpx2.Client) -> None:
    answer = http.get(BASE + "staff.api/list")

    assert_gateway(answer, status=401, title="Unauthorized", detail="AuthenticationUnsuccessful")
    assert answer.headers["WWW-Authenticate"] == "Bearer error=invalid_token"


def test_a_forged_token_is_unauthorised(caller: Caller) -> None:
    caller.access_token = caller.access_token[:-6] + "AAAAAA"

    assert_gateway(
        caller.get("staff.api/list"), status=401, title="Unauthorized", detail="AuthenticationUnsuccessful"
    )


def test_an_expired_token_says_when_it_expired(caller: Caller, clock: Any) -> None:
    clock.forward(minutes=30)

    moment = clock.now.strftime("%m/%d/%Y %H:%M:%S")
    assert_gateway(
        caller.get("staff.api/list"),
        status=401,
        title="Unauthorized",
        detail=f"TokenExpired: token expired at {moment}",
    )


def test_a_scope_that_was_not_granted_is_unauthorised(http: httpx2.Client) -> None:
    caller = connect_app(http, scope="openid practicemanager.job.read")

    assert caller.get("job.api/current").status_code == 200
    for answer in (caller.get("template.api/list"), caller.get("staff.api/list"), caller.post("job.api/add")):
        assert_gateway(answer, status=401, title="Unauthorized", detail="AuthorizationUnsuccessful")


def test_reading_scopes_read_everything_and_write_nothing(http: httpx2.Client) -> None:
    caller = connect_app(http, scope="openid practicemanager.read")

    assert caller.get("cost.api/list", page="1").status_code == 200
    assert caller.get("client.api/list").status_code == 200
    assert caller.post("client.api/add", "<Client><Name>New</Name></Client>").status_code == 401


def test_a_wrong_tenant_is_forbidden_and_counts_for_the_app_only(caller: Caller) -> None:
    caller.tenant = "00000000-0000-0000-0000-000000000000"

    answer = caller.get("staff.api/list")

    assert_gateway(answer, status=403, title="Forbidden", detail="AuthenticationUnsuccessful")
    assert "X-AppMinLimit-Remaining" in answer.headers
    assert "X-MinLimit-Remaining" not in answer.headers


def test_a_tenant_may_be_spelt_in_capitals(caller: Caller) -> None:
    caller.tenant = caller.tenant.upper()

    assert caller.get("staff.api/list").status_code == 200


class TestLimits:
    def test_every_answer_says_what_is_left(self, caller: Caller) -> None:
        answer = caller.get("job.api/get/J999999")

        assert answer.headers["X-MinLimit-Remaining"] == "59"
        assert answer.headers["X-DayLimit-Remaining"] == "4999"
        assert answer.headers["X-AppMinLimit-Remaining"] == "9999"

    def test_the_sixty_first_call_in_a_minute_is_throttled(self, caller: Caller, clock: Any) -> None:
        for _ in range(60):
            assert caller.get("category.api/list").status_code == 200
        clock.forward(seconds=38)

        answer = caller.get("category.api/list")

        assert (answer.status_code, answer.text) == (429, "")
        assert answer.headers["X-Rate-Limit-Problem"] == "minute"
        assert answer.headers["Retry-After"] == "22"
        assert answer.headers["X-MinLimit-Remaining"] == "0"

    def test_the_window_is_fixed_and_opens_with_the_first_call(self, caller: Caller, clock: Any) -> None:
        caller.get("category.api/list")
        clock.forward(seconds=59)
        for _ in range(59):
            caller.get("category.api/list")
        clock.forward(seconds=1)

        assert caller.get("category.api/list").headers["X-MinLimit-Remaining"] == "59"

    def test_the_day_has_its_own_limit(self, caller: Caller, sandbox: Sandbox, clock: Any) -> None:
        sandbox.limits.day = 2
        sandbox.limits.forget()
        for _ in range(2):
            caller.get("category.api/list")
        clock.forward(hours=23)
        caller.access_token = caller.refresh().json()["access_token"]

        answer = caller.get("category.api/list")

        assert answer.headers["X-Rate-Limit-Problem"] == "day"
        assert answer.headers["Retry-After"] == "3600"

    def test_practices_do_not_share_their_limits(self, http: httpx2.Client, caller: Caller) -> None:
        caller.get("category.api/list")
        other = connect_app(http, practice="Harbour & Pine Partners")

        assert other.get("category.api/list").headers["X-MinLimit-Remaining"] == "59"

    def test_five_calls_may_be_in_flight(self, caller: Caller, sandbox: Sandbox) -> None:
        for _ in range(5):
            sandbox.limits.enter(app="minutebook-demo", practice=caller.tenant)

        answer = caller.get("category.api/list")

        assert (answer.status_code, answer.headers["X-Rate-Limit-Problem"]) == (429, "concurrent")
        assert "Retry-After" not in answer.headers

    def test_a_finished_call_is_no_longer_in_flight(self, caller: Caller) -> None:
        answers = [caller.get("job.api/get/J999999").status_code for _ in range(6)]

        assert answers == [200] * 6
