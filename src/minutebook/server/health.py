"""GET /healthz: 200 when web, database and worker are alive, otherwise 503 naming the part that is not."""

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from minutebook.server.models import Heartbeat


@require_GET
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  # the same for everybody
    """Answer which parts are alive. Needs no sign-in and tells nothing else."""
    parts = {"web": "ok"} | _database_and_worker()
    return JsonResponse(parts, status=200 if set(parts.values()) == {"ok"} else 503)


def _database_and_worker() -> dict[str, str]:
    try:
        has_worker = Heartbeat.objects.alive(now=timezone.now()).exists()
    except DatabaseError:
        return {"database": "unreachable", "worker": "unknown"}
    return {"database": "ok", "worker": "ok" if has_worker else "none heard for 30 seconds"}
