"""What the companies pages show of packs: each company's latest pack and next deadline."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.urls import reverse

from minutebook.companies.models import Company
from minutebook.companies.panels import CompanyNews, Panel
from minutebook.documents.models import DocumentPack
from minutebook.jobs.models import JobRequest
from minutebook.production.queries import deadlines_of

_OPEN = (DocumentPack.Status.DRAFT, DocumentPack.Status.RELEASED)
_SHOWN = 5  # packs on the company page


def news_of_packs(company_ids: Sequence[int], *, today: date) -> Mapping[int, CompanyNews]:
    """Return each company's latest pack, and the earliest deadline of those not signed yet."""
    packs = (
        DocumentPack.objects.filter(company__in=company_ids)
        .select_related("job_request")
        .order_by("saved_at")
    )
    latest: dict[int, DocumentPack] = {}
    due: dict[int, DocumentPack] = {}
    for pack in packs:
        latest[pack.company_id] = pack
        if pack.due_on and pack.status in _OPEN:
            earliest = due.setdefault(pack.company_id, pack)
            if earliest.due_on and pack.due_on < earliest.due_on:
                due[pack.company_id] = pack
    return {company_id: _news(pack, due.get(company_id), today=today) for company_id, pack in latest.items()}


def _news(pack: DocumentPack, due: DocumentPack | None, *, today: date) -> CompanyNews:
    glyph, word = state_of(pack)
    return CompanyNews(
        next_deadline_on=due.due_on if due else None,
        deadline_for=due.title if due else "",
        is_late=bool(due and due.due_on and due.due_on < today),
        pack_title=pack.title,
        pack_glyph=glyph,
        pack_word=word,
        pack_url=reverse("production:pack", args=[pack.pk]),
    )


def state_of(pack: DocumentPack) -> tuple[str, str]:
    """Return glyph and word of a pack: its job's, once there is one."""
    request: JobRequest | None = getattr(pack, "job_request", None)
    if request is not None:
        return _JOB_STATES[JobRequest.Status(request.status)][0], _job_word(request)
    if pack.is_draft:
        return "draft", "Draft"
    return ("paused", "Withdrawn") if pack.status == DocumentPack.Status.WITHDRAWN else ("done", "Released")


def _job_word(request: JobRequest) -> str:
    if request.status == JobRequest.Status.CREATED:
        return f"Job {request.job_number}"
    return _JOB_STATES[JobRequest.Status(request.status)][1]


_JOB_STATES = {
    JobRequest.Status.WAITING: ("waiting", "Waiting"),
    JobRequest.Status.CREATING: ("creating", "Creating"),
    JobRequest.Status.CHECKING: ("checking", "Checking"),
    JobRequest.Status.FILLING: ("creating", "Filling"),
    JobRequest.Status.CREATED: ("done", "Created"),
    JobRequest.Status.NEEDS_YOU: ("needs-you", "Needs you"),
    JobRequest.Status.PAUSED_UNREACHABLE: ("paused", "Paused"),
    JobRequest.Status.PAUSED_CONNECTION: ("paused", "Paused"),
    JobRequest.Status.CANCELLED: ("done", "Released"),
}


def panels_of_packs(company: Company, *, today: date) -> Sequence[Panel]:
    """Return the company page's deadlines and recent packs."""
    packs = list(
        DocumentPack.objects.filter(company=company)
        .select_related("job_request")
        .order_by("-saved_at")[:_SHOWN]
    )
    deadlines = sorted(
        (deadline for pack in packs if pack.status in _OPEN for deadline in deadlines_of(pack)),
        key=lambda deadline: deadline.due_on,
    )
    rows = [{"deadline": each, "days": (each.due_on - today).days} for each in deadlines]
    states = [{"pack": pack, "state": state_of(pack)} for pack in packs]
    return [
        Panel(
            title="Deadlines",
            template="production/_deadlines.html",
            context={"rows": rows, "company": company},
        ),
        Panel(title="Recent packs", template="production/_recent_packs.html", context={"rows": states}),
    ]
