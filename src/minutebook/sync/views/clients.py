"""The client list: everybody known here or in the practice, and how the two stand."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from minutebook.contacts.models import Contact
from minutebook.firms.access import member_required, preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.practice.models import Client, Connection
from minutebook.practice.queries import find_connection
from minutebook.sync import deciding, listing
from minutebook.sync.keeping import CannotKeep
from minutebook.sync.models import Decision
from minutebook.sync.tasks import send_approved
from minutebook.sync.undoing import undo_decision

_PER_PAGE = 50


@require_GET
@member_required
def client_list(request: FirmRequest) -> HttpResponse:
    """Show contacts and clients in one list, found by name or number, filtered by how they stand."""
    text, status = request.GET.get("q", ""), request.GET.get("status", "")
    connection = find_connection(request.firm)
    rows = listing.rows(connection, text=text, status=status)
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "connection": connection,
        "page": page,
        "rows": listing.page_of(connection, page, status=status),
        "news": listing.rows(connection, text="", status=listing.NEWS).count(),
        "news_since": listing.since_last_read(connection),
        "query": text,
        "status": status,
        "statuses": listing.counts(connection),
        "may_prepare": request.membership.may_prepare,
        "part": "contacts",
        "current": "clients",
    }
    return render(request, "sync/clients.html", context)


@require_GET
@member_required
def client_csv(request: FirmRequest) -> StreamingHttpResponse:
    """Answer with the present view of the list as a file."""
    found = listing.rows(
        find_connection(request.firm), text=request.GET.get("q", ""), status=request.GET.get("status", "")
    )
    lines = csv.writer(_Echo())
    rows = list(found.iterator(chunk_size=2000)) if hasattr(found, "iterator") else list(found)
    answer = StreamingHttpResponse(_csv(lines, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="clients.csv"'
    return answer


@require_POST
@preparer_required
def create_here(request: FirmRequest, pk: int) -> HttpResponse:
    """Make a contact of a client."""
    return _act(request, deciding.create_here, get_object_or_404(Client.objects, pk=pk))


@require_POST
@preparer_required
def ignore(request: FirmRequest, pk: int) -> HttpResponse:
    """Ask no more about a client."""
    return _act(request, deciding.ignore_client, get_object_or_404(Client.objects, pk=pk))


@require_POST
@preparer_required
def ask_again(request: FirmRequest, pk: int) -> HttpResponse:
    """Ask about an ignored client again."""
    client = get_object_or_404(Client.objects, pk=pk)
    ignored = Decision.objects.filter(kind=Decision.Kind.IGNORE, client_id=client.pk, undone_at=None)
    decision = ignored.order_by("-pk").first()
    if decision is None:
        messages.warning(request, f"{client.name} is not ignored any more.")
    else:
        undo_decision(decision, by=request.user, now=request.now)
        messages.success(request, f"{client.name} is asked about again.")
    return redirect(_back(request))


@require_POST
@preparer_required
def create_there(request: FirmRequest, pk: int) -> HttpResponse:
    """Approve that a contact is added to the practice's clients."""
    contact = get_object_or_404(Contact.objects.select_related("address", "postal_address"), pk=pk)
    connection = get_object_or_404(Connection.objects, status=Connection.Status.CONNECTED)
    structure = listing.structure_for(contact.kind, connection)
    try:
        decision = deciding.create_there(
            contact, connection, structure=structure, by=request.user, now=request.now
        )
    except CannotKeep as problem:
        messages.warning(request, str(problem))
    else:
        send_approved(decision)
        messages.success(request, f"{decision.sentence}.")
    return redirect(_back(request))


def _act(request: FirmRequest, act: Any, client: Client) -> HttpResponse:
    try:
        decision = act(client, by=request.user, now=request.now)
    except CannotKeep as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, f"{decision.sentence}.")
    return redirect(_back(request))


def _back(request: FirmRequest) -> str:
    """Return the view of the list that somebody came from: the same filter, search and page."""
    here, asked = reverse("sync:clients"), request.POST.get("back", "")
    return asked if asked.startswith(f"{here}?") else here


class _Echo:
    """What a CSV writer writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def _csv(lines: Any, rows: list[dict[str, Any]]) -> Iterator[str]:
    yield "\ufeff" + lines.writerow(["Name", "Type", "ACN", "ABN", "Status", "Last change"])
    for row in map(listing.shown, rows):
        safe = [_harmless(each) for each in (row.name, row.kind, row.acn, row.abn, row.status_words)]
        yield lines.writerow([*safe, f"{row.changed_at:%Y-%m-%d}" if row.changed_at else ""])


def _harmless(text: str) -> str:
    """A text that a spreadsheet would take for a formula is marked as text."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text
