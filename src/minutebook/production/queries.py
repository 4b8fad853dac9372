"""Reads for the production pages."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Prefetch

from minutebook.activity.models import Activity, history_of
from minutebook.companies.events import grouped_kinds, kind_of
from minutebook.companies.events.kinds import Deadline
from minutebook.companies.models import Company
from minutebook.documents.models import Document, DocumentPack, ProducedFile
from minutebook.documents.produce import listed_title
from minutebook.jobs.models import JobRequest
from minutebook.jobs.panel import JobPanel
from minutebook.production.choosing import DETAILS
from minutebook.production.events import ChosenEvent
from minutebook.production.models import OwnFile
from minutebook.production.options import chosen_in_words
from minutebook.production.order import usual_order
from minutebook.wordings.packs import newer_wordings

_SATURDAY = 5

type DocumentQuerySet = models.QuerySet[Document]


def packs() -> models.QuerySet[DocumentPack]:
    """Return the firm's packs with what every page of one needs."""
    return DocumentPack.objects.select_related(
        "firm",
        "company__contact",
        "company__signing_contact",
        "released_by",
        "made_by",
        "saved_by",
        "corrects",
    )


def prepare_page(
    company: Company, chosen: Sequence[ChosenEvent], *, finished: bool, pack: DocumentPack | None
) -> dict[str, Any]:
    """Return what the Prepare documents page shows."""
    codes = {choice.kind.code for choice in chosen}
    return {
        "company": company,
        "pack": pack,
        "pending": _pending_packs(company, pack),
        "groups": grouped_kinds(),
        "chosen": chosen,
        "chosen_codes": codes,
        "problems": _problems(chosen) if finished else [],
        "nothing_chosen": finished and not chosen,
        "repeatable": [kind for kind in {c.kind.code: c.kind for c in chosen}.values() if kind.may_repeat],
    }


def _pending_packs(company: Company, pack: DocumentPack | None) -> list[DocumentPack]:
    """Return the packs whose changes stand in the registers unsigned, other than those this one corrects."""
    pending = DocumentPack.objects.filter(company=company, status=DocumentPack.Status.RELEASED)
    if pack is not None and pack.corrects_id:
        pending = pending.exclude(pk=pack.corrects_id)
    return list(pending.order_by("released_at"))


def _problems(chosen: Sequence[ChosenEvent]) -> list[dict[str, str]]:
    """Return every problem with the field it concerns, for the summary on top."""
    return [
        {
            "field": field.id_for_label,
            "label": str(field.label),
            "event": f"{choice.number} {choice.kind.label}",
            "message": str(message),
        }
        for choice in chosen
        for field in choice.form
        for message in field.errors
    ]


def pack_page(pack: DocumentPack, *, panel: JobPanel, today: date) -> dict[str, Any]:
    """Return what Document Production shows."""
    deadlines = deadlines_of(pack)
    history = list(history_of(pack).exclude(topic__in=DETAILS).exclude(action="mail.sent"))
    mails = (
        [] if pack.is_draft else list(pack.mails.order_by("-queued_at").prefetch_related("outcomes", "links"))
    )
    return documents_of(pack) | {
        "pack": pack,
        "panel": panel,
        "kinds": [kind_of(code) for code in pack.event_kinds],
        "deadlines": deadlines,
        "earliest": deadlines[0] if deadlines else None,
        "days_left": (deadlines[0].due_on - today).days if deadlines else None,
        "days_left_text": _days_left((deadlines[0].due_on - today).days) if deadlines else "",
        "falls_on_weekend": bool(deadlines) and deadlines[0].due_on.weekday() >= _SATURDAY,
        "to_dos": [] if pack.is_draft else list(pack.to_dos.select_related("done_by").order_by("position")),
        "kept_files": [] if pack.is_draft else list(pack.kept_files.order_by("kind", "pk")),
        "today": today,
        "former_job": _job_of_former(pack),
        "later": None if pack.is_draft else pack.corrections.first(),
        "newer_wordings": newer_wordings(pack),
        "reminders": _latest_reminders(history),
        "history": history,
        "mails": mails,
        "mails_move": any(mail.is_moving for mail in mails),
    }


def deadlines_of(pack: DocumentPack) -> list[Deadline]:
    """Return what the pack's events bring with them, the earliest first."""
    return [Deadline(**{**kept, "due_on": date.fromisoformat(kept["due_on"])}) for kept in pack.deadlines]


def _latest_reminders(history: Sequence[Activity]) -> list[str]:
    """Return what the pre-checks of the events reminded of when they were last run."""
    checks = [happened for happened in history if "reminders" in happened.particulars]
    return list(checks[-1].particulars["reminders"]) if checks else []


def _days_left(days: int) -> str:
    """Return such as "28 days left", "Due today" or "3 days late"."""
    if days == 0:
        return "Due today"
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"{count} left" if days > 0 else f"{count} late"


def documents_of(pack: DocumentPack) -> dict[str, Any]:
    """Return the documents of a pack with their forms or, once released, their files."""
    found = pack.documents.select_related("own_wording").order_by("position")
    if not pack.is_draft:
        files = ProducedFile.objects.filter(version=pack.version)
        found = found.prefetch_related(Prefetch("files", queryset=files))
    documents = list(found)
    rows = [_row(document, pack) for document in documents]
    return {
        "documents": rows,
        "on_count": sum(document.is_on for document in documents),
        "first_on": next((document for document in documents if document.is_on), None),
        "is_reordered": documents != usual_order(documents),
        "removed_files": _removed_files(pack),
    }


def _row(document: Document, pack: DocumentPack) -> dict[str, Any]:
    """Return a document with its title and notes as the choices made for it have it."""
    chosen = chosen_in_words(document, pack.snapshot) if pack.snapshot and not document.is_own_file else ""
    title = listed_title(document.title, options=document.options)
    note = document.note.replace("Circulating, ", "") if title != document.title else document.note
    return {"document": document, "title": title, "note": note, "chosen": chosen}


def _removed_files(pack: DocumentPack) -> list[OwnFile]:
    """Return the user's own files that were taken out and can be put back."""
    return list(OwnFile.objects.filter(pack=pack, document=None).order_by("pk")) if pack.is_draft else []


def preview_page(document: Document) -> dict[str, Any]:
    """Return where a document stands among those of its pack that are on, and its neighbours."""
    ids = list(document.pack.documents.filter(is_on=True).order_by("position").values_list("pk", flat=True))
    place = ids.index(document.pk) if document.pk in ids else 0
    return {
        "document": document,
        "title": listed_title(document.title, options=document.options),
        "place": place + 1,
        "of": len(ids),
        "before": ids[place - 1] if place > 0 else None,
        "after": ids[place + 1] if place + 1 < len(ids) else None,
    }


def _job_of_former(pack: DocumentPack) -> JobRequest | None:
    """Return the job that a correction in preparation will take over."""
    if not pack.is_draft or pack.corrects_id is None:
        return None
    asked = JobRequest.objects.filter(pack=pack.corrects_id)
    return asked.exclude(status=JobRequest.Status.CANCELLED).first()
