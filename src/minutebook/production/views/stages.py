"""Pack statuses: the firm's own, as an administrator names, orders and retires them."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from minutebook.documents.models import DocumentPack, PackStage
from minutebook.firms.abilities import Ability
from minutebook.firms.access import able_to
from minutebook.firms.requests import FirmRequest
from minutebook.production import stages
from minutebook.production.stage_forms import StageForm

_administrator = able_to(Ability.ADMINISTER, "name the statuses of packs")


@require_GET
@_administrator
def show(request: FirmRequest) -> HttpResponse:
    """Show the firm's statuses in their order, with how many packs stand at each."""
    return _page(request)


@require_POST
@_administrator
def start(request: FirmRequest) -> HttpResponse:
    """Start with the usual statuses."""
    stages.start_with_usual(request.firm, by=request.user)
    return redirect("production:stages")


@require_POST
@_administrator
def add(request: FirmRequest) -> HttpResponse:
    """Add a status at the end."""
    form = StageForm(request.POST, auto_id="new_%s")
    if form.is_valid():
        try:
            stages.add_stage(request.firm, **form.cleaned_data, by=request.user)
        except stages.CannotChangeStage as problem:
            form.add_error("name", str(problem))
        else:
            return redirect("production:stages")
    return _page(request, new=form, status=422)


@require_POST
@_administrator
def change(request: FirmRequest, stage_id: int) -> HttpResponse:
    """Rename a status, or let packs come to it by something else."""
    stage = get_object_or_404(PackStage.objects.all(), pk=stage_id)
    form = StageForm(request.POST, auto_id=f"stage{stage.pk}_%s")
    if form.is_valid():
        try:
            stages.change_stage(stage, **form.cleaned_data, by=request.user)
        except stages.CannotChangeStage as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, f"“{form.cleaned_data['name']}” is saved.")
            return redirect("production:stages")
    return _page(request, edited={stage.pk: form}, status=422)


@require_POST
@_administrator
def shift(request: FirmRequest, stage_id: int) -> HttpResponse:
    """Move a status one place up or down."""
    stage = get_object_or_404(PackStage.objects.all(), pk=stage_id)
    stages.shift_stage(stage, step=-1 if request.POST.get("step") == "up" else +1, by=request.user)
    return redirect("production:stages")


@require_POST
@_administrator
def retire(request: FirmRequest, stage_id: int) -> HttpResponse:
    """Retire a status, or bring it back."""
    stage = get_object_or_404(PackStage.objects.all(), pk=stage_id)
    if "back" in request.POST:
        stages.bring_back(stage, by=request.user)
    else:
        stages.retire_stage(stage, on=request.today, by=request.user)
    return redirect("production:stages")


def _page(
    request: FirmRequest,
    *,
    new: StageForm | None = None,
    edited: dict[int, StageForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    held = dict(
        DocumentPack.objects.exclude(status=DocumentPack.Status.CORRECTED)
        .filter(stage__isnull=False)
        .values_list("stage")
        .annotate(number=Count("pk"))
    )
    rows = [
        {
            "stage": stage,
            "form": (edited or {}).get(stage.pk) or StageForm.of(stage),
            "packs": held.get(stage.pk, 0),
        }
        for stage in stages.stages()
    ]
    context = {
        "rows": rows,
        "new": new or StageForm(auto_id="new_%s"),
        "usual": [name for name, _ in stages.USUAL],
        "part": "practice",
    }
    return render(request, "production/stages.html", context, status=status)
