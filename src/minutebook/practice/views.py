"""Settings → Practice manager: connecting, reading, linking; and the lists to choose clients from."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from minutebook.contacts.models import Contact
from minutebook.firms.access import (
    connector_required,
    member_required,
    preparer_required,
    whole_firm_required,
)
from minutebook.firms.requests import FirmRequest
from minutebook.practice import connect, links, queries, reading, states
from minutebook.practice.forms import ChoosePracticeForm, StateCodesForm
from minutebook.practice.models import Client, ClientLink, Connection
from minutebook.practice.provider import PracticeManagerError
from minutebook.practice.registry import manager_for


@require_GET
@member_required
def show_settings(request: FirmRequest) -> HttpResponse:
    """Show the connection, what it needs, what was read, and what may be linked."""
    return _settings_page(request)


@require_POST
@connector_required
def begin_connecting(request: FirmRequest) -> HttpResponse:
    """Send the person to Xero to sign in."""
    try:
        return redirect(connect.begin(request.session, firm=request.firm, now=request.now))
    except connect.CannotConnect as problem:
        return _cannot_connect(request, problem)


@require_GET
@connector_required
def finish_connecting(request: FirmRequest) -> HttpResponse:
    """Take the person back from Xero."""
    try:
        connection = connect.finish(
            request.session, request.GET.dict(), firm=request.firm, by=request.user, now=request.now
        )
    except connect.CannotConnect as problem:
        return _cannot_connect(request, problem)
    return _connected(request, connection) if connection else redirect("practice:choose")


@require_http_methods(["GET", "POST"])
@connector_required
def choose_practice(request: FirmRequest) -> HttpResponse:
    """Ask which practice to connect, and what it is called."""
    try:
        offer = connect.offered(request.session, firm=request.firm, now=request.now)
        form = ChoosePracticeForm(
            request.POST or None, practices=offer.practices, firm_name=request.firm.name
        )
        if not form.is_valid():
            status = 422 if form.is_bound else 200
            return render(request, "practice/choose.html", {"form": form}, status=status)
        connection = connect.choose(
            request.session,
            firm=request.firm,
            tenant_id=form.cleaned_data["practice"],
            label=form.cleaned_data["label"],
            by=request.user,
            now=request.now,
        )
    except connect.CannotConnect as problem:
        return _cannot_connect(request, problem)
    return _connected(request, connection)


@require_POST
@connector_required
def disconnect(request: FirmRequest) -> HttpResponse:
    """End the connection here and at Xero."""
    connection = _connection_or_404(request)
    if connect.disconnect(connection, by=request.user, now=request.now):
        messages.success(request, f"Disconnected from {connection.label}. What was read and linked stays.")
    else:
        messages.warning(
            request,
            f"Disconnected from {connection.label} here. Xero could not be told: in Xero, remove Minutebook "
            "under Settings, Connected apps.",
        )
    return redirect("practice:settings")


@require_POST
@connector_required
def read_again(request: FirmRequest) -> HttpResponse:
    """Read the practice again in the background."""
    connection = get_object_or_404(Connection.objects.filter(status=Connection.Status.CONNECTED))
    reading.start_reading(connection, now=request.now, by=request.user)
    return redirect("practice:settings")


@require_GET
@member_required
def show_reading(request: FirmRequest) -> HttpResponse:
    """Show how far a reading has come; when it has ended, the whole page anew."""
    connection = _connection_or_404(request)
    if not connection.is_reading(now=request.now):
        return HttpResponseClientRefresh()
    return render(request, "practice/settings.html#reading", {"connection": connection})


@require_POST
@connector_required
def save_states(request: FirmRequest) -> HttpResponse:
    """Keep the interface codes of the two states."""
    connection = _connection_or_404(request)
    form = StateCodesForm(request.POST)
    if not form.is_valid():
        return _settings_page(request, states_form=form, status=422)
    states.save_codes(connection, **form.cleaned_data, by=request.user)
    messages.success(request, "State codes saved.")
    return redirect("practice:settings")


@require_POST
@connector_required
def save_attaching(request: FirmRequest) -> HttpResponse:
    """Say whether the released PDFs are attached to the job."""
    connection = _connection_or_404(request)
    states.attach_documents(connection, on="attaches_documents" in request.POST, by=request.user)
    messages.success(request, "Saved. It holds for what is released from now on.")
    return redirect("practice:settings")


@require_POST
@connector_required
def hide_staff(request: FirmRequest) -> HttpResponse:
    """Keep some of the staff out of the list to choose from."""
    connection = _connection_or_404(request)
    hidden = [int(pk) for pk in request.POST.getlist("hidden") if pk.isdigit()]
    states.hide_staff(connection, hidden, by=request.user)
    messages.success(request, "Staff list saved.")
    return redirect("practice:settings")


@require_POST
@connector_required
def link_exact_matches(request: FirmRequest) -> HttpResponse:
    """Link all contacts that match a client exactly."""
    connection = _connection_or_404(request)
    count = links.link_matches(links.exact_acn_matches(connection), by=request.user, now=request.now)
    messages.success(request, f"{count} linked by ACN.")
    return redirect("practice:settings")


@require_GET
@member_required
def show_contact_options(request: FirmRequest) -> HttpResponse:
    """List contacts to choose as a job's client."""
    options, count = queries.contact_options(request.firm, request.GET.get("q", ""))
    context = {"options": options, "count": count, "is_all": count < queries.COUNTED}
    return render(request, "practice/contact_options.html", context)


@require_GET
@member_required
def show_client_options(request: FirmRequest) -> HttpResponse:
    """List the practice's clients to link a contact with."""
    options, count = queries.client_options(request.firm, request.GET.get("q", ""))
    return render(request, "practice/client_options.html", {"options": options, "count": count})


@require_GET
@member_required
def show_link(request: FirmRequest, contact_id: int) -> HttpResponse:
    """Show which client a contact is linked to, or offer to link it."""
    return _link_fragment(request, get_object_or_404(Contact.objects, pk=contact_id))


@require_POST
@preparer_required
def link(request: FirmRequest, contact_id: int) -> HttpResponse:
    """Link a contact with the client chosen."""
    contact = get_object_or_404(Contact.objects, pk=contact_id)
    connection = _connection_or_404(request)
    chosen = request.POST.get("xpm_client_id", "")
    if not chosen.isdigit():
        return _link_fragment(request, contact, problem="Choose an XPM client from the list.")
    client = get_object_or_404(Client.objects.of(connection), pk=int(chosen))
    try:
        links.link_by_hand(contact, client, by=request.user, now=request.now)
    except links.CannotLink as problem:
        return _link_fragment(request, contact, problem=str(problem))
    return trigger_client_event(_link_fragment(request, contact), "client-linked", {"contact": contact.pk})


@require_POST
@preparer_required
def unlink(request: FirmRequest, contact_id: int) -> HttpResponse:
    """Take a contact's link back."""
    contact = get_object_or_404(Contact.objects, pk=contact_id)
    found = get_object_or_404(
        ClientLink.objects, contact=contact, tenant_id=_connection_or_404(request).tenant_id
    )
    try:
        links.unlink_by_hand(found, by=request.user, now=request.now)
    except links.CannotLink as problem:
        return _link_fragment(request, contact, problem=str(problem))
    return trigger_client_event(_link_fragment(request, contact), "client-unlinked", {"contact": contact.pk})


@require_GET
@whole_firm_required  # whatever number is asked for; a job of ours opens at its own page
@member_required
def open_job(request: FirmRequest, tenant_id: str, number: str) -> HttpResponse:
    """Go to a job in the practice manager, whose address is asked for only now. Talks to the network."""
    connection = get_object_or_404(Connection.objects, firm=request.firm, tenant_id=tenant_id)
    try:
        address = manager_for(connection).job_url(job=number)
    except PracticeManagerError as problem:
        return render(request, "practice/no_job.html", {"number": number, "problem": problem}, status=503)
    if not address.startswith(("https://", "http://")):
        return render(request, "practice/no_job.html", {"number": number}, status=404)
    return redirect(address)


def _settings_page(
    request: FirmRequest, *, states_form: StateCodesForm | None = None, status: int = 200
) -> HttpResponse:
    connection = queries.find_connection(request.firm)
    context = {
        "connection": connection,
        "may_connect": request.membership.may_connect,
        "is_reading": connection is not None and connection.is_reading(now=request.now),
        "read": queries.practice_read(connection, now=request.now) if connection else None,
        "states_form": states_form or _states_form(connection),
    }
    return render(request, "practice/settings.html", context, status=status)


def _states_form(connection: Connection | None) -> StateCodesForm | None:
    if connection is None:
        return None
    return StateCodesForm(
        initial={"in_progress": connection.in_progress_code, "completed": connection.completed_code}
    )


def _connected(request: HttpRequest, connection: Connection) -> HttpResponse:
    messages.success(request, f"Connected to {connection.label} in Xero Practice Manager.")
    return redirect("practice:settings")


def _cannot_connect(request: HttpRequest, problem: connect.CannotConnect) -> HttpResponse:
    context = {"sentence": str(problem), "help_slug": problem.help_slug}
    return render(request, "practice/cannot_connect.html", context, status=400)


def _connection_or_404(request: FirmRequest) -> Connection:
    return get_object_or_404(Connection.objects, firm=request.firm)


def _link_fragment(request: FirmRequest, contact: Contact, *, problem: str = "") -> HttpResponse:
    connection = queries.find_connection(request.firm)
    context = {
        "contact": contact,
        "link": connection and links.link_of(contact, connection),
        "problem": problem,
        "may_link": request.membership.may_prepare and connection is not None,
    }
    return render(request, "practice/link.html", context, status=422 if problem else 200)
