"""What can go wrong with a call, named after what the caller may do next.

    XpmError
    ├── NotSent           nothing was executed: make the same call again, a little later
    ├── Throttled         429, nothing was executed: wait `retry_after` seconds, then again
    ├── Unauthorised      401, nothing was executed: `expired` -> refresh the token and make the call again
    │   ├── Forbidden     403: this practice is out of reach; read the connections again, it may be gone
    │   └── GrantLost     the permission itself has ended: a person must connect again
    ├── Refused           it will never work as it stands; the message is the server's words, fit to show
    │   └── Unwritable    refused by this library before sending: text that XML cannot carry
    └── InDoubt           it may have been executed: look before making the call again

A reading call (GET) has no effects, so after InDoubt it may simply be made again. It raises the same class
nevertheless: callers then need one habit, and a list that broke off half-way is not mistaken for a whole one.

`xpm.verdict.error_for` alone decides which of them an exchange ends in.
"""

from enum import StrEnum
from typing import ClassVar


class Outcome(StrEnum):
    """How a call ended, for counting and for a log."""

    DONE = "done"
    NOT_SENT = "not_sent"
    THROTTLED = "throttled"
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    GRANT_LOST = "grant_lost"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    ABANDONED = "abandoned"  # the caller stopped reading a streamed list before its end


class XpmError(Exception):
    """A call to Xero did not do what was asked. `status` is the HTTP status, None without an answer."""

    outcome: ClassVar[Outcome]

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class NotSent(XpmError):
    """No byte reached Xero (name look-up, connection, TLS, or a check of the caller's own)."""

    outcome = Outcome.NOT_SENT


class Throttled(XpmError):
    """Xero had no room for the call and did not execute it.

    `retry_after` is in seconds; None, as for calls at once, means a second or two with some jitter.
    `problem` says which limit it was: "minute", "day", "appminute", "concurrent", or None.
    """

    outcome = Outcome.THROTTLED

    def __init__(
        self, message: str, *, status: int, retry_after: float | None = None, problem: str | None = None
    ) -> None:
        super().__init__(message, status=status)
        self.retry_after = retry_after
        self.problem = problem


class Unauthorised(XpmError):
    """Xero did not accept the access token, and executed nothing.

    `expired`: a refreshed token will do. Otherwise the token is wrong or lacks a scope: connect again.
    """

    outcome = Outcome.UNAUTHORISED

    def __init__(self, message: str, *, status: int | None = None, expired: bool = False) -> None:
        super().__init__(message, status=status)
        self.expired = expired


class Forbidden(Unauthorised):
    """The token is good but this practice is out of reach: disconnected, or the user lost access to it."""

    outcome = Outcome.FORBIDDEN


class GrantLost(Unauthorised):
    """The refresh token or code is spent, expired or revoked. Only connecting again helps."""

    outcome = Outcome.GRANT_LOST


class Refused(XpmError):
    """Xero understood and declined; nothing was executed. The same call will be declined again."""

    outcome = Outcome.REFUSED


class Unwritable(Refused, ValueError):
    """A value cannot be written as XML (a forbidden character, a number that is none). Nothing was sent."""


class InDoubt(XpmError):
    """The request left, and no readable verdict came back: it may or may not have been executed."""

    outcome = Outcome.IN_DOUBT
