"""What every page says of reviews, asked together with what it says of jobs."""

from typing import Any

from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from minutebook.delivery.models import Review
from minutebook.jobs.context import HEADER, Header

_NAME = "reviews_waiting"


def reviews_in_header(request: HttpRequest) -> dict[str, Any]:
    """Give templates how many packs wait for this person's review; asked only where shown."""
    header = getattr(request, HEADER, None)
    if not hasattr(request, "membership") or not isinstance(header, Header):
        return {}
    waiting = Review.objects.filter(reviewers=request.user.pk, state=Review.State.OPEN)
    counted = waiting.order_by().values("firm").annotate(number=Count("pk")).values("number")
    header.also[_NAME] = Coalesce(Subquery(counted), 0)
    return {_NAME: lambda: header.number(_NAME, otherwise=waiting.count)}
