"""Activity: what happened in the firm, in a company, to a pack, and what a person did."""

from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from minutebook.activity.models import ChainCheck, record
from minutebook.companies.models import Company
from minutebook.documents.models import DocumentPack
from minutebook.firms.abilities import Ability, refusal
from minutebook.firms.access import member_required, who_may
from minutebook.firms.models import Membership
from minutebook.firms.requests import FirmRequest
from minutebook.history import queries
from minutebook.history.export import csv_of

_PER_PAGE = 50


@require_GET
@member_required
def show_activity(request: FirmRequest) -> HttpResponse:
    """Show what happened, the latest first; of one company, pack or person when the address names it."""
    asked = _asked(request)
    after = queries.Key.of(request.GET.get("after", ""))
    found = queries.find_activity(asked, firm=request.firm, after=after)
    rows, following = queries.page_of(found, size=_PER_PAGE)
    sees_firm = request.membership.may_connect
    context = {
        "asked": asked,
        "rows": [(row, queries.address_of(row), queries.changes_of(row)) for row in rows],
        "following": following,
        "is_first": after is None,
        "topics": queries.TOPICS,
        "people": _people() if sees_firm else [request.membership],
        "company": Company.objects.filter(pk=asked.company).first() if asked.company else None,
        "pack": DocumentPack.objects.filter(pk=asked.pack).first() if asked.pack else None,
        "check": ChainCheck.objects.filter(pk=request.firm.pk).first() if sees_firm else None,
        "sees_firm": sees_firm,
        "is_narrowed": bool(asked.topic or asked.text or asked.first or asked.last),
    }
    return render(request, "history/activity.html", context)


@require_GET
@member_required
def download_activity(request: FirmRequest) -> StreamingHttpResponse:
    """Give the same as a spreadsheet, whole."""
    asked = _asked(request)
    record("activity.exported", request.firm, sentence="Activity downloaded as CSV", by=request.user)
    answer = StreamingHttpResponse(csv_of(asked, firm=request.firm), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="activity-{request.today:%Y-%m-%d}.csv"'
    return answer


def _asked(request: FirmRequest) -> queries.Asked:
    """Return what is asked for, if this person may see it."""
    asked = queries.Asked.of(request.GET.dict())
    if asked.company:
        get_object_or_404(Company, pk=asked.company)
    if asked.pack:
        get_object_or_404(DocumentPack, pk=asked.pack)
    if asked.person:
        get_object_or_404(Membership.ever, user_id=asked.person)
    if request.membership.may_connect or asked.company or asked.pack:
        return asked
    if asked.person in {None, request.user.pk}:
        return replace(asked, person=request.user.pk)
    raise PermissionDenied(
        refusal(Ability.CONNECT, to="see what others did", names=who_may(Ability.CONNECT))
        + " Or open a company’s activity."
    )


def _people() -> list[Membership]:
    return list(Membership.ever.select_related("user").order_by("user__name", "pk"))
