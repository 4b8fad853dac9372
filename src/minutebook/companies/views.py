"""Companies: the list, one company's page, adding one, and correcting what was taken over."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minutebook.companies import queries, registers
from minutebook.companies.corrections import CORRECTIONS, CannotRemove, CorrectionForm
from minutebook.companies.forms import ParticularsForm
from minutebook.companies.models import Company, RegisterEntry
from minutebook.companies.panels import panels_of
from minutebook.companies.registration import NewCompany, correct_particulars
from minutebook.companies.review import next_review
from minutebook.firms.access import member_required, preparer_required
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
        "may_import": request.membership.may_connect and not request.membership.is_limited,
        "is_limited": request.membership.is_limited,
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


@require_http_methods(["GET", "POST"])
@preparer_required
def add_company(request: FirmRequest) -> HttpResponse:
    """Add a company with its registers as they stand."""
    data = request.POST if request.method == "POST" else None
    new = NewCompany(data, today=request.today)
    if data is None or not new.is_valid():
        return render(request, "companies/add.html", {"new": new}, status=200 if data is None else 422)
    company = new.save(by=request.user)
    if new.particulars.warning:
        messages.warning(request, new.particulars.warning)
    if new.missing_details:
        messages.warning(
            request,
            f"Added to your contacts by name only: {', '.join(new.missing_details)}. "
            "Complete them before you prepare documents.",
        )
    return redirect("companies:company", company.pk)


@require_http_methods(["GET", "POST"])
@preparer_required
def edit_particulars(request: FirmRequest, pk: int) -> HttpResponse:
    """Correct a company's particulars."""
    company = get_object_or_404(
        Company.objects.select_related("contact", "signing_contact", "billing_contact"), pk=pk
    )
    data = request.POST if request.method == "POST" else None
    form = ParticularsForm(data, today=request.today, company=company)
    if data is None or not form.is_valid():
        context = {"company": company, "form": form}
        return render(request, "companies/particulars.html", context, status=200 if data is None else 422)
    correct_particulars(form, by=request.user)
    if form.warning:
        messages.warning(request, form.warning)
    return redirect("companies:company", company.pk)


@require_http_methods(["GET", "POST"])
@preparer_required
def correct_register(
    request: FirmRequest, pk: int, register: str, entry_pk: int | None = None
) -> HttpResponse:
    """Correct, add or remove one entry of a register that was taken over."""
    company = get_object_or_404(Company.objects.all(), pk=pk)
    form_class = CORRECTIONS.get(register)
    if form_class is None:
        raise Http404("There is no such register")
    entry = get_object_or_404(form_class.model.objects, pk=entry_pk, company=company) if entry_pk else None
    data = request.POST if request.method == "POST" else None
    form = form_class(data, company=company, entry=entry)
    is_locked = isinstance(entry, RegisterEntry) and entry.is_made_by_a_pack
    if data is None or is_locked or not _keep(request, form):
        context = {"company": company, "form": form, "entry": entry, "is_locked": is_locked}
        return render(request, "companies/correct.html", context, status=200 if data is None else 422)
    return redirect("companies:company", company.pk)


def _keep(request: FirmRequest, form: CorrectionForm) -> bool:
    """Save or remove the entry, and tell whether it was done."""
    if "remove" in request.POST and form.entry:
        try:
            form.remove(by=request.user)
        except CannotRemove as problem:
            messages.error(request, str(problem))
            return False
        return True
    if not form.is_valid():
        return False
    form.save(by=request.user)
    return True
