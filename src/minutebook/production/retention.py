"""What of packs grows old: drafts and corrections that nobody released, and the texts of mails that have left."""

from datetime import datetime
from typing import Any

from django.db import models

from minutebook.activity.models import record
from minutebook.companies.models import CorporateEvent
from minutebook.documents.models import DocumentPack
from minutebook.production.correcting import discard_correction
from minutebook.production.models import OwnFile, PackMail
from minutebook.production.own_files import forget
from minutebook.retention.kinds import Kind


def _drafts() -> models.QuerySet[Any]:
    never_released = DocumentPack.objects.filter(status=DocumentPack.Status.DRAFT, released_at=None)
    return never_released.filter(corrects=None, job_request=None)


def _corrections() -> models.QuerySet[Any]:
    return DocumentPack.objects.filter(status=DocumentPack.Status.DRAFT, corrects__isnull=False)


def _discard(corrections: models.QuerySet[Any], _: datetime) -> int:
    old = list(corrections)
    for correction in old:
        discard_correction(correction, by=None)
    return len(old)


def _remove_drafts(drafts: models.QuerySet[Any], _: datetime) -> int:
    removed = list(drafts.select_related("company__contact"))
    for draft in removed:
        record(
            "pack.removed",
            draft,
            sentence=f"Draft “{draft.title}” of {draft.company.name} removed: it was never released",
            by=None,
            trace_number=draft.trace_number,
        )
        events = draft.events.filter(status=CorporateEvent.Status.DRAFT)
        only_here = list(events.exclude(packs__in=DocumentPack.objects.exclude(pk=draft.pk)))
        forget(list(OwnFile.objects.filter(pack=draft)))
        draft.delete()
        CorporateEvent.objects.filter(pk__in=[event.pk for event in only_here]).delete()
    return len(removed)


def _sent_mails() -> models.QuerySet[Any]:
    return PackMail.objects.filter(state=PackMail.State.SENT).exclude(text="")


DRAFTS = Kind(
    code="drafts",
    title="Drafts never released",
    what_goes="Counted from the day a draft was last saved. It goes with its documents and its costs.",
    days=730,
    least=30,
    may_stay=True,
    moment="saved_at",
    rows=_drafts,
    remove=_remove_drafts,
)
CORRECTIONS = Kind(
    code="corrections",
    title="Corrections never released",
    what_goes="The version that was begun goes, as when somebody discards it; the one before it stands.",
    days=730,
    least=30,
    may_stay=True,
    moment="saved_at",
    rows=_corrections,
    remove=_discard,
)
MAILS = Kind(
    code="mails",
    title="Texts of sent mails",
    what_goes="The text goes; to whom, when and with which subject stays.",
    days=730,
    least=30,
    may_stay=True,
    moment="sent_at",
    rows=_sent_mails,
    remove=lambda mails, _: mails.update(text=""),
)
