"""What one request is called: in its answer, in the log, in the activity, and in what follows from it.

`activity.origin` keeps it while the request is answered; tasks take it along, and calls to the practice manager
are written down under it.
"""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{7,63}")


class RequestIdMiddleware:
    """Name the request, or keep the name that the proxy gave it, and say it in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request_id_of(request.headers.get(HEADER, ""))
        request.request_id = request_id  # type: ignore[attr-defined]  # the activity reads it there
        response = self.get_response(request)
        response[HEADER] = request_id
        return response


def request_id_of(given: str) -> str:
    """Return the name a proxy gave, if it could be one; otherwise a new one. It is written into the log."""
    return given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
