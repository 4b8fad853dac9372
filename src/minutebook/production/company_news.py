"""What the companies pages show of packs: each company's latest pack and next deadline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Min, Q, When
from django.urls import reverse

from minutebook.companies.events.kinds import Deadline
from minutebook.companies.models import Company
from minutebook.companies.panels import CompanyNews, Panel
from minutebook.documents.models import DocumentPack
from minutebook.jobs.models import JobRequest
from minutebook.production.models import ToDo
from minutebook.production.queries import deadlines_of

_GONE = (DocumentPack.Status.WITHDRAWN, DocumentPack.Status.CORRECTED)
_SHOWN = 5  # released packs on the company page
_MOST_DRAFTS = 20


def news_of_packs(company_ids: Sequence[int], *, today: date) -> Mapping[int, CompanyNews]:
    """Return each company's latest pack, and what is due first: of packs in preparation, or still to do."""
    packs = (
        DocumentPack.objects.filter(company__in=company_ids)
        .exclude(status=DocumentPack.Status.CORRECTED)
        .annotate(due_first=Min("to_dos__due_on", filter=Q(to_dos__done_on=None)))
        .select_related("job_request")
        .order_by("saved_at")
    )
    latest: dict[int, DocumentPack] = {}
    due: dict[int, _Due] = {}
    for pack in packs:
        latest[pack.company_id] = pack
        first = pack.due_on if pack.is_draft else pack.due_first
        if first and (pack.company_id not in due or first < due[pack.company_id].on):
            due[pack.company_id] = _Due(on=first, title=pack.title)
    return {company_id: _news(pack, due.get(company_id), today=today) for company_id, pack in latest.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Due:
    on: date
    title: str


def _news(pack: DocumentPack, due: _Due | None, *, today: date) -> CompanyNews:
    glyph, word = state_of(pack)
    return CompanyNews(
        next_deadline_on=due.on if due else None,
        deadline_for=due.title if due else "",
        is_late=bool(due and due.on < today),
        pack_title=pack.title,
        pack_glyph=glyph,
        pack_word=word,
        pack_url=reverse("production:pack", args=[pack.pk]),
    )


def state_of(pack: DocumentPack) -> tuple[str, str]:
    """Return glyph and word of a pack: its job's, once there is one."""
    request: JobRequest | None = getattr(pack, "job_request", None)
    if request is not None and pack.awaits_signature:
        return _JOB_STATES[JobRequest.Status(request.status)][0], _job_word(request)
    if pack.is_draft:
        return "draft", "Draft"
    return ("paused" if pack.status in _GONE else "done"), pack.get_status_display()


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
    standing = DocumentPack.objects.filter(company=company).exclude(status=DocumentPack.Status.CORRECTED)
    found = standing.select_related("job_request", "made_by", "saved_by").defer("snapshot")
    drafts_first = Case(When(status=DocumentPack.Status.DRAFT, then=0), default=1)
    listed = list(found.order_by(drafts_first, "-saved_at")[: _MOST_DRAFTS + _SHOWN])
    drafts = [pack for pack in listed if pack.is_draft][:_MOST_DRAFTS]
    packs = [pack for pack in listed if not pack.is_draft][:_SHOWN]
    in_preparation = [deadline for pack in drafts for deadline in deadlines_of(pack)]
    to_dos = list(ToDo.objects.filter(done_on=None, due_on__isnull=False, pack__company=company))
    deadlines: list[Deadline | ToDo] = [*in_preparation, *to_dos]
    deadlines.sort(key=lambda deadline: deadline.due_on or today)
    rows = [{"deadline": each, "days": ((each.due_on or today) - today).days} for each in deadlines]
    states = [{"pack": pack, "state": state_of(pack)} for pack in packs]
    return [
        Panel(
            title="Deadlines",
            template="production/_deadlines.html",
            context={"rows": rows, "company": company},
        ),
        *(
            [
                Panel(
                    title="In preparation",
                    template="production/_in_preparation.html",
                    context={"packs": drafts},
                )
            ]
            if drafts
            else []
        ),
        Panel(title="Recent packs", template="production/_recent_packs.html", context={"rows": states}),
    ]
