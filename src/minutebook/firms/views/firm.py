"""Settings → Firm: its name, letterhead, time zone, and what it asks of whoever signs in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minutebook.firms.abilities import Ability
from minutebook.firms.access import able_to
from minutebook.firms.forms import FirmForm
from minutebook.firms.particulars import change_particulars
from minutebook.firms.requests import FirmRequest


@require_http_methods(["GET", "POST"])
@able_to(Ability.ADMINISTER, "change the firm’s settings")
def edit_firm(request: FirmRequest) -> HttpResponse:
    """Show the firm's particulars; keep what was typed."""
    form = FirmForm(request.POST if request.method == "POST" else None, firm=request.firm)
    if form.is_valid():
        if change_particulars(request.firm, form.cleaned_data, by=request.user):
            messages.success(request, "Firm saved.")
        else:
            messages.info(request, "Nothing was different, so nothing was changed.")
        return redirect("firms:firm")
    return render(
        request, "firms/firm.html", {"form": form, "part": "practice"}, status=422 if form.is_bound else 200
    )
