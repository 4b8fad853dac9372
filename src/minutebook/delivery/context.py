"""What every page says of reviews."""

from typing import Any

from django.http import HttpRequest

from minutebook.delivery.models import Review


def reviews_in_header(request: HttpRequest) -> dict[str, Any]:
    """Give templates how many packs wait for this person's review; asked only where shown."""
    if not hasattr(request, "membership"):
        return {}
    waiting = Review.objects.filter(reviewers=request.user.pk, state=Review.State.OPEN)
    return {"reviews_waiting": waiting.count}
