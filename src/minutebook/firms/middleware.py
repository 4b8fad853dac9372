"""Every request of a signed-in person works for one firm, and sees no other's rows, nor those beyond a limit."""

from collections.abc import Callable
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from minutebook.firms.access import refuse_if_limited
from minutebook.firms.models import Membership
from minutebook.firms.requests import FirmRequest
from minutebook.scope import firm_scope


class FirmMiddleware:
    """Find the person's firm, open its scope, and set the clock to its time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        memberships = _memberships_of(request)
        if not memberships:
            return self.get_response(request)
        membership = memberships[0]
        firm_request = cast("FirmRequest", request)
        firm_request.memberships = memberships
        firm_request.membership = membership
        firm_request.firm = membership.firm
        firm_request.now = timezone.now()
        firm_request.today = membership.firm.day_of(firm_request.now)
        limited_to = membership.pk if membership.is_limited else None
        scope = firm_scope(membership.firm_id, limited_to=limited_to)
        with scope, timezone.override(ZoneInfo(membership.firm.time_zone)):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """Keep people who see chosen companies only out of what is about all of them at once."""
        match, membership = request.resolver_match, getattr(request, "membership", None)
        if match and membership and set(match.namespaces) & set(settings.ABOUT_ALL_COMPANIES):
            refuse_if_limited(membership)


def _memberships_of(request: HttpRequest) -> list[Membership]:
    """Return the person's places in firms, that of the firm they work for first."""
    if not request.user.is_authenticated:
        return []
    found = Membership.everywhere.filter(user_id=request.user.pk).select_related("firm").order_by("pk")
    chosen = request.session.get("firm_id")
    return sorted(found, key=lambda membership: membership.firm_id != chosen)
