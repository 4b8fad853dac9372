"""Who may open a view. A refusal names who can do it instead."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from minutebook.firms.models import Membership
from minutebook.firms.requests import FirmRequest

type FirmView[**P] = Callable[Concatenate[FirmRequest, P], HttpResponseBase]
type PlainView[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def member_required[**P](view: FirmView[P]) -> PlainView[P]:
    """Let in anybody who belongs to the firm."""
    return _let_in(view, lambda _: True, "")


def preparer_required[**P](view: FirmView[P]) -> PlainView[P]:
    """Let in those who prepare documents: everybody but viewers."""
    return _let_in(
        view,
        lambda membership: membership.may_prepare,
        "You may look, but not change anything here. Ask your firm’s administrator for the preparer role.",
    )


def connector_required[**P](view: FirmView[P]) -> PlainView[P]:
    """Let in those who may connect a practice manager: administrators and partners."""
    return _let_in(
        view,
        lambda membership: membership.may_connect,
        "Only an administrator or a partner can change this. Ask one of them.",
    )


def administrator_required[**P](view: FirmView[P]) -> PlainView[P]:
    """Let in those who look after the firm's people and its rules: administrators."""
    return _let_in(
        view,
        lambda membership: membership.role == Membership.Role.ADMINISTRATOR,
        "Only an administrator of your firm can do this. Ask one of them.",
    )


def whole_firm_required[**P](view: FirmView[P]) -> PlainView[P]:
    """Let in those who see every company: for what is about all of them. Goes above who may do what there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        refuse_if_limited(getattr(request, "membership", None))
        return view(cast("FirmRequest", request), *args, **kwargs)

    return cast("PlainView[P]", guarded)


def refuse_if_limited(membership: Membership | None) -> None:
    """Raise PermissionDenied where somebody who sees chosen companies only has no business."""
    if membership is not None and membership.is_limited:
        raise PermissionDenied(
            "This is about all of the firm’s companies, and you see the ones chosen for you. Ask a colleague who "
            "sees all of them, or ask an administrator to let you see all companies."
        )


def _let_in[**P](view: FirmView[P], may: Callable[[Membership], bool], refusal: str) -> PlainView[P]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        membership = getattr(request, "membership", None)
        if membership is None:
            raise PermissionDenied("You do not belong to a firm yet. Ask your firm’s administrator.")
        if not may(membership):
            raise PermissionDenied(refusal)
        return view(cast("FirmRequest", request), *args, **kwargs)

    kept: Any = login_required(guarded)  # functools.wraps loses the view's own parameters
    return cast("PlainView[P]", kept)
