"""Every request says where it comes from, so that what it changes can be traced to it."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from minutebook.activity.origin import Origin, from_origin
from minutebook.address import client_address


class OriginMiddleware:
    """Keep address and browser of the request while it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with from_origin(origin_of(request)):
            return self.get_response(request)


def origin_of(request: HttpRequest) -> Origin:
    """Return where a request comes from."""
    return Origin(
        address=client_address(request),
        browser=request.headers.get("User-Agent", ""),
        request_id=str(getattr(request, "request_id", "") or uuid.uuid4().hex)[:64],
    )
