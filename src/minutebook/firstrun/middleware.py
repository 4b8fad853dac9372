"""On a server without a firm, the doors lead to the set-up page."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from minutebook.firstrun.found import is_set_up

_DOORS = {"home", "account_login"}  # names of addresses


class FirstRunMiddleware:
    """Lead a stranger at the door of an empty server to its set-up. Once there is a firm, nobody is asked again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.is_set_up = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Ask for a firm only where a door is opened: other pages have no business with it."""
        at_a_door = request.resolver_match is not None and request.resolver_match.view_name in _DOORS
        if self.is_set_up or not at_a_door:
            return None
        self.is_set_up = is_set_up()
        return None if self.is_set_up else redirect("set-up")
