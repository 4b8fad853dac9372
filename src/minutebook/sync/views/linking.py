"""Linking a contact with a client by hand, from either side, and unlinking them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from minutebook.contacts.models import Contact
from minutebook.firms.access import preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.practice.models import Client, Connection
from minutebook.sync.deciding import CannotDecide, link_pair
from minutebook.sync.parting import unlink_pair


@require_http_methods(["GET", "POST"])
@preparer_required
def link_contact(request: FirmRequest, pk: int) -> HttpResponse:
    """Choose the client that a contact is."""
    contact = get_object_or_404(Contact.objects, pk=pk)
    connection = get_object_or_404(Connection.objects)
    if request.method == "GET":
        return _page(request, contact.name, "client")
    chosen = request.POST.get("chosen_id", "")
    client = Client.objects.of(connection).filter(pk=int(chosen) if chosen.isdecimal() else 0).first()
    return _link(request, contact, client, of=contact.name, chooses="client")


@require_http_methods(["GET", "POST"])
@preparer_required
def link_client(request: FirmRequest, pk: int) -> HttpResponse:
    """Choose the contact that a client is."""
    client = get_object_or_404(Client.objects, pk=pk)
    if request.method == "GET":
        return _page(request, client.name, "contact")
    chosen = request.POST.get("chosen_id", "")
    contact = Contact.objects.filter(pk=int(chosen) if chosen.isdecimal() else 0).first()
    return _link(request, contact, client, of=client.name, chooses="contact")


@require_POST
@preparer_required
def unlink(request: FirmRequest, pk: int, client: int) -> HttpResponse:
    """Take a contact and a client apart."""
    get_object_or_404(Contact.objects, pk=pk)
    get_object_or_404(Client.objects, pk=client)
    try:
        decision = unlink_pair(pk, client, by=request.user, now=request.now)
    except CannotDecide as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, f"{decision.sentence}. It can be undone under Decisions.")
    here, back = reverse("sync:clients"), request.POST.get("back", "")
    if back == "review":
        return redirect("sync:review")
    return redirect(back if back.startswith(f"{here}?") else here)


def _link(
    request: FirmRequest, contact: Contact | None, client: Client | None, *, of: str, chooses: str
) -> HttpResponse:
    if contact is None or client is None:
        what = "a contact" if chooses == "contact" else "an XPM client"
        return _page(request, of, chooses, problem=f"Choose {what} from the list.")
    try:
        decision = link_pair(contact, client, by=request.user, now=request.now)
    except CannotDecide as problem:
        return _page(request, of, chooses, problem=str(problem))
    messages.success(request, f"{decision.sentence}. It can be undone under Decisions.")
    return redirect("sync:clients")


def _page(request: FirmRequest, of: str, chooses: str, *, problem: str = "") -> HttpResponse:
    options = "contacts:options" if chooses == "contact" else "practice:xpm-client-options"
    context = {
        "of": of or "Without a name",
        "chooses": chooses,
        "options_url": reverse(options),
        "typed": request.POST.get("chosen", ""),
        "problem": problem,
        "part": "contacts",
        "current": "clients",
    }
    return render(request, "sync/link.html", context, status=422 if problem else 200)
