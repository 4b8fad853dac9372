"""Decide how an exchange with Xero ended. This is the only place that does."""

from collections.abc import Mapping
from enum import Enum

from httpx2 import codes

from xpm.answers import Answer, read_answer
from xpm.errors import Forbidden, GrantLost, InDoubt, NotSent, Refused, Throttled, Unauthorised, XpmError
from xpm.limits import read_limits


class Phase(Enum):
    """How far an exchange came."""

    UNSENT = "before the first byte of the request left"
    UNANSWERED = "after the first byte left, without a whole answer"
    ANSWERED = "a whole answer arrived"


def error_for(
    *,
    phase: Phase,
    status: int = 0,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    enveloped: bool = True,
    cause: str = "",
) -> XpmError | None:
    """Decide how an exchange ended: the error to raise, or None when it was executed.

    `status`, `headers` and `body` are looked at only when a whole answer arrived. `enveloped` says that a
    success must carry `<Status>OK</Status>`, as every answer of Practice Manager does and those of the
    identity service do not. `cause` goes into the message when there was no answer.
    """
    if phase is Phase.UNSENT:
        return NotSent(f"Xero could not be reached, so nothing was sent ({cause}).")
    if phase is Phase.UNANSWERED:
        return InDoubt(f"The request left, but no whole answer came back ({cause}).")
    return _error_in_answer(status, headers or {}, read_answer(body), enveloped=enveloped)


def _error_in_answer(
    status: int, headers: Mapping[str, str], answer: Answer, *, enveloped: bool
) -> XpmError | None:
    if answer.code == "invalid_grant":
        return GrantLost("Xero has ended this permission. Connect to Xero again.", status=status)
    if codes.is_success(status):
        return _error_in_success(status, answer, enveloped=enveloped)
    # A 408 does not tell how much of the request arrived, so it is as doubtful as a failing server.
    if codes.is_client_error(status) and status != codes.REQUEST_TIMEOUT:
        return _error_in_rejection(status, headers, answer)
    return InDoubt(_said(f"Xero answered {status}", answer), status=status)


def _error_in_success(status: int, answer: Answer, *, enveloped: bool) -> XpmError | None:
    if answer.executed is False:
        return Refused(answer.words or "Xero refused, and gave no reason.", status=status)
    if enveloped and answer.executed is None:
        return InDoubt(f"Xero answered {status} with something that cannot be read.", status=status)
    return None


def _error_in_rejection(status: int, headers: Mapping[str, str], answer: Answer) -> XpmError:
    if status == codes.TOO_MANY_REQUESTS:
        return _throttled(headers)
    if status == codes.FORBIDDEN:
        return Forbidden(_said("Xero does not let this connection reach the practice", answer), status=status)
    if status == codes.UNAUTHORIZED and not answer.code:  # with a code, the app's own id or secret is wrong
        words = _said("Xero did not accept the access token", answer)
        return Unauthorised(words, status=status, expired=answer.words.startswith("TokenExpired"))
    return Refused(answer.words or f"Xero answered {status} without a reason.", status=status)


def _throttled(headers: Mapping[str, str]) -> Throttled:
    limits = read_limits(headers)
    which = f"the limit “{limits.problem}”" if limits.problem else "a limit"
    return Throttled(
        f"Xero is not taking this call now: {which} is reached.",
        status=codes.TOO_MANY_REQUESTS,
        retry_after=limits.retry_after,
        problem=limits.problem,
    )


def _said(sentence: str, answer: Answer) -> str:
    return f"{sentence}: {answer.words}" if answer.words else f"{sentence}."
