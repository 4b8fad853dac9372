"""Settings → People: who works in the firm, in which role; inviting people and taking them out."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minutebook.firms import queries
from minutebook.firms.abilities import Ability, Role
from minutebook.firms.access import able_to, member_required, who_may
from minutebook.firms.forms import RoleForm
from minutebook.firms.models import Membership
from minutebook.firms.people import LastAdministrator, NoLongerThere, change_role, take_out
from minutebook.firms.requests import FirmRequest

_PART = "practice"  # it is one of the settings
_only_administrators = able_to(Ability.ADMINISTER, "change what people may do")


@require_GET
@member_required
def show_people(request: FirmRequest) -> HttpResponse:
    """Show everybody in the firm, who was invited, and who can invite."""
    shown = {
        "part": _PART,
        "people": queries.people(),
        "invited": queries.invited(now=request.now),
        "former": queries.former_people(),
        "administrators": who_may(Ability.ADMINISTER),
    }
    return render(request, "firms/people.html", shown)


@require_http_methods(["GET", "POST"])
@_only_administrators
def show_person(request: FirmRequest, membership_id: int) -> HttpResponse:
    """Show one person of the firm; give them another role."""
    member = _member(membership_id)
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"role": member.role})
    if form.is_valid():
        try:
            member = change_role(member, Role(form.cleaned_data["role"]), by=request.user)
        except (LastAdministrator, NoLongerThere) as problem:
            form.add_error("role", str(problem))
        else:
            messages.success(request, f"{member.user.name} is {member.get_role_display().lower()}.")
            return redirect("firms:people")
    return _person_page(request, member, form=form)


@require_POST
@_only_administrators
def remove_person(request: FirmRequest, membership_id: int) -> HttpResponse:
    """Take a person out of the firm."""
    member = _member(membership_id)
    try:
        take_out(member, by=request.user, now=request.now)
    except (LastAdministrator, NoLongerThere) as problem:
        return _person_page(request, member, problem=str(problem))
    if member.user_id == request.user.pk:
        return _out(request)
    messages.success(
        request, f"{member.user.name} is no longer in {request.firm.name}. Their name stays in history."
    )
    return redirect("firms:people")


@require_POST
@member_required
def leave(request: FirmRequest) -> HttpResponse:
    """Leave the firm oneself."""
    try:
        take_out(request.membership, by=request.user, now=request.now)
    except (LastAdministrator, NoLongerThere) as problem:
        messages.error(request, str(problem))
        return redirect("firms:people")
    return _out(request)


def _out(request: FirmRequest) -> HttpResponse:
    messages.success(request, f"You have left {request.firm.name}.")
    return redirect("home")


def _member(membership_id: int) -> Membership:
    return get_object_or_404(Membership.objects.select_related("user"), pk=membership_id)


def _person_page(
    request: FirmRequest, member: Membership, *, form: RoleForm | None = None, problem: str = ""
) -> HttpResponse:
    shown = {
        "part": _PART,
        "member": member,
        "form": form or RoleForm(initial={"role": member.role}),
        "problem": problem,
        "is_self": member.user_id == request.user.pk,
    }
    is_refused = bool(problem or (form and form.is_bound))
    return render(request, "firms/person.html", shown, status=422 if is_refused else 200)
