"""Reads for the pages of delivering."""

from django.db import models
from django.db.models import Count, Q

from minutebook.production.models import PackMail

_MOVING = (PackMail.State.QUEUED, PackMail.State.SENDING)


def find_mails(*, text: str, state: str) -> models.QuerySet[PackMail]:
    """Return messages with their outcomes, the latest first. `state` is moving, failed, sent, opened or empty."""
    found = PackMail.objects.filter(_CONDITIONS.get(state, Q())).distinct().order_by("-queued_at", "-pk")
    for word in text.split()[:6]:
        found = found.filter(
            Q(outcomes__address__icontains=word)
            | Q(subject__icontains=word)
            | Q(pack__trace_number__icontains=word)
            | Q(pack__company__contact__name__icontains=word)
        )
    found = found.select_related("pack__company__contact", "queued_by", "link_offer")
    return found.prefetch_related("outcomes", "links")


def mail_counts() -> dict[str, int]:
    return PackMail.objects.aggregate(
        all=Count("pk", distinct=True),
        **{name: Count("pk", filter=condition, distinct=True) for name, condition in _CONDITIONS.items()},
    )


_CONDITIONS = {
    "moving": Q(state__in=_MOVING),
    "failed": Q(state=PackMail.State.FAILED),
    "sent": Q(state=PackMail.State.SENT),
    "opened": Q(links__opened__gt=0),
}
