"""Every pack of the firm: found, exported, and moved along the firm's own statuses."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from minutebook.activity.models import record
from minutebook.documents.models import DocumentPack
from minutebook.firms.access import member_required, preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.production.list_export import csv_of
from minutebook.production.list_page import list_page, stage_cell
from minutebook.production.listing import Asked, Key
from minutebook.production.stages import CannotMove, move_pack, stages


@require_GET
@member_required
def pack_list(request: FirmRequest) -> HttpResponse:
    """Every pack of the firm, the latest first or by what is due; found by words, state, status and deadline."""
    asked = Asked.of(request.GET.dict())
    after, before = (
        Key.of(request.GET.get(name, ""), by_deadline=asked.is_by_deadline) for name in ("after", "before")
    )
    context = list_page(asked, after=after, before=before, today=request.today, membership=request.membership)
    return render(request, "production/list.html", context)


@require_GET
@member_required
def pack_csv(request: FirmRequest) -> StreamingHttpResponse:
    """Give the present view as a spreadsheet, whole."""
    asked = Asked.of(request.GET.dict())
    record("pack.list_exported", request.firm, sentence="Packs downloaded as CSV", by=request.user)
    lines = csv_of(asked, firm=request.firm, today=request.today)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="packs-{request.today:%Y-%m-%d}.csv"'
    return answer


@require_POST
@preparer_required
def move(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Move a pack to one of the firm's own statuses, from the one that was seen."""
    pack = get_object_or_404(DocumentPack.objects.select_related("stage"), pk=pack_id)
    own = stages()
    to = next((stage for stage in own if str(stage.pk) == request.POST.get("to")), None)
    problem = ""
    if to is None:
        problem = "Choose one of the statuses: this one is not there any more."
    else:
        try:
            seen = next((each.pk for each in own if str(each.pk) == request.POST.get("seen")), None)
            pack = move_pack(pack, to=to, seen=seen, by=request.user, now=request.now)
        except CannotMove as refused:
            problem = str(refused)
    if request.htmx or problem:
        pack.refresh_from_db(fields=["stage", "staged_at"])
        cell = stage_cell(pack, own)
        context = {
            "cell": cell,
            "problem": problem,
            "moved": not problem,
            "may_prepare": True,
            "back_query": _back(request),
        }
        page = "production/_stage.html" if request.htmx else "production/not_moved.html"
        return render(request, page, context, status=422 if problem else 200)
    return _went_back(request, pack)


def _went_back(request: FirmRequest, pack: DocumentPack) -> HttpResponse:
    """Lead to the page that the pack was moved on: itself, or the list as it was narrowed."""
    if "from_pack" in request.POST:
        return HttpResponseRedirect(reverse("production:pack", args=[pack.pk]))
    query = _back(request)
    return HttpResponseRedirect(reverse("production:list") + (f"?{query}" if query else ""))


def _back(request: FirmRequest) -> str:
    """Return the list's address as it was, read and written anew: nothing else can stand in it."""
    return Asked.of(QueryDict(request.POST.get("back", "")).dict()).query
