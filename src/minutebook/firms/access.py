"""Who may open a view. A refusal names who can do it instead."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from minutebook.firms.abilities import Ability, names_of, refusal, roles_that_may
from minutebook.firms.models import Membership
from minutebook.firms.requests import FirmRequest

type FirmView[**P] = Callable[Concatenate[FirmRequest, P], HttpResponseBase]
type PlainView[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def member_required[**P](view: FirmView[P]) -> PlainView[P]:
    """Let in anybody who belongs to the firm."""
    return _let_in(view, Ability.READ, "")


def preparer_required[**P](view: FirmView[P]) -> PlainView[P]:
    """Let in those who prepare documents: everybody but viewers."""
    return _let_in(view, Ability.PREPARE, "")


def connector_required[**P](view: FirmView[P]) -> PlainView[P]:
    """Let in those who may connect a practice manager: administrators and partners."""
    return _let_in(view, Ability.CONNECT, "")


def administrator_required[**P](view: FirmView[P]) -> PlainView[P]:
    """Let in those who look after the firm's people and its rules: administrators."""
    return _let_in(view, Ability.ADMINISTER, "")


def able_to[**P](ability: Ability, to: str = "") -> Callable[[FirmView[P]], PlainView[P]]:
    """Let in whoever has the ability. `to` ends "Only an administrator can …", such as "invite people"."""
    return lambda view: _let_in(view, ability, to)


def refuse_unless(membership: Membership, ability: Ability, to: str = "") -> None:
    """Raise PermissionDenied with who can do it, where only a part of a view asks for an ability."""
    if not membership.may(ability):
        raise PermissionDenied(refusal(ability, to=to, names=who_may(ability)))


def who_may(ability: Ability) -> list[str]:
    """Return the names of those in the firm in scope who may do it."""
    able = Membership.objects.filter(role__in=roles_that_may(ability), user__is_active=True)
    return list(able.order_by("user__name", "pk").values_list("user__name", flat=True))


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
            "sees all of them, or ask an administrator to let you see all companies: "
            f"{names_of(who_may(Ability.ADMINISTER))}."
        )


def _let_in[**P](view: FirmView[P], ability: Ability, to: str) -> PlainView[P]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        membership = getattr(request, "membership", None)
        if membership is None:
            raise PermissionDenied(
                "You do not belong to a firm. Ask an administrator of yours to invite you."
            )
        refuse_unless(membership, ability, to)
        return view(cast("FirmRequest", request), *args, **kwargs)

    kept: Any = login_required(guarded)  # functools.wraps loses the view's own parameters
    return cast("PlainView[P]", kept)
