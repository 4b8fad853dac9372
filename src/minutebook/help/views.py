"""Help pages."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minutebook.help.pages import PAGES, find_page


@require_GET
@login_required
def list_pages(request: HttpRequest) -> HttpResponse:
    return render(request, "help/index.html", {"pages": PAGES})


@require_GET
@login_required
def show_page(request: HttpRequest, slug: str) -> HttpResponse:
    page = find_page(slug)
    if page is None:
        raise Http404
    return render(request, page.template_name, {"page": page, "pages": PAGES})
