"""How a person signs in, and what a firm asks of its people."""

import logging

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from minutebook.address import client_address
from minutebook.firms.access import administrator_required, member_required
from minutebook.firms.models import Membership
from minutebook.firms.requests import FirmRequest
from minutebook.signin import provider, two_step
from minutebook.signin.middleware import before_second_step, count_as_second_step
from minutebook.signin.notices import tell_of_reset
from minutebook.signin.sessions import places_of

_log = logging.getLogger("minutebook.signin")


@require_GET
@member_required
def show_mine(request: FirmRequest) -> HttpResponse:
    """Show how the person signs in, and where they are signed in."""
    steps = list(Authenticator.objects.filter(user=request.user).order_by("created_at"))
    codes = next((each.wrap() for each in steps if each.type == Authenticator.Type.RECOVERY_CODES), None)
    context = {
        "app": next((each for each in steps if each.type == Authenticator.Type.TOTP), None),
        "passkeys": [each for each in steps if each.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes.get_unused_codes()) if codes else 0,
        "has_codes": codes is not None,
        "places": places_of(request.user, here=request.session.session_key),
    }
    return render(request, "signin/mine.html", context)


@require_POST
@member_required
def end_place(request: FirmRequest, place_id: int) -> HttpResponse:
    """Sign the person out of one other browser."""
    others = UserSession.objects.exclude(session_key=request.session.session_key or "")
    get_object_or_404(others, pk=place_id, user=request.user).end()
    messages.success(request, "Signed out there.")
    return redirect("signin:mine")


@require_POST
@member_required
def end_other_places(request: FirmRequest) -> HttpResponse:
    """Sign the person out of every other browser."""
    two_step.sign_out_everywhere(request.user, but=request.session.session_key)
    messages.success(request, "Signed out everywhere else.")
    return redirect("signin:mine")


@require_GET
@administrator_required
def show_firm(request: FirmRequest) -> HttpResponse:
    """Show what the firm asks of its people when they sign in."""
    members = Membership.objects.select_related("user").order_by("user__name", "pk")
    return render(request, "signin/firm.html", {"people": two_step.steps_of_people(members)})


@require_POST
@administrator_required
def require_second_step(request: FirmRequest) -> HttpResponse:
    """Require a second step of the firm's people, or no longer."""
    required = "required" in request.POST
    two_step.require(request.firm, required=required, by=request.user)
    messages.success(
        request,
        "Two-step sign-in is required. Whoever has no second step is led to it now."
        if required
        else "Two-step sign-in is no longer required. Whoever has a second step keeps it.",
    )
    return redirect("signin:firm")


@require_POST
@administrator_required
def reset_second_step(request: FirmRequest, membership_id: int) -> HttpResponse:
    """Take a member's second step away, so that they can set up another."""
    membership = get_object_or_404(Membership.objects.select_related("user"), pk=membership_id)
    try:
        two_step.reset(membership, by=request.user)
    except two_step.AlsoOfAnotherFirm as problem:
        messages.error(request, str(problem))
        return redirect("signin:firm")
    tell_of_reset(membership.user, by=request.user)
    messages.success(
        request, f"{membership.user.name} has no second step now, is signed out everywhere and was mailed."
    )
    return redirect("signin:firm")


@require_GET
@before_second_step
@login_required
def set_up(request: HttpRequest) -> HttpResponse:
    """Lead a person to their second step. Whoever has one goes on to work."""
    if two_step.has_second_step(request.user):  # type: ignore[arg-type]  # login_required
        return redirect("home")
    return render(request, "signin/set_up.html")


@require_GET
def ask_provider(request: HttpRequest) -> HttpResponse:
    """Send the browser to the firm's sign-in provider."""
    if not provider.is_configured():
        raise Http404
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    try:
        return redirect(provider.begin(request.session, next_url=wanted if is_ours else ""))
    except provider.CannotSignIn as problem:
        return _not_signed_in(request, problem)


@require_GET
def back_from_provider(request: HttpRequest) -> HttpResponse:
    """Sign in whom the provider has let in, if we know them."""
    if not provider.is_configured():
        raise Http404
    try:
        arrival = provider.finish(request.session, request.GET.dict())
    except provider.CannotSignIn as problem:
        return _not_signed_in(request, problem)
    if arrival.had_two_steps:
        count_as_second_step(request, arrival.user)
    record_authentication(request, arrival.user, method="provider")
    answer: HttpResponse = perform_login(
        request, Login(user=arrival.user, redirect_url=arrival.next_url or None)
    )
    return answer


def _not_signed_in(request: HttpRequest, problem: Exception) -> HttpResponse:
    _log.warning(
        "A sign-in by the provider from %s failed: %s",
        client_address(request),
        type(problem.__cause__ or problem).__name__,
    )
    messages.error(request, str(problem))
    return redirect("account_login")


@require_GET
def show_second_steps(request: HttpRequest) -> HttpResponse:
    """Lead from where allauth ends to where we show it: a person's own page."""
    return redirect(reverse("signin:mine") + "#second-step")
