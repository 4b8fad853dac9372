"""Relationships: who is what to whom in the registers and in the practice, and what may be sent there."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minutebook.firms.abilities import Ability
from minutebook.firms.access import member_required, refuse_unless
from minutebook.firms.requests import FirmRequest
from minutebook.practice.queries import find_connection
from minutebook.sync.deciding import CannotDecide
from minutebook.sync.models import Outgoing, RelationshipOffer
from minutebook.sync.relating import approve_relationship, leave_relationship
from minutebook.sync.relationships import offer_relationships
from minutebook.sync.tasks import send_approved

_PER_PAGE = 50


@require_http_methods(["GET", "POST"])
@member_required
def show(request: FirmRequest) -> HttpResponse:
    """Show what differs. A POST sends the chosen ones to the practice, or lets them stand as they are."""
    if request.method == "POST":
        return _decide(request)
    connection = find_connection(request.firm)
    if connection:
        offer_relationships(connection, today=request.firm.day_of(request.now))
    tenant = connection.tenant_id if connection else ""
    offers = RelationshipOffer.objects.filter(tenant_id=tenant, is_left=False).select_related("holder", "of")
    sent = Outgoing.objects.filter(tenant_id=tenant, kind__in=Outgoing.OF_RELATIONSHIPS)
    context = {
        "connection": connection,
        "page": Paginator(offers.order_by("of__name", "holder__name", "kind", "pk"), _PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "all_chosen": "all" in request.GET,
        "waiting": sent.filter(state__in=Outgoing.PENDING).count(),
        "stopped": sent.filter(state=Outgoing.State.STOPPED).select_related("contact").order_by("-pk")[:3],
        "may_prepare": request.membership.may_prepare,
        "part": "contacts",
        "current": "relationships",
    }
    return render(request, "sync/relationships.html", context)


def _decide(request: FirmRequest) -> HttpResponse:
    refuse_unless(request.membership, Ability.PREPARE, "decide here")
    chosen = request.POST.getlist("chosen")[:_PER_PAGE]
    is_left = request.POST.get("decision") == "leave"
    decided, problems = 0, []
    for token in chosen:
        try:
            decision = (leave_relationship if is_left else approve_relationship)(
                token, by=request.user, now=request.now
            )
        except CannotDecide as problem:
            problems.append(str(problem))
            continue
        decided += 1
        send_approved(decision)
    _tell(request, decided, problems, chosen=bool(chosen), is_left=is_left)
    return redirect("sync:relationships")


def _tell(request: FirmRequest, decided: int, problems: list[str], *, chosen: bool, is_left: bool) -> None:
    if not chosen:
        messages.warning(request, "Nothing was chosen. Tick the relationships that you decide on.")
    if decided:
        what = "left as it is" if is_left else "on the way to XPM"
        count = "1 relationship" if decided == 1 else f"{decided} relationships"
        messages.success(request, f"{count} {what}. Each can be undone under Decisions.")
    if problems:
        messages.warning(request, f"{len(problems)} not decided. {problems[0]}")
