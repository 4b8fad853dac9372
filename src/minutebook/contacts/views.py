"""Global Contacts: find, see, add and correct."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minutebook.activity.changes import Seen, seen
from minutebook.activity.models import record
from minutebook.contacts import queries
from minutebook.contacts.forms import KEPT, AddressForm, ContactForm, address_initial
from minutebook.contacts.models import Contact
from minutebook.contacts.search import search_contacts
from minutebook.firms.access import member_required, preparer_required
from minutebook.firms.models import User
from minutebook.firms.requests import FirmRequest

_PER_PAGE = 50
_OPTIONS = 12


@require_GET
@member_required
def contact_list(request: FirmRequest) -> HttpResponse:
    """Every contact of the firm, by name; found by any of its words or numbers."""
    text, kind = request.GET.get("q", ""), request.GET.get("kind", "")
    paginator = Paginator(queries.contact_rows(text=text, kind=kind), _PER_PAGE)
    kinds = queries.kind_counts()
    if not text.strip():  # a million contacts are counted once
        paginator.count = sum(number for code, _, number in kinds if code == kind or kind not in Contact.Kind)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "query": text,
        "kind": kind,
        "kinds": kinds,
        "may_prepare": request.membership.may_prepare,
    }
    return render(request, "contacts/list.html", context)


@require_GET
@member_required
def options(request: FirmRequest) -> HttpResponse:
    """Answer a contact picker: list items for what was typed so far."""
    text = request.GET.get("q", "")
    found = search_contacts(text, limit=_OPTIONS)
    return render(request, "contacts/options.html", {"found": found, "query": text})


@require_GET
@member_required
def show_contact(request: FirmRequest, pk: int) -> HttpResponse:
    """One contact: who it is, and where it is used."""
    contact = get_object_or_404(Contact.with_merged.select_related("address", "postal_address"), pk=pk)
    if contact.merged_into_id is not None:
        return redirect("contacts:contact", contact.merged_into_id)
    context = {
        "contact": contact,
        "merges": contact.merges.filter(undone_at=None)
        .select_related("absorbed", "merged_by")
        .order_by("-pk"),
        "uses": queries.uses_of(contact),
        "holders": contact.joint_holders.select_related("holder").order_by("position"),
        "may_prepare": request.membership.may_prepare,
    }
    return render(request, "contacts/contact.html", context)


@require_http_methods(["GET", "POST"])
@preparer_required
def add_contact(request: FirmRequest) -> HttpResponse:
    """Add a contact of the chosen kind."""
    kind = request.POST.get("kind") or request.GET.get("kind") or Contact.Kind.PERSON
    if kind not in Contact.Kind:
        raise Http404("There is no such kind of contact")
    return _edit(request, kind=kind, contact=None)


@require_http_methods(["GET", "POST"])
@preparer_required
def edit_contact(request: FirmRequest, pk: int) -> HttpResponse:
    """Correct a contact."""
    contact = get_object_or_404(Contact.objects.select_related("address"), pk=pk)
    return _edit(request, kind=contact.kind, contact=contact)


def _edit(request: FirmRequest, *, kind: str, contact: Contact | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = ContactForm(data, kind=kind, contact=contact)
    before = contact.address if contact else None
    address_form = AddressForm(data, prefix="address", initial=address_initial(before))
    if data is not None and form.is_valid() & address_form.is_valid():
        return _keep(request, form, address_form)
    context = {
        "form": form,
        "address_form": address_form,
        "contact": contact,
        "kind": kind,
        "kind_label": Contact.Kind(kind).label,
        "kinds": Contact.Kind.choices,
    }
    return render(request, "contacts/edit.html", context, status=422 if data is not None else 200)


def _keep(request: FirmRequest, form: ContactForm, address_form: AddressForm) -> HttpResponse:
    contact = _save(form, address_form, by=request.user)
    for warning in [*form.warnings, address_form.warning]:
        if warning:
            messages.warning(request, warning)
    return redirect("contacts:contact", contact.pk)


@transaction.atomic
def _save(form: ContactForm, address_form: AddressForm, *, by: User) -> Contact:
    is_new = form.contact is None
    before = _seen(form.contact)
    moved = is_new or address_form.has_changed()
    contact = form.save(address=address_form.address() if moved else None)
    record(
        "contact.added" if is_new else "contact.corrected",
        contact,
        sentence=f"{contact.name} {'added' if is_new else 'corrected'}",
        by=by,
        company=queries.company_of(contact),
        before=before,
        after=_seen(contact),
        fields=form.changed_data,
    )
    return contact


def _seen(contact: Contact | None) -> Seen:
    """Return what a contact says, for its history."""
    if contact is None:
        return {}
    names = contact.joint_holders.order_by("position").values_list("holder__name", flat=True)
    holders = ", ".join(names)
    return seen(contact, *sorted(KEPT), "address") | ({"Joint holders": holders} if holders else {})
