"""Every pack of the firm."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minutebook.firms.access import member_required
from minutebook.firms.requests import FirmRequest
from minutebook.production import queries

_PACKS_PER_PAGE = 25


@require_GET
@member_required
def pack_list(request: FirmRequest) -> HttpResponse:
    """Every pack of the firm, the latest first; found by trace number, company or what changed."""
    found = queries.find_packs(text=request.GET.get("q", ""), status=request.GET.get("status", ""))
    page = Paginator(found, _PACKS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "counts": queries.pack_counts(),
        "query": request.GET.get("q", ""),
        "status": request.GET.get("status", ""),
    }
    return render(request, "production/list.html", context)
