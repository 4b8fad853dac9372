"""Download All: what lets a pack go. Sending is delivery's."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from minutebook.documents.models import DocumentPack
from minutebook.firms.abilities import Ability
from minutebook.firms.access import able_to
from minutebook.firms.requests import FirmRequest
from minutebook.jobs.panel import job_panel
from minutebook.jobs.planning import confirm_costs
from minutebook.production import queries
from minutebook.production.correcting import CannotCorrect
from minutebook.production.drawing import NotDecided, RegistersChanged
from minutebook.production.printing import CannotPrint
from minutebook.production.release import (
    NothingSwitchedOn,
    release_pack,
)
from minutebook.production.storing import CannotStore
from minutebook.production.views.pack import pack_page


@require_POST
@able_to(Ability.RELEASE)
def release(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Download All: release the pack, then give its files. Asks first when the job would stay behind."""
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    if pack.is_draft and (answer := _job_question(request, pack)) is not None:
        return answer
    try:
        release_pack(
            pack,
            delivery=DocumentPack.Delivery.DOWNLOADED,
            by=request.user,
            now=request.now,
            with_job=pack.wants_job and "without_job" not in request.POST,
        )
    except (
        NothingSwitchedOn,
        NotDecided,
        RegistersChanged,
        CannotCorrect,
        CannotStore,
        CannotPrint,
    ) as problem:
        messages.error(request, str(problem))
        return redirect("production:pack", pack.pk)
    return redirect(reverse("production:pack", args=[pack.pk]) + "?downloaded=1")


def _job_question(request: FirmRequest, pack: DocumentPack) -> HttpResponse | None:
    """Return the page with the question when the job would not go along and the user has not said so."""
    if not pack.wants_job or "without_job" in request.POST:
        return None
    panel = job_panel(pack, firm=request.firm, today=request.today)
    if panel.is_ready:
        return None
    if "confirm_costs" in request.POST and panel.plan is not None:
        confirm_costs(panel.plan, by=request.user, now=request.now)
        return None
    return pack_page(request, pack, asks=True, status=409)
