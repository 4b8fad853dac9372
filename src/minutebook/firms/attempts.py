"""How often something may be tried: counted where every process sees it, by ACCOUNT_RATE_LIMITS."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest


def is_too_often(request: HttpRequest, action: str, *, key: str | None = None, counts: bool = True) -> bool:
    """Tell whether the limit of an action is reached; count this attempt, unless it only asks."""
    usage = ratelimit.consume(
        request, app="allauth.account", action=action, key=key, dry_run=not counts, limit_get=True
    )
    return usage is None
