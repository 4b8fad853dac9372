"""Bring contacts together: connect, read, match, decide, done."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from minutebook.contacts.models import Contact
from minutebook.firms.access import connector_required, member_required, preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.practice.models import Connection
from minutebook.practice.queries import find_connection
from minutebook.practice.reading import start_reading, stop_reading
from minutebook.sync import deciding, first, queries, undoing
from minutebook.sync.forms import NotifyForm
from minutebook.sync.mapping import say_what_structures_are
from minutebook.sync.models import FirstSync, Suggestion
from minutebook.sync.stations import stations_of
from minutebook.sync.tasks import undo_first_in_background

_TOGETHER = 500  # certain matches linked by one press: a request must not take a minute


@require_GET
@member_required
def show(request: FirmRequest) -> HttpResponse:
    """Show how far the first synchronisation is, and what to do next."""
    return _page(request)


@require_POST
@connector_required
def begin(request: FirmRequest) -> HttpResponse:
    """Begin the first synchronisation."""
    form = NotifyForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    first.begin(_connected(request), notify=form.cleaned_data["notify"], by=request.user, now=request.now)
    return redirect("sync:together")


@require_GET
@member_required
def progress(request: FirmRequest) -> HttpResponse:
    """Show how far reading and matching have come; when they have ended, the whole page anew."""
    found = queries.current_first(find_connection(request.firm))
    if found and found.stage == FirstSync.Stage.UNDOING:
        context = {"undo": queries.undo_progress(found)}
        return render(request, "sync/together.html#undoing", context)
    if found is None or found.stage not in (FirstSync.Stage.READING, FirstSync.Stage.MATCHING):
        return HttpResponseClientRefresh()
    connection = _connected(request)
    if connection.reading_problem and not connection.is_reading(now=request.now):
        return HttpResponseClientRefresh()
    return render(request, "sync/together.html#moving", {"connection": connection, "first": found})


@require_POST
@connector_required
def stop(request: FirmRequest) -> HttpResponse:
    """Stop the reading; it can be gone on with."""
    stop_reading(_connected(request), by=request.user)
    messages.info(request, "The reading stops after the page it is at. Go on with it whenever you like.")
    return redirect("sync:together")


@require_POST
@connector_required
def read_now(request: FirmRequest) -> HttpResponse:
    """Read what has changed in XPM, or go on with a reading that was stopped."""
    start_reading(_connected(request), now=request.now, by=request.user, only_changes=True)
    messages.info(request, "Reading XPM. What has changed shows up here in a moment.")
    return redirect("sync:together")


@require_POST
@connector_required
def link_certain(request: FirmRequest) -> HttpResponse:
    """Link what is certain, all at once."""
    linked, left = first.link_certain(_connected(request), by=request.user, now=request.now, most=_TOGETHER)
    words = f"{linked} linked."
    if left:
        words += f" {left} had been decided by somebody meanwhile."
    messages.success(request, words)
    return redirect("sync:together")


@require_POST
@preparer_required
def decide(request: FirmRequest, pk: int) -> HttpResponse:
    """Link a suggested pair, or say that they are two."""
    suggestion = get_object_or_404(Suggestion.objects.select_related("contact", "client"), pk=pk)
    act = deciding.say_they_are_two if request.POST.get("decision") == "two" else deciding.link_suggestion
    try:
        decision = act(suggestion, by=request.user, now=request.now)
    except deciding.CannotDecide as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, f"{decision.sentence}.")
    return redirect("sync:together")


@require_POST
@connector_required
def finish(request: FirmRequest) -> HttpResponse:
    """End the first synchronisation."""
    found = queries.current_first(_connected(request))
    if found:
        first.finish(found, by=request.user, now=request.now)
    return redirect("sync:together")


@require_POST
@connector_required
def undo(request: FirmRequest) -> HttpResponse:
    """Take back everything that was decided in the first synchronisation."""
    found = queries.current_first(_connected(request))
    if found:
        if undoing.begin_undoing(found, by=request.user, now=request.now):
            undo_first_in_background.enqueue(found.firm_id, found.pk)
        else:
            messages.info(request, "Somebody is undoing it already.")
    return redirect("sync:together")


@require_http_methods(["GET", "POST"])
@connector_required
def structures(request: FirmRequest) -> HttpResponse:
    """Say what the practice's business structures stand for."""
    connection = find_connection(request.firm)
    if request.method == "POST":
        chosen = {
            name: request.POST.get(f"kind_{number}", "")
            for number, name in enumerate(request.POST.getlist("structure"))
        }
        say_what_structures_are(chosen, by=request.user)
        messages.success(request, "Saved. Clients of these structures take part from the next matching on.")
        return redirect("sync:structures")
    context = {
        "structures": queries.structures(connection),
        "kinds": [choice for choice in Contact.Kind.choices if choice[0] != Contact.Kind.JOINT],
        "part": "contacts",
        "current": "structures",
    }
    return render(request, "sync/structures.html", context)


def _page(request: FirmRequest, *, form: NotifyForm | None = None, status: int = 200) -> HttpResponse:
    found = queries.overview(find_connection(request.firm), now=request.now)
    connection = found.connection
    context = {
        "overview": found,
        "undo": queries.undo_progress(found.first) if found.first else None,
        "latest_undone": queries.latest_undone(connection),
        "connection": connection,
        "first": found.first,
        "stations": stations_of(found),
        "form": form or NotifyForm(initial={"notify": request.user.email}),
        "is_reading": connection is not None and connection.is_reading(now=request.now),
        "may_connect": request.membership.may_connect,
        "may_prepare": request.membership.may_prepare,
        "left_out": [each for each in queries.structures(connection) if each.reason],
        "part": "contacts",
        "current": "together",
    }
    return render(request, "sync/together.html", context, status=status)


def _connected(request: FirmRequest) -> Connection:
    return get_object_or_404(Connection.objects, status=Connection.Status.CONNECTED)
