"""Settings → Safe keeping: whether there is a backup, how old it is, and what to do when there is none."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minutebook.firms.access import administrator_required
from minutebook.firms.requests import FirmRequest
from minutebook.practice.clocks import clock_sentence
from minutebook.server.models import Backup

_FRESH = timedelta(hours=26)  # a day, and time to take it


@require_GET
@administrator_required
def safe_keeping(request: FirmRequest) -> HttpResponse:
    """Show how the latest backups went."""
    backups = list(Backup.objects.order_by("-due_at")[:14])
    whole = next((backup for backup in backups if backup.name and not backup.problem), None)
    is_fresh = bool(whole and whole.finished_at and request.now - whole.finished_at < _FRESH)
    return render(
        request,
        "server/safe_keeping.html",
        {
            "backups": backups,
            "clock": clock_sentence(),
            "latest": whole,
            "is_fresh": is_fresh,
            "problem": backups[0].problem if backups else "",
            "is_on": settings.BACKUP_FOLDER is not None,
            "at": settings.BACKUP_AT,
            "keep": settings.BACKUP_KEEP,
            "is_encrypted": bool(settings.BACKUP_PASSPHRASE),
        },
    )
