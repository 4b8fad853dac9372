"""Asking for a review, deciding it, and the list of what waits for one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minutebook.delivery.forms import proposed_message
from minutebook.delivery.models import Review
from minutebook.delivery.review_forms import AskForm, DeclineForm
from minutebook.delivery.reviewing import CannotReview, accept, ask_for_review, decline, take_back
from minutebook.delivery.views.send import CANNOT_RELEASE
from minutebook.documents.models import DocumentPack
from minutebook.firms.abilities import Ability
from minutebook.firms.access import able_to, member_required, preparer_required
from minutebook.firms.requests import FirmRequest
from minutebook.jobs.panel import job_panel
from minutebook.production import queries


@require_GET
@member_required
def reviews(request: FirmRequest) -> HttpResponse:
    """For your review: what waits for this person, and what they asked for."""
    found = Review.objects.select_related("pack__company__contact", "asked_by", "decided_by")
    context = {
        "waiting": found.filter(reviewers=request.user, state=Review.State.OPEN).order_by("asked_at"),
        "asked": found.filter(asked_by=request.user).order_by("-asked_at")[:50],
    }
    return render(request, "delivery/reviews.html", context)


@require_GET
@member_required
def review_of(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """The part of a pack's page that says how its review stands."""
    pack = get_object_or_404(DocumentPack, pk=pack_id)
    return render(request, "delivery/_review.html", _standing(request, pack))


def _standing(request: FirmRequest, pack: DocumentPack) -> dict[str, object]:
    found = Review.objects.filter(pack=pack).select_related("asked_by", "decided_by")
    review = found.order_by("-pk").first()
    is_open = review is not None and review.state == Review.State.OPEN
    people = list(review.reviewers.order_by("name")) if review else []
    return {
        "pack": pack,
        "review": review,
        "people": people,
        "may_decide": is_open and request.user in people,
        "may_ask": request.membership.may_prepare and pack.is_draft and not is_open,
        "has_changed": is_open and review is not None and pack.saved_at != review.pack_saved_at,
        "may_prepare": request.membership.may_prepare,
    }


@require_http_methods(["GET", "POST"])
@preparer_required
def ask(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Ask colleagues to look at the pack before it goes out."""
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    given = request.POST if request.method == "POST" else None
    proposed = proposed_message(pack, sender=request.user.name)
    form = AskForm(given, initial=proposed, pack=pack, by=request.user)
    if given is not None and form.is_valid():
        try:
            ask_for_review(pack, **form.asked(), by=request.user, now=request.now)
        except CannotReview as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("production:pack", pack.pk)
    context = {"pack": pack, "form": form}
    return render(request, "delivery/ask.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@able_to(Ability.RELEASE)
def decide(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Show what waits for a decision, and accept it."""
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    review = get_object_or_404(
        Review.objects.select_related("asked_by", "pack"), pack=pack, state=Review.State.OPEN
    )
    problem = ""
    if request.method == "POST":
        panel = job_panel(pack, firm=request.firm, today=request.today)
        try:
            accept(
                review,
                seen=request.POST.get("seen", ""),
                with_job=pack.wants_job and panel.is_ready,
                by=request.user,
                now=request.now,
            )
        except (CannotReview, *CANNOT_RELEASE) as refusal:
            problem = str(refusal)
        else:
            return redirect("production:pack", pack.pk)
    return _decision(request, pack, review, DeclineForm(), problem=problem)


@require_POST
@able_to(Ability.RELEASE)
def decline_review(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """Give the pack back with a reason."""
    pack = get_object_or_404(queries.packs(), pk=pack_id)
    review = get_object_or_404(
        Review.objects.select_related("asked_by", "pack"), pack=pack, state=Review.State.OPEN
    )
    form = DeclineForm(request.POST)
    if form.is_valid():
        try:
            decline(review, reason=form.cleaned_data["reason"], by=request.user, now=request.now)
        except CannotReview as refusal:
            return _decision(request, pack, review, form, problem=str(refusal))
        return redirect("delivery:reviews")
    return _decision(request, pack, review, form)


@require_POST
@preparer_required
def take_review_back(request: FirmRequest, pack_id: UUID) -> HttpResponse:
    """End a review that is no longer wanted."""
    review = get_object_or_404(Review.objects.select_related("pack"), pack=pack_id, state=Review.State.OPEN)
    try:
        take_back(review, by=request.user, now=request.now)
    except CannotReview as problem:
        messages.error(request, str(problem))
    return redirect("production:pack", pack_id)


def _decision(
    request: FirmRequest, pack: DocumentPack, review: Review, form: DeclineForm, *, problem: str = ""
) -> HttpResponse:
    context = _standing(request, pack) | {
        "form": form,
        "problem": problem,
        "seen": DocumentPack.objects.values_list("saved_at", flat=True).get(pk=pack.pk).isoformat(),
        "documents": queries.documents_of(pack)["documents"],
        "panel": job_panel(pack, firm=request.firm, today=request.today),
        "review": review,
    }
    return render(request, "delivery/decide.html", context, status=422 if problem or form.errors else 200)
