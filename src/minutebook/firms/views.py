"""The door: where a visitor to the bare address is shown in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Lead a signed-in person to the companies, and everybody else to the sign-in page."""
    return redirect("companies:list" if request.user.is_authenticated else "account_login")
