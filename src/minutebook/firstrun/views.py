"""The page of a server that has no firm yet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from minutebook.firms.entering import sign_in_with_new_password
from minutebook.firstrun.forms import SetUpForm
from minutebook.firstrun.found import AlreadySetUp, found_firm, is_set_up


@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Set Minutebook up: the firm and its first administrator, who is signed in. Closed once there is a firm."""
    if is_set_up():
        raise Http404("Minutebook is set up already")
    form = SetUpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = found_firm(**{name: form.cleaned_data[name] for name in _KEPT})
        except AlreadySetUp:
            return redirect("account_login")
        sign_in_with_new_password(request, user)
        return redirect("companies:list")
    return render(request, "firstrun/set_up.html", {"form": form}, status=422 if form.errors else 200)


_KEPT = ("firm_name", "time_zone", "address", "phone", "firm_email", "name", "email", "password")
