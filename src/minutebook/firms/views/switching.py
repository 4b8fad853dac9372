"""Working for another of one's firms, and pages that belong to another of them."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from minutebook.firms.access import member_required
from minutebook.firms.models import Membership
from minutebook.firms.requests import FirmRequest


@require_POST
@member_required
def work_for(request: FirmRequest, firm_id: int) -> HttpResponse:
    """Work for another firm of this person from now on, in every window of this browser.

    Forms that were open for the other firm no longer hold: what is typed there cannot land in this one.
    """
    mine = Membership.everywhere.filter(user=request.user).select_related("firm")
    membership = get_object_or_404(mine, firm_id=firm_id)
    request.session["firm_id"] = membership.firm_id
    rotate_token(request)
    messages.success(request, f"You work for {membership.firm.name} now.")
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "companies:list")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page; whoever has several firms may be in the wrong one.

    It is not looked up where the page would be: that somebody else's firm has one must not show.
    """
    others = other_firms(cast("FirmRequest", request)) if hasattr(request, "membership") else []
    shown = {"others": others, "may_reopen": request.method == "GET"}
    return render(request, "404.html", shown, status=404)


def other_firms(request: FirmRequest) -> list[Membership]:
    """Return the person's memberships in firms they do not work for just now."""
    return [each for each in request.memberships if each.pk != request.membership.pk]
