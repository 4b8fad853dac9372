"""Download All and Send All: what lets a pack go."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from minutebook.documents.models import DocumentPack
from minutebook.firms.abilities import Ability
from minutebook.firms.access import able_to
from minutebook.firms.requests import FirmRequest
from minutebook.jobs.panel import job_panel
from minutebook.jobs.planning import confirm_costs
from minutebook.production import queries
from minutebook.production.correcting import CannotCorrect
from minutebook.production.drawing import NotDecided, RegistersChanged
from minutebook.production.forms import SendForm, proposed_message
from minutebook.production.models import PackMail
from minutebook.production.printing import CannotPrint
from minutebook.production.release import (
    NothingSwitchedOn,
    release_pack,
)
from minutebook.production.sending import queue_mail, send_again
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


@require_http_methods(["GET", "POST"])
@able_to(Ability.RELEASE)
def send(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Send All: show the message, then release the pack and mail it."""
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    panel = job_panel(pack, firm=request.firm, today=request.today)
    proposed = proposed_message(pack, sender=request.user.name)
    form = SendForm(request.POST if request.method == "POST" else None, initial=proposed)
    if request.method == "POST" and form.is_valid():
        return _send(request, pack, form)
    context = {
        "pack": pack,
        "form": form,
        "panel": panel,
        "documents": queries.documents_of(pack)["documents"],
    }
    return render(request, "production/send.html", context, status=422 if form.errors else 200)


def _send(request: FirmRequest, pack: DocumentPack, form: SendForm) -> HttpResponse:
    try:
        done = release_pack(
            pack,
            delivery=DocumentPack.Delivery.SENT,
            by=request.user,
            now=request.now,
            with_job=pack.wants_job and job_panel(pack, firm=request.firm, today=request.today).is_ready,
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
    queue_mail(done.pack, by=request.user, now=request.now, **form.cleaned_data)
    return redirect("production:pack", pack.pk)


@require_POST
@able_to(Ability.RELEASE)
def send_mail_again(request: FirmRequest, pack_id: UUID, mail_id: int) -> HttpResponse:
    """Send a message that the mail server did not take once more."""
    send_again(get_object_or_404(PackMail, pk=mail_id, pack=pack_id), by=request.user, now=request.now)
    return redirect("production:pack", pack_id)
