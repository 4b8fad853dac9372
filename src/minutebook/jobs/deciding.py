"""What a person can say, by a button, to a job that needs them."""

from datetime import datetime

from minutebook.firms.models import User
from minutebook.jobs.mending import leave_line_out, leave_state
from minutebook.jobs.models import JobRequest
from minutebook.jobs.requests import (
    NothingToDecide,
    adopt_job,
    adopt_line,
    cancel_job,
    send_again,
    settle_lines,
    try_again,
)


def decide(request: JobRequest, decision: str, *, number: str = "", by: User, now: datetime) -> None:
    """Do what somebody decided. Raises NothingToDecide or CannotCancel, with what to do instead."""
    match decision:
        case "try_again":
            try_again(request, by=by, now=now)
        case "send_again":
            send_again(request, by=by, now=now)
        case "adopt":
            adopt_job(request, number=number, by=by, now=now)
        case "line_is_there":
            adopt_line(request, by=by, now=now)
        case "keep_lines" | "take_out_lines":
            settle_lines(request, keep=decision == "keep_lines", by=by, now=now)
        case "leave_state":
            leave_state(request, by=by, now=now)
        case "leave_line_out":
            leave_line_out(request, by=by, now=now)
        case "cancel":
            cancel_job(request, by=by, now=now)
        case _:
            raise NothingToDecide("Choose one of the buttons.")
