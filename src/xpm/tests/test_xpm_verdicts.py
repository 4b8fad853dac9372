"""Every way an exchange can end is told apart by what the caller may do next."""

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

import xpm
from xpm.verdict import Phase, error_for

OK = b'<Response api-method="State"><Status>OK</Status></Response>'
ERROR = (
    b'<Response api-method="Add"><Status>ERROR</Status>'
    b"<ErrorDescription>Invalid client identifier</ErrorDescription></Response>"
)
HTML = b"<html><head><title>Oops</title></head><body>An error has occurred.<br></body></html>"
GATEWAY = '{{"Type":null,"Title":"{}","Status":{},"Detail":"{}","Instance":"6b1c","Extensions":{{}}}}'


def ended(status: int, body: bytes | str = b"", **headers: str) -> xpm.XpmError | None:
    body = body.encode() if isinstance(body, str) else body
    return error_for(
        phase=Phase.ANSWERED,
        status=status,
        headers=httpx2.Headers({name.replace("_", "-"): value for name, value in headers.items()}),
        body=body,
    )


def test_ok_under_200_is_executed() -> None:
    assert ended(200, OK) is None


def test_an_error_under_200_is_refused_in_the_servers_words() -> None:
    error = ended(200, ERROR)

    assert type(error) is xpm.Refused
    assert str(error) == "Invalid client identifier"


@pytest.mark.parametrize("status", [400, 404, 405, 409, 413, 415, 422])
def test_a_client_error_is_refused_in_the_servers_words(status: int) -> None:
    error = ended(status, ERROR)

    assert type(error) is xpm.Refused
    assert str(error) == "Invalid client identifier"
    assert error.status == status


def test_a_client_error_without_words_is_refused_with_its_number() -> None:
    assert type(ended(404, HTML)) is xpm.Refused
    assert "404" in str(ended(404, HTML))


def test_a_json_refusal_is_refused_too() -> None:
    error = ended(200, '{"status":"ERROR","errorDescription":"Invalid job identifier"}')

    assert type(error) is xpm.Refused
    assert str(error) == "Invalid job identifier"


def test_an_expired_token_says_that_a_refresh_will_do() -> None:
    error = ended(
        401, GATEWAY.format("Unauthorized", 401, "TokenExpired: token expired at 04/29/2020 09:22:02")
    )

    assert type(error) is xpm.Unauthorised
    assert error.expired


@pytest.mark.parametrize("detail", ["AuthenticationUnsuccessful", "AuthorizationUnsuccessful"])
def test_a_wrong_token_or_scope_is_not_cured_by_a_refresh(detail: str) -> None:
    error = ended(401, GATEWAY.format("Unauthorized", 401, detail))

    assert type(error) is xpm.Unauthorised
    assert not error.expired
    assert detail in str(error)


def test_a_practice_out_of_reach_is_forbidden_which_is_unauthorised_but_not_expired() -> None:
    error = ended(403, GATEWAY.format("Forbidden", 403, "AuthenticationUnsuccessful"))

    assert type(error) is xpm.Forbidden
    assert isinstance(error, xpm.Unauthorised)
    assert not error.expired


def test_an_empty_429_is_throttled_with_seconds_and_limit() -> None:
    error = ended(429, b"", Retry_After="22", X_Rate_Limit_Problem="Minute")

    assert isinstance(error, xpm.Throttled)
    assert (error.retry_after, error.problem) == (22.0, "minute")


def test_a_429_for_calls_at_once_gives_no_seconds() -> None:
    error = ended(429)

    assert isinstance(error, xpm.Throttled)
    assert (error.retry_after, error.problem) == (None, None)


@pytest.mark.parametrize("body", [HTML, ERROR, OK, b""])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_server_leaves_doubt_whatever_it_says(status: int, body: bytes) -> None:
    assert type(ended(status, body)) is xpm.InDoubt


def test_a_503_from_the_edge_leaves_doubt_and_keeps_its_words() -> None:
    error = ended(503, GATEWAY.format("Unavailable", 503, "ServiceNotAvailable"), Retry_After="5")

    assert type(error) is xpm.InDoubt
    assert "ServiceNotAvailable" in str(error)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        OK[:-5],
        ERROR[:40],
        HTML,
        b"<Response></Response>",
        b"<Response><Status>Maybe</Status></Response>",
        b"<Job><Status>OK</Status></Job>",
        b"{",
        b"[1]",
        b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_a_200_that_cannot_be_read_leaves_doubt(body: bytes) -> None:
    assert type(ended(200, body)) is xpm.InDoubt


@pytest.mark.parametrize("status", [302, 304, 408])
def test_an_answer_that_says_nothing_of_execution_leaves_doubt(status: int) -> None:
    assert type(ended(status)) is xpm.InDoubt


def test_a_list_without_an_envelope_is_executed() -> None:
    assert ended(200, b"<Costs><Cost/></Costs>") is None


def test_a_spent_refresh_token_means_connecting_again() -> None:
    error = ended(400, '{"error":"invalid_grant"}')

    assert type(error) is xpm.GrantLost
    assert "Connect" in str(error)


@pytest.mark.parametrize("status", [400, 401])
def test_a_wrong_client_secret_is_refused_not_unauthorised(status: int) -> None:
    assert type(ended(status, '{"error":"invalid_client"}')) is xpm.Refused


def test_before_the_first_byte_nothing_was_sent() -> None:
    error = error_for(phase=Phase.UNSENT, cause="no such host")

    assert type(error) is xpm.NotSent
    assert "no such host" in str(error)


def test_after_the_first_byte_there_is_doubt() -> None:
    assert type(error_for(phase=Phase.UNANSWERED, cause="reset")) is xpm.InDoubt


@given(status=st.integers(100, 599), body=st.binary(max_size=200), header=st.text(max_size=20))
def test_every_answer_ends_in_exactly_one_class(status: int, body: bytes, header: str) -> None:
    headers = {"Retry-After": header, "X-Rate-Limit-Problem": header}

    error = error_for(phase=Phase.ANSWERED, status=status, headers=headers, body=body)

    if 200 <= status < 300:
        assert isinstance(error, xpm.InDoubt | xpm.Refused | None)
    elif 400 <= status < 500 and status != 408:
        assert isinstance(error, xpm.Refused | xpm.Unauthorised | xpm.Throttled)
    else:
        assert type(error) is xpm.InDoubt


@given(
    body=st.sampled_from([OK, ERROR]).flatmap(
        lambda body: st.integers(0, len(body) - 1).map(lambda n: body[:n])
    )
)
def test_an_answer_cut_anywhere_is_never_taken_for_a_whole_one(body: bytes) -> None:
    assert type(ended(200, body)) is xpm.InDoubt
