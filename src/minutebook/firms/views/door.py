"""The door: where a visitor to the bare address is shown in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from minutebook.firms.views.accepting import INVITED


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Lead a signed-in person to the companies, and everybody else to the sign-in page.

    Whoever signed in on the way to accept an invitation goes on with that.
    """
    if not request.user.is_authenticated:
        return redirect("account_login")
    return redirect("firms:invited" if INVITED in request.session else "companies:list")
