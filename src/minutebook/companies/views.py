"""Companies: the list, and one company's page."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from minutebook.companies import queries, registers
from minutebook.companies.models import Company
from minutebook.companies.panels import panels_of
from minutebook.companies.review import next_review
from minutebook.firms.access import member_required
from minutebook.firms.requests import FirmRequest
from minutebook.practice.models import ClientLink

_PER_PAGE = 50


@require_GET
@member_required
def list_companies(request: FirmRequest) -> HttpResponse:
    """List the firm's companies, in whole or by a view, found by name, former name, ACN or officeholder."""
    asked = {name: request.GET.get(name, "") for name in ("q", "view", "partner")}
    tenant_id = queries.tenant_of(request.firm)
    found = queries.find_companies(
        asked["q"], view=asked["view"], partner=asked["partner"], tenant_id=tenant_id, today=request.today
    )
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": queries.rows_of(list(page), tenant_id=tenant_id, today=request.today),
        "views": queries.views_of(tenant_id=tenant_id, today=request.today),
        "partners": queries.partners(),
        "is_connected": bool(tenant_id),
        "may_prepare": request.membership.may_prepare,
        **asked,
    }
    return render(request, "companies/list.html", context)


@require_GET
@member_required
def show_company(request: FirmRequest, pk: int) -> HttpResponse:
    """Show a company: its registers, its particulars, and what the packages above know of it."""
    companies = Company.objects.select_related("contact", "signing_contact", "billing_contact")
    company = get_object_or_404(companies, pk=pk)
    tenant_id = queries.tenant_of(request.firm)
    link = ClientLink.objects.filter(tenant_id=tenant_id, contact=company.contact_id).select_related("client")
    context = {
        "company": company,
        "today": request.today,
        "review_on": next_review(company.review_on, today=request.today),
        "officeholders": registers.officeholders_of(company, today=request.today),
        "ledger": registers.ledger_of(company, today=request.today),
        "addresses": registers.addresses_of(company, today=request.today),
        "panels": panels_of(company, today=request.today),
        "contact": company.contact,
        "link": link.first(),
        "is_connected": bool(tenant_id),
        "may_link": request.membership.may_prepare,
        "may_prepare": request.membership.may_prepare,
    }
    return render(request, "companies/company.html", context)
