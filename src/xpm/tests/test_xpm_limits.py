"""What Xero says is left is believed; what it does not say is not guessed."""

import httpx2
import pytest

from xpm.limits import Limits, read_limits


def test_the_headers_of_an_answer_tell_what_is_left() -> None:
    headers = httpx2.Headers(
        {
            "x-minlimit-remaining": "0",
            "X-DayLimit-Remaining": "4999",
            "X-AppMinLimit-Remaining": " 9999 ",
            "Retry-After": "22",
            "X-Rate-Limit-Problem": "Minute",
        }
    )

    assert read_limits(headers) == Limits(
        minute_left=0, day_left=4999, app_minute_left=9999, retry_after=22.0, problem="minute"
    )


def test_no_headers_tell_nothing() -> None:
    assert read_limits(httpx2.Headers()) == Limits()


@pytest.mark.parametrize("odd", ["", "-1", "1.5", "soon", "²", "٣", "Sun, 22 Nov 2026 09:00:00 GMT"])
def test_a_header_that_is_no_plain_number_counts_as_absent(odd: str) -> None:
    headers = {"X-MinLimit-Remaining": odd, "Retry-After": odd, "X-Rate-Limit-Problem": ""}

    assert read_limits(headers) == Limits()
