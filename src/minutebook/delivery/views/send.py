"""Send All: the message, and sending it again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from minutebook.delivery.forms import SendForm, proposed_message
from minutebook.delivery.links import close_links
from minutebook.delivery.sending import queue_mails, send_again
from minutebook.documents.models import DocumentPack
from minutebook.firms.abilities import Ability
from minutebook.firms.access import able_to, preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.jobs.panel import job_panel
from minutebook.production import queries
from minutebook.production.correcting import CannotCorrect
from minutebook.production.drawing import NotDecided, RegistersChanged
from minutebook.production.models import PackMail
from minutebook.production.printing import CannotPrint
from minutebook.production.release import NothingSwitchedOn, release_pack
from minutebook.production.storing import CannotStore

CANNOT_RELEASE = (NotDecided, NothingSwitchedOn, RegistersChanged, CannotCorrect, CannotStore, CannotPrint)


@require_http_methods(["GET", "POST"])
@able_to(Ability.RELEASE)
def send(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Send All: show the message, then release the pack and mail it. What was typed stays when that fails."""
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    given = request.POST if request.method == "POST" else None
    form = SendForm(given, initial=proposed_message(pack, sender=request.user.name), pack=pack)
    if given is not None and form.is_valid():
        try:
            return _send(request, pack, form)
        except CANNOT_RELEASE as problem:
            form.add_error(None, str(problem))
    context = {
        "pack": pack,
        "form": form,
        "panel": job_panel(pack, firm=request.firm, today=request.today),
        "documents": queries.documents_of(pack)["documents"],
    }
    return render(request, "delivery/send.html", context, status=422 if form.errors else 200)


def _send(request: FirmRequest, pack: DocumentPack, form: SendForm) -> HttpResponse:
    done = release_pack(
        pack,
        delivery=DocumentPack.Delivery.SENT,
        by=request.user,
        now=request.now,
        with_job=pack.wants_job and job_panel(pack, firm=request.firm, today=request.today).is_ready,
    )
    queue_mails(done.pack, by=request.user, now=request.now, **form.message())
    return redirect("production:pack", pack.pk)


@require_POST
@able_to(Ability.RELEASE)
def send_mail_again(request: FirmRequest, pack_id: UUID, mail_id: int) -> HttpResponse:
    """Send a message once more to those who have nothing yet."""
    send_again(get_object_or_404(PackMail, pk=mail_id, pack=pack_id), by=request.user, now=request.now)
    return _back(request, pack_id)


@require_POST
@preparer_required
def close_link(request: FirmRequest, pack_id: UUID, mail_id: int) -> HttpResponse:
    """Let the secure link of a message lead nowhere any longer."""
    mail = get_object_or_404(PackMail, pk=mail_id, pack=pack_id)
    close_links(mail, by=request.user, now=request.now)
    messages.success(request, f"The link of {', '.join(mail.recipients)} is closed.")
    return _back(request, pack_id)


def _back(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Return to where the button was pressed: the outbox, or the pack."""
    asked = request.POST.get("back", "")
    if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return redirect(asked)
    return redirect("production:pack", pack_id)
