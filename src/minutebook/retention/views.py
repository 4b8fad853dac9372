"""Settings → Retention: for how long things are kept, and what goes next."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minutebook.activity.models import record
from minutebook.firms.access import administrator_required
from minutebook.firms.models import Firm, User
from minutebook.firms.requests import FirmRequest
from minutebook.retention.applying import foresee
from minutebook.retention.forms import RetentionForm
from minutebook.retention.kinds import kinds
from minutebook.retention.models import Retention, retention_of_firm


@require_http_methods(["GET", "POST"])
@administrator_required
def settings(request: FirmRequest) -> HttpResponse:
    """Show what is kept for how long and what goes next; keep what was chosen."""
    chosen = retention_of_firm()
    form = RetentionForm(request.POST if request.method == "POST" else None, chosen=chosen)
    if form.is_valid():
        _choose(form.days, firm=request.firm, by=request.user)
        messages.success(request, "Retention settings saved. The page shows what goes next.")
        return redirect("retention:settings")
    shown = {
        "form": form,
        "foreseen": foresee(request.firm, now=request.now),
        "applied_at": chosen.applied_at,
    }
    return render(request, "retention/settings.html", shown, status=422 if form.is_bound else 200)


@transaction.atomic
def _choose(days: dict[str, int], *, firm: Firm, by: User) -> None:
    chosen, _ = Retention.objects.get_or_create(firm=firm)
    before = {kind.title: _in_words(chosen.days_of(kind)) for kind in kinds()}
    chosen.days = days
    chosen.save(update_fields=["days"])
    after = {kind.title: _in_words(chosen.days_of(kind)) for kind in kinds()}
    record(
        "retention.changed", firm, sentence="Retention settings changed", by=by, before=before, after=after
    )


def _in_words(days: int) -> str:
    return f"{days:,} days" if days else "For ever"
