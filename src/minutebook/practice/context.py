"""What every page says about a lost connection."""

from typing import Any

from django.http import HttpRequest

from minutebook.practice.loss import who_can_reconnect
from minutebook.practice.models import Connection


def lost_connection_in_header(request: HttpRequest) -> dict[str, Any]:
    """Give templates the connection that was lost, looked up only where it is shown; not on its own pages."""
    its_own = request.resolver_match is not None and "practice" in request.resolver_match.namespaces
    if its_own or not hasattr(request, "membership"):
        return {}
    return {"lost_connection": _lost, "who_can_reconnect": who_can_reconnect}


def _lost() -> Connection | None:
    return Connection.objects.filter(status=Connection.Status.LOST).first()
