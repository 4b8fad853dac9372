"""After release: mark signed, correct, withdraw, and what is still to do."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minutebook.companies.pencil import CannotMove
from minutebook.documents.models import DocumentPack, ProducedFile
from minutebook.firms.access import member_required, preparer_required
from minutebook.firms.models import Membership
from minutebook.firms.requests import FirmRequest
from minutebook.jobs.models import JobRequest
from minutebook.production import queries
from minutebook.production.choosing import record_copy
from minutebook.production.correcting import CannotCorrect, discard_correction, start_correction
from minutebook.production.drawing import draw
from minutebook.production.kept_files import keep_file
from minutebook.production.models import KeptFile, PackMail, ToDo
from minutebook.production.signing import CannotSign, mark_signed, why_not_sign
from minutebook.production.signoff_forms import SignForm, TickForm, WithdrawForm
from minutebook.production.storing import CannotStore
from minutebook.production.todo import by_window, open_to_dos, tick, untick
from minutebook.production.uploads import CannotTake
from minutebook.production.withdrawing import CannotWithdraw, why_not_withdraw, withdraw_pack

_PER_PAGE = 100
_SHOWN_ABOVE = 20


@require_http_methods(["GET", "POST"])
@preparer_required
def sign(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Mark signed: the dates on the paper, and the days the changes take effect."""
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    posted = request.method == "POST"
    form = SignForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        pack=pack,
        today=request.today,
        initial={"signed_on": request.today},
    )
    if posted and form.is_valid() and _signs(request, pack, form):
        return redirect("production:pack", pack.pk)
    context = {"pack": pack, "form": form, "why_not": why_not_sign(pack)}
    return render(request, "production/sign.html", context, status=422 if posted else 200)


def _signs(request: FirmRequest, pack: DocumentPack, form: SignForm) -> bool:
    """Mark the pack signed as the form says, with its copy or not at all; say beside its fields what is wrong."""
    try:
        with transaction.atomic():
            mark_signed(
                pack,
                signed_on=form.cleaned_data["signed_on"],
                effective=form.effective(),
                documents=form.dated(),
                by=request.user,
                now=request.now,
            )
            if upload := form.cleaned_data.get("copy"):
                keep_file(pack, upload, kind=KeptFile.Kind.SIGNED, by=request.user, now=request.now)
    except (CannotTake, CannotStore) as problem:
        form.add_error("copy", str(problem))
    except CannotMove as problem:
        form.refuse_day_of(problem.event, str(problem))
    except CannotSign as problem:
        form.add_error(None, str(problem))
    else:
        messages.info(request, f"{pack.trace_number} is signed. Its entries in the registers are final.")
        return True
    return False


@require_http_methods(["GET", "POST"])
@preparer_required
def withdraw(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Withdraw a released pack, with a reason."""
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_pack(pack, because=form.cleaned_data["because"], by=request.user, now=request.now)
        except CannotWithdraw as problem:
            form.add_error(None, str(problem))
        else:
            messages.info(request, f"{pack.trace_number} is withdrawn.")
            return redirect("production:pack", pack.pk)
    context = {
        "pack": pack,
        "form": form,
        "why_not": why_not_withdraw(pack),
        "job": JobRequest.objects.filter(pack=pack).exclude(status=JobRequest.Status.CANCELLED).first(),
    }
    return render(request, "production/withdraw.html", context, status=422 if form.errors else 200)


@require_POST
@preparer_required
def correct(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Correct this pack: begin its next version, or open the one that was begun."""
    pack = get_object_or_404(DocumentPack, pk=pack_id)
    try:
        later = start_correction(pack, by=request.user, now=request.now)
    except CannotCorrect as problem:
        messages.error(request, str(problem))
        return redirect("production:pack", pack.pk)
    if later.snapshot is None:
        draw(later, now=request.now)
    return redirect("production:pack", later.pk)


@require_POST
@preparer_required
def discard(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Discard a correction that is being prepared."""
    pack = get_object_or_404(DocumentPack, pk=pack_id)
    try:
        former = discard_correction(pack, by=request.user)
    except CannotCorrect as problem:
        messages.error(request, str(problem))
        return redirect("production:pack", pack.pk)
    messages.info(request, f"The correction is discarded. Version {former.version} stands.")
    return redirect("production:pack", former.pk)


@require_POST
@preparer_required
def keep_copy(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Keep a signed copy or another file with a pack that was released."""
    pack = get_object_or_404(DocumentPack, pk=pack_id, released_at__isnull=False)
    upload = request.FILES.get("copy")
    kind = KeptFile.Kind.OTHER if request.POST.get("kind") == KeptFile.Kind.OTHER else KeptFile.Kind.SIGNED
    if upload is None:
        messages.error(request, "Choose the file to keep first.")
    else:
        try:
            kept = keep_file(pack, upload, kind=kind, by=request.user, now=request.now)
        except (CannotTake, CannotStore) as problem:
            messages.error(request, str(problem))
        else:
            messages.info(request, f"“{kept.name}” is kept with {pack.trace_number}.")
    return redirect("production:pack", pack.pk)


@require_GET
@member_required
def signed_copy(request: FirmRequest, pack_id: UUID, copy_id: int) -> FileResponse:
    """Give a file that was kept with a pack as it was given."""
    copy = get_object_or_404(KeptFile.objects.select_related("pack"), pk=copy_id, pack=pack_id)
    record_copy(copy.pack, name=copy.name, by=request.user)
    media_type = ProducedFile.MEDIA_TYPES[copy.format]
    return FileResponse(copy.file.open(), as_attachment=True, filename=copy.name, content_type=media_type)


@require_POST
@preparer_required
def tick_off(request: FirmRequest, to_do_id: int) -> HttpResponse:
    """Say that something is done, or that it is not done after all."""
    to_do = get_object_or_404(ToDo.objects.select_related("pack"), pk=to_do_id)
    if "undo" in request.POST:
        untick(to_do, by=request.user)
        return redirect("production:pack", to_do.pack_id)
    form = TickForm(request.POST, today=request.today)
    if form.is_valid():
        tick(
            to_do,
            done_on=form.cleaned_data["done_on"],
            reference=form.cleaned_data["reference"],
            by=request.user,
            now=request.now,
        )
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    if request.POST.get("back") == "list":
        return redirect("production:to-do")
    return redirect("production:pack", to_do.pack_id)


@require_GET
@member_required
def to_do_list(request: FirmRequest) -> HttpResponse:
    """Everything the firm has left to do, what is due first first."""
    asked = {name: request.GET.get(name, "") for name in ("kind", "person", "q")}
    found = open_to_dos(kind=asked["kind"], person=asked["person"], text=asked["q"])
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "windows": by_window(list(page), today=request.today),
        "asked": asked,
        "kinds": ToDo.Kind.choices,
        "people": Membership.objects.select_related("user").order_by("user__name"),
        "jobs": list(_jobs_in_need()),
        "mails": list(_mails_not_sent()),
        "today": request.today,
        "may_prepare": request.membership.may_prepare,
        "part": "to-do",
    }
    return render(request, "production/to_do.html", context)


def _jobs_in_need() -> QuerySet[JobRequest]:
    found = JobRequest.objects.filter(status=JobRequest.Status.NEEDS_YOU)
    return found.select_related("pack__company__contact").order_by("asked_at")[:_SHOWN_ABOVE]


def _mails_not_sent() -> QuerySet[PackMail]:
    found = PackMail.objects.filter(state=PackMail.State.FAILED)
    return found.select_related("pack__company__contact").order_by("queued_at")[:_SHOWN_ABOVE]
