"""On a server without a firm, the doors lead to the set-up page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from minutebook.firstrun.found import is_set_up

_DOORS = {"/", "/accounts/login/"}


class FirstRunMiddleware:
    """Lead a stranger at the door of an empty server to its set-up. Once there is a firm, nobody is asked again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.is_set_up = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.is_set_up and request.path in _DOORS:
            self.is_set_up = is_set_up()
            if not self.is_set_up:
                return redirect("set-up")
        return self.get_response(request)
