"""Who else has a pack open, what they changed, and what changed in the registers meanwhile."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from minutebook.documents.models import DocumentPack
from minutebook.firms.access import member_required, preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.production import queries
from minutebook.production.drawing import RegistersChanged, keep_as_made, meanwhile, take_changes
from minutebook.production.presence import come_by, others_here


@require_POST
@member_required
def here(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Note that somebody has the pack open; answer with who else has, and what they saved since."""
    pack = get_object_or_404(DocumentPack.objects.select_related("saved_by"), pk=pack_id)
    come_by(pack, visitor=request.user, now=request.now)
    context = {
        "pack": pack,
        "others": others_here(pack, visitor=request.user, now=request.now),
        "seen": request.POST.get("seen", ""),
        "is_newer": _is_newer(pack, request),
    }
    return render(request, "production/_presence.html", context)


def _is_newer(pack: DocumentPack, request: FirmRequest) -> bool:
    """Tell whether somebody else saved the pack after this page was made."""
    someone_else = pack.saved_by_id is not None and pack.saved_by_id != request.user.pk
    return someone_else and request.POST.get("seen", "") != pack.saved_at.isoformat()


@require_http_methods(["GET", "POST"])
@preparer_required
def since_made(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Say what changed in the registers since the documents were made; take it, or keep them as they are."""
    pack = get_object_or_404(queries.packs(), pk=pack_id, status=DocumentPack.Status.DRAFT)
    if request.method == "GET":
        return render(
            request,
            "production/_meanwhile.html",
            {"pack": pack, "meanwhile": meanwhile(pack, now=request.now)},
        )
    try:
        if "take" in request.POST:
            take_changes(pack, by=request.user, now=request.now)
        else:
            keep_as_made(pack, by=request.user, now=request.now)
    except RegistersChanged as problem:
        messages.error(request, str(problem))
    return redirect("production:pack", pack_id)
