"""Outbox: every message of the firm."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minutebook.delivery import queries
from minutebook.firms.access import member_required
from minutebook.firms.requests import FirmRequest

_MAILS_PER_PAGE = 25


@require_GET
@member_required
def outbox(request: FirmRequest) -> HttpResponse:
    """Every message of the firm, the latest first; found by recipient, subject, company or trace number."""
    text, state = request.GET.get("q", ""), request.GET.get("state", "")
    found = queries.find_mails(text=text, state=state)
    context = {
        "page": Paginator(found, _MAILS_PER_PAGE).get_page(request.GET.get("page")),
        "counts": queries.mail_counts(),
        "query": text,
        "state": state,
        "may_prepare": request.membership.may_prepare,
    }
    return render(request, "delivery/outbox.html", context)
