"""Sessions that end, and the second step that comes before everything else."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import urlencode

from minutebook.address import client_address
from minutebook.firms.models import User
from minutebook.firms.requests import FirmRequest
from minutebook.signin import sessions
from minutebook.signin.two_step import has_second_step

type Answer = Callable[[HttpRequest], HttpResponse]

_DONE = "second_step_of"  # in the session, whose it was: the database is asked once only


class SessionLimitMiddleware:
    """End a session that was idle, or that has lasted long enough. Stands after the authentication."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if why := sessions.why_over(request.session):
                logout(request)
                messages.info(request, why)
            else:
                sessions.note_seen(request.session, address=client_address(request))
        return _whole_page(request, self.get_response(request))


class SecondStepMiddleware:
    """Lead whoever has no second step to it, where the firm requires one. Stands after the firm's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_: Any
    ) -> HttpResponseBase | None:
        if not hasattr(request, "firm") or _may_come_before(view):
            return None
        firm_request = cast("FirmRequest", request)
        if not firm_request.firm.two_step_required or has_done_second_step(request, firm_request.user):
            return None
        if has_second_step(firm_request.user):
            count_as_second_step(request, firm_request.user)
            return None
        return redirect("signin:set-up")


def before_second_step[V: Callable[..., Any]](view: V) -> V:
    """Mark a view that may be opened before the second step is set up."""
    view.before_second_step = True  # type: ignore[attr-defined]
    return view


def count_as_second_step(request: HttpRequest, user: User) -> None:
    """Take what the person has done for the second step of this session."""
    request.session[_DONE] = user.pk


def has_done_second_step(request: HttpRequest, user: User) -> bool:
    return bool(request.session.get(_DONE) == user.pk)


def _may_come_before(view: Callable[..., HttpResponseBase]) -> bool:
    """Whether the view belongs to signing in: allauth's own pages, and ours that say so."""
    module = getattr(view, "__module__", "")
    return module.startswith("allauth.") or bool(getattr(view, "before_second_step", False))


def _whole_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let a part of a page that met the sign-in page open it whole, and come back to the page it was on."""
    if not getattr(request, "htmx", None) or response.status_code != 302:  # noqa: PLR2004
        return response
    path = response["Location"].partition("?")[0]
    sign_in = resolve_url(settings.LOGIN_URL)
    if path not in {sign_in, reverse("signin:set-up")}:
        return response
    back = cast("FirmRequest", request).htmx.current_url_abs_path
    where = f"{path}?{urlencode({'next': back})}" if back and path == sign_in else path
    return HttpResponse(status=204, headers={"HX-Redirect": where})
