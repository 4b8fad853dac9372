"""Review: a colleague looks at a pack before it goes out. Accepted, it is released; declined, nothing leaves.

Any one of those asked decides. Whoever asked does not accept their own, unless nobody else could.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse

from minutebook.activity.models import record
from minutebook.delivery.models import Review
from minutebook.delivery.sending import queue_mails
from minutebook.documents.models import DocumentPack
from minutebook.firms.abilities import Ability, roles_that_may
from minutebook.firms.models import Membership, User
from minutebook.production.release import release_pack
from minutebook.scope import firm_scope

logger = logging.getLogger(__name__)


class CannotReview(Exception):
    """The review cannot be asked for or decided so; the message says why and who can."""


def reviewers_for(pack: DocumentPack, *, but: User) -> list[User]:
    """Return who may release the pack and sees its company, without one; that one when there is nobody else."""
    able = Membership.objects.filter(role__in=roles_that_may(Ability.RELEASE), user__is_active=True)
    able = able.select_related("user").order_by("user__name", "pk")
    found = [each.user for each in able if not each.is_limited or _sees(each, pack)]
    return [user for user in found if user != but] or [user for user in found if user == but]


def ask_for_review(
    pack: DocumentPack,
    *,
    reviewers: Sequence[User],
    note: str,
    message: dict[str, Any] | None,
    by: User,
    now: datetime,
) -> Review:
    """Ask colleagues to look at a pack. `message` is what goes out once accepted. Raises CannotReview."""
    try:
        with transaction.atomic():
            held = DocumentPack.objects.select_for_update().get(pk=pack.pk)
            if not held.is_draft:
                raise CannotReview("This pack was released meanwhile: there is nothing left to review.")
            review = Review.objects.create(
                pack=held, asked_by=by, asked_at=now, note=note, pack_saved_at=held.saved_at, message=message
            )
            review.reviewers.set(reviewers)
            names = ", ".join(user.name for user in reviewers)
            record("review.asked", held, sentence=f"{names} asked to review", by=by, note=note)
            tell.enqueue(review.pk, review.firm_id)
            return review
    except IntegrityError as taken:
        raise CannotReview("Somebody was asked to review this pack already. Take that back first.") from taken


def accept(review: Review, *, seen: str, with_job: bool, by: User, now: datetime) -> None:
    """Release the pack, and send what was to be sent. Raises CannotReview, and what release_pack raises."""
    _refuse(review, by=by)
    pack = DocumentPack.objects.select_related("firm", "company__contact").get(pk=review.pack_id)
    if pack.is_draft and pack.saved_at.isoformat() != seen:
        raise CannotReview("The pack was changed a moment ago. Look at it again, then accept it.")
    delivery = DocumentPack.Delivery.SENT if review.message else DocumentPack.Delivery.DOWNLOADED
    done = release_pack(pack, delivery=delivery, by=by, now=now, with_job=with_job)
    with transaction.atomic():
        message = review.message
        _decide(review, Review.State.ACCEPTED, by=by, now=now)
        record("review.accepted", done.pack, sentence=f"Accepted by {by.short_name}", by=by)
        if message:
            queue_mails(done.pack, **message, by=review.asked_by, now=now)


@transaction.atomic
def decline(review: Review, *, reason: str, by: User, now: datetime) -> None:
    """Give the pack back to whoever prepared it. Nothing leaves. Raises CannotReview."""
    _refuse(review, by=by)
    _decide(review, Review.State.DECLINED, by=by, now=now, reason=reason)
    record("review.declined", review.pack, sentence=f"Declined by {by.short_name}: {reason}", by=by)


@transaction.atomic
def take_back(review: Review, *, by: User, now: datetime) -> None:
    """End a review that is no longer wanted. Raises CannotReview."""
    _decide(review, Review.State.TAKEN_BACK, by=by, now=now)
    record("review.taken-back", review.pack, sentence=f"Review taken back by {by.short_name}", by=by)


def _sees(membership: Membership, pack: DocumentPack) -> bool:
    return DocumentPack.ids_within(membership.pk).filter(pk=pack.pk).exists()


def _refuse(review: Review, *, by: User) -> None:
    asked = list(review.reviewers.order_by("name"))
    able = reviewers_for(review.pack, but=review.asked_by)
    if by not in asked or by not in able:
        names = ", ".join(user.name for user in asked if user in able) or "nobody who still may"
        raise CannotReview(f"Only who was asked can decide: {names}. Or ask for review again.")


def _decide(review: Review, state: Review.State, *, by: User, now: datetime, reason: str = "") -> None:
    """Close a review, once. The message to send is kept no longer than the review is open."""
    closed = Review.objects.filter(pk=review.pk, state=Review.State.OPEN).update(
        state=state, decided_by=by, decided_at=now, reason=reason, message=None, problem=""
    )
    if not closed:
        raise CannotReview("This review was decided meanwhile.")
    if state != Review.State.TAKEN_BACK:
        tell.enqueue(review.pk, review.firm_id)


@task(queue_name="interactive")
def tell(review_id: int, firm_id: int) -> None:
    """Mail those asked that a pack waits for them, or whoever asked what was decided. A refusal shows on the pack."""
    with firm_scope(firm_id):
        found = Review.objects.select_related("pack__company__contact", "asked_by", "decided_by")
        review = found.filter(pk=review_id).first()
        if review is None or review.state == Review.State.TAKEN_BACK:
            return
        is_open = review.state == Review.State.OPEN
        people = list(review.reviewers.all()) if is_open else [review.asked_by]
        refused = [user.name for user in people if not _mail(review, user)]
        if refused:
            problem = f"The mail server did not take the mail to {', '.join(refused)}: tell them yourself."
            with transaction.atomic():
                Review.objects.filter(pk=review.pk).update(problem=problem[:300])
                record("review.not-mailed", review.pack, sentence=problem, by=None)


def _mail(review: Review, user: User) -> bool:
    """Return whether the mail server took it."""
    link = f"{settings.PUBLIC_URL}{reverse('production:pack', args=[review.pack_id])}"
    text = render_to_string("delivery/mail/review.txt", {"review": review, "link": link})
    subject = f"{review.get_state_display()}: {review.pack.company.name}, {review.pack.trace_number}"
    try:
        EmailMessage(subject, text, to=[user.email]).send()
    except (SMTPException, OSError) as error:
        logger.warning("A mail about review %s was not sent: %s", review.pk, error)
        return False
    return True
