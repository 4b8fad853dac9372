"""Inviting people, sending an invitation again, and withdrawing it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from minutebook.firms.abilities import Ability, Role
from minutebook.firms.access import able_to
from minutebook.firms.attempts import is_too_often
from minutebook.firms.forms import InvitationForm
from minutebook.firms.inviting import CannotInvite, invite, invite_again, withdraw
from minutebook.firms.models import Invitation
from minutebook.firms.requests import FirmRequest

_only_administrators = able_to(Ability.ADMINISTER, "invite people")
_TOO_MANY = "Your firm has sent many invitations within the hour. Wait an hour, then go on."


@require_http_methods(["GET", "POST"])
@_only_administrators
def invite_person(request: FirmRequest) -> HttpResponse:
    """Ask whom to invite, and mail them."""
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and not _may_mail(request):
        form.add_error(None, _TOO_MANY)
    if form.is_valid():
        asked = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
        try:
            sent = invite(request.firm, **asked, by=request.user, now=request.now)
        except CannotInvite as problem:
            form.add_error("email", str(problem))
        else:
            return _to_people(request, sent)
    return render(
        request, "firms/invite.html", {"form": form, "part": "practice"}, status=422 if form.is_bound else 200
    )


@require_POST
@_only_administrators
def send_again(request: FirmRequest, invitation_id: int) -> HttpResponse:
    """Mail a new link."""
    invitation = get_object_or_404(Invitation.objects, pk=invitation_id)
    if not _may_mail(request):
        messages.error(request, _TOO_MANY)
        return redirect("firms:people")
    try:
        sent = invite_again(invitation, firm=request.firm, by=request.user, now=request.now)
    except CannotInvite as problem:
        messages.error(request, str(problem))
        return redirect("firms:people")
    return _to_people(request, sent)


@require_POST
@_only_administrators
def withdraw_invitation(request: FirmRequest, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(Invitation.objects, pk=invitation_id)
    try:
        withdraw(invitation, by=request.user, now=request.now)
    except CannotInvite as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"The invitation of {invitation.name} is withdrawn. Its link says so.")
    return redirect("firms:people")


def _may_mail(request: FirmRequest) -> bool:
    return not is_too_often(request, "invite", key=str(request.firm.pk))


def _to_people(request: FirmRequest, sent: Invitation) -> HttpResponse:
    if sent.problem:
        messages.error(request, f"{sent.name} is invited, but the mail did not leave. {sent.problem}")
    else:
        messages.success(request, f"{sent.name} was mailed at {sent.email}. The link is good for seven days.")
    return redirect("firms:people")
