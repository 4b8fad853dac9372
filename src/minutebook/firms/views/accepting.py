"""The way in for somebody who was invited. They may be new here, sign in already, or be somebody else."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from minutebook.firms.accepting import CannotAccept, accept_as, accept_as_new, has_account, open_invitation
from minutebook.firms.attempts import is_too_often
from minutebook.firms.entering import sign_in_with_new_password
from minutebook.firms.forms import NewPersonForm
from minutebook.firms.inviting import hash_of
from minutebook.firms.models import Invitation

INVITED = "invited"  # in the session: the hash of the link that was opened


@never_cache
@sensitive_variables("token")
@require_GET
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the link out of the browser's address, and go on to the invitation."""
    if is_too_often(request, "invitation", counts=False):
        return _kept_quiet(render(request, "429.html", status=429))
    try:
        open_invitation(hash_of(token), now=timezone.now())
    except CannotAccept as problem:
        is_too_often(request, "invitation")  # only what leads nowhere counts: it may be a guess
        return _kept_quiet(_refused(request, problem))
    request.session[INVITED] = hash_of(token)
    return _kept_quiet(redirect("firms:invited"))


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def show_invitation(request: HttpRequest) -> HttpResponse:
    """Show the invitation that was opened, and take the answer."""
    try:
        invitation = open_invitation(request.session.get(INVITED, ""), now=timezone.now())
        answer = _way_of(request, invitation)(request, invitation)
    except CannotAccept as problem:
        request.session.pop(INVITED, None)
        return _refused(request, problem)
    return answer


def _way_of(
    request: HttpRequest, invitation: Invitation
) -> Callable[[HttpRequest, Invitation], HttpResponse]:
    if not request.user.is_authenticated:
        return _ask_to_sign_in if has_account(invitation) else _welcome
    return _confirm if request.user.email.lower() == invitation.email else _somebody_else


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Somebody new here: name and password, and they are in."""
    given = request.POST if request.method == "POST" else None
    form = NewPersonForm(given, email=invitation.email, initial={"name": invitation.name})
    if form.is_valid():
        user = accept_as_new(invitation, **form.cleaned_data, now=timezone.now())
        sign_in_with_new_password(request, user)
        return _in(request, invitation)
    shown = {"invitation": invitation, "form": form}
    return render(request, "firms/welcome.html", shown, status=422 if form.is_bound else 200)


def _ask_to_sign_in(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Somebody who has an account proves that they are they."""
    return render(request, "firms/sign_in_first.html", {"invitation": invitation})


def _confirm(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Somebody signed in with the invited address says yes."""
    if request.method == "POST":
        assert request.user.is_authenticated  # noqa: S101  # _way_of has asked
        accept_as(request.user, invitation, now=timezone.now())
        return _in(request, invitation)
    return render(request, "firms/confirm.html", {"invitation": invitation})


def _somebody_else(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Somebody signed in with another address: the mail was forwarded, or the browser is shared."""
    if request.method == "POST":
        opened = request.session[INVITED]
        logout(request)
        request.session[INVITED] = opened
        return redirect("firms:invited")
    return render(request, "firms/somebody_else.html", {"invitation": invitation}, status=403)


def _in(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    request.session.pop(INVITED, None)
    request.session["firm_id"] = invitation.firm_id
    messages.success(request, f"You work for {invitation.firm.name} now.")
    return redirect("home")


def _refused(request: HttpRequest, problem: CannotAccept) -> HttpResponse:
    return render(request, "firms/not_accepted.html", {"problem": str(problem)}, status=410)


def _kept_quiet(response: HttpResponse) -> HttpResponse:
    """Let neither the page that comes next nor the log learn the link."""
    response["Referrer-Policy"] = "no-referrer"
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001  # Django's own mark
    return response
