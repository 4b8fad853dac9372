"""Release: the documents leave the firm, the registers take the changes in pencil, the job follows.

The files are made before the transaction; the transaction then records the release, the register entries
and the job request together, or none of them. Nothing here waits for the practice manager.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Q

from minutebook.activity.models import record
from minutebook.companies.events import kind_of
from minutebook.companies.models import CorporateEvent
from minutebook.documents.models import Document, DocumentPack, ProducedFile
from minutebook.firms.models import User
from minutebook.jobs.models import JobRequest
from minutebook.jobs.requests import request_job
from minutebook.production.correcting import replace_former
from minutebook.production.drawing import RegistersChanged, snapshot_to_release
from minutebook.production.files import MadeFile, keep_files, make_files
from minutebook.production.lodging import settle_lodging
from minutebook.production.own_files import forget_removed
from minutebook.production.queries import deadlines_of
from minutebook.production.stages import Follows, follow
from minutebook.production.todo import list_what_is_left


class NothingSwitchedOn(Exception):
    """Every document of the pack is switched off: switch one on to release it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """What a release did. `is_first` is False when the pack had been released before: nothing changed."""

    pack: DocumentPack
    is_first: bool
    job_request: JobRequest | None


def release_pack(
    pack: DocumentPack,
    *,
    delivery: DocumentPack.Delivery,
    by: User,
    now: datetime,
    with_job: bool,
) -> Release:
    """Release a pack once. A second release changes nothing and never makes a second job.

    Raises NothingSwitchedOn when there is no document to release; RegistersChanged; NotDecided; CannotCorrect
    when it corrects a version that was signed or withdrawn meanwhile; CannotStore when the disk takes no more;
    CannotPrint when the firm's wording does not fit.
    """
    if not pack.is_draft:
        return _released_before(pack)
    snapshot = snapshot_to_release(pack, now=now)
    made = make_files(pack, snapshot)
    if not made:
        raise NothingSwitchedOn("Switch on at least one document first.")
    return _record_release(pack, snapshot, made, delivery=delivery, by=by, now=now, with_job=with_job)


@transaction.atomic
def _record_release(
    pack: DocumentPack,
    snapshot: dict[str, object],
    made: list[MadeFile],
    *,
    delivery: DocumentPack.Delivery,
    by: User,
    now: datetime,
    with_job: bool,
) -> Release:
    locked = DocumentPack.objects.select_for_update().get(pk=pack.pk)
    if not locked.is_draft:  # somebody else released it while the files were made
        return _released_before(locked)
    locked.status = DocumentPack.Status.RELEASED
    locked.snapshot, locked.delivery = snapshot, delivery
    locked.released_by, locked.released_at = by, now
    locked.save()
    keep_files(made, now=now)
    forget_removed(locked)
    replace_former(locked)
    _enter_registers(locked)
    list_what_is_left(locked, deadlines_of(locked))
    settle_lodging(locked)
    record(
        "pack.released",
        locked,
        sentence=f"{locked.get_delivery_display()} by {by.short_name}",
        by=by,
        delivery=delivery,
        sha256={file.name: file.sha256 for file in made},
    )
    follow(locked, Follows.RELEASED, by=by, now=now)
    job_request = request_job(locked, by=by, now=now) if with_job else None
    return Release(pack=locked, is_first=True, job_request=job_request)


def _enter_registers(pack: DocumentPack) -> None:
    for event in pack.events.order_by("position"):
        event.status = CorporateEvent.Status.PENDING
        event.save(update_fields=["status"])
        try:
            kind_of(event.kind).enter(event)
        except ObjectDoesNotExist as gone:
            raise RegistersChanged from gone


def _released_before(pack: DocumentPack) -> Release:
    job_request = JobRequest.objects.filter(pack=pack).first()
    return Release(pack=pack, is_first=False, job_request=job_request)


def released_files(pack: DocumentPack, *, file_format: ProducedFile.Format) -> list[ProducedFile]:
    """Return the released files of one format, in the order of the documents."""
    return list(
        ProducedFile.objects.filter(document__pack=pack, version=pack.version, format=file_format).order_by(
            "document__position"
        )
    )


def files_for_mail(pack: DocumentPack) -> list[ProducedFile]:
    """Return what goes along with a message: every PDF, and the user's own Word files."""
    found = ProducedFile.objects.filter(document__pack=pack, version=pack.version)
    found = found.filter(Q(format=ProducedFile.Format.PDF) | Q(document__code=Document.OWN_FILE))
    return list(found.order_by("document__position"))
