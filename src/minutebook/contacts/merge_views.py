"""Contacts that may be one: the list of them, two side by side, and the way back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minutebook.contacts import merging, queries
from minutebook.contacts.duplicates import possible_duplicates
from minutebook.contacts.models import Contact, ContactMerge
from minutebook.firms.access import member_required, preparer_required, whole_firm_required
from minutebook.firms.requests import FirmRequest

_SHOWN = 50


@require_GET
@whole_firm_required
@member_required
def duplicates(request: FirmRequest) -> HttpResponse:
    """The pairs of contacts that may be one, the likeliest first."""
    found, count = possible_duplicates(limit=_SHOWN)
    context = {
        "duplicates": found,
        "count": count,
        "kinds": queries.kind_counts(),
        "may_prepare": request.membership.may_prepare,
    }
    return render(request, "contacts/duplicates.html", context)


@require_http_methods(["GET", "POST"])
@whole_firm_required
@preparer_required
def compare(request: FirmRequest, pk: int, other: int) -> HttpResponse:
    """Two contacts side by side: what each says, which one's words stay, what moves. A POST merges them."""
    kept = get_object_or_404(Contact.objects.select_related("address", "postal_address"), pk=pk)
    absorbed = get_object_or_404(Contact.objects.select_related("address", "postal_address"), pk=other)
    problem = ""
    if request.method == "POST":
        taking = frozenset(name for name in merging.PARTICULARS if request.POST.get(name) == "absorbed")
        try:
            merging.merge(kept, absorbed, taking=taking, by=request.user, now=request.now)
        except merging.CannotMerge as refusal:
            problem = str(refusal)
        else:
            messages.info(request, f"{absorbed.name} merged into {kept.name}. You can undo this below.")
            return redirect("contacts:contact", kept.pk)
    context = {
        "kept": kept,
        "absorbed": absorbed,
        "differences": merging.differences_between(kept, absorbed),
        "obstacles": merging.obstacles_between(kept, absorbed),
        "kept_uses": queries.uses_of(kept),
        "absorbed_uses": queries.uses_of(absorbed),
        "moving": merging.uses_to_move(absorbed),
        "problem": problem,
    }
    return render(request, "contacts/merge.html", context, status=422 if problem else 200)


@require_POST
@whole_firm_required
@preparer_required
def apart(request: FirmRequest, pk: int, other: int) -> HttpResponse:
    """Keep two contacts apart: they are not suggested again."""
    one, two = get_object_or_404(Contact.objects, pk=pk), get_object_or_404(Contact.objects, pk=other)
    merging.keep_apart(one, two, by=request.user, now=request.now)
    messages.info(request, f"{one.name} and {two.name} stay two contacts.")
    return redirect("contacts:duplicates")


@require_POST
@whole_firm_required
@preparer_required
def undo(request: FirmRequest, pk: int) -> HttpResponse:
    """Part two contacts that were merged."""
    done = get_object_or_404(ContactMerge.objects.select_related("kept", "absorbed"), pk=pk)
    try:
        merging.undo_merge(done, by=request.user, now=request.now)
    except merging.CannotMerge as refusal:
        messages.error(request, str(refusal))
    else:
        messages.info(request, f"{done.absorbed.name} and {done.kept.name} are two contacts again.")
    return redirect("contacts:contact", done.kept_id)
