"""One line in the log for each request, and its place in the figures: which page, for whom, how long.

Of the address only what is ours: an id is kept, a word that somebody typed or a key that was mailed is not,
and nothing of what stands after the question mark.
"""

import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from minutebook.server.metrics import count_request

logger = logging.getLogger("minutebook.requests")

_NO_PAGE = "(no such page)"


class RequestLogMiddleware:
    """Measure the whole request, the other middleware included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - begun
        count_request(view=_view_of(request), status=response.status_code, seconds=seconds)
        logger.info("Answered", extra={"facts": facts_of(request, response, seconds=seconds)})
        return response


def facts_of(request: HttpRequest, response: HttpResponse, *, seconds: float) -> dict[str, Any]:
    """Return what the log says of a request."""
    membership = getattr(request, "membership", None)
    return {
        "request_id": response.get("X-Request-ID", ""),
        "method": request.method,
        "path": path_of(request),
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "firm": membership and membership.firm_id,
        "user": membership and membership.user_id,
    }


def path_of(request: HttpRequest) -> str:
    """Return the address with ids, but without words: "/companies/12/", "/accounts/password/reset/key/…/"."""
    match = request.resolver_match
    if match is None:
        return _NO_PAGE
    path = request.path
    words = [str(value) for value in match.kwargs.values() if not isinstance(value, int | UUID)]
    for word in sorted(words, key=len, reverse=True):
        path = path.replace(word, "…") if word else path
    return path


def _view_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else _NO_PAGE
