"""Release: the documents leave the firm, the registers take the changes in pencil, the job follows.

The files are made before the transaction; the transaction then records the release, the register entries
and the job request together, or none of them. Nothing here waits for the practice manager.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from minutebook.activity.models import record
from minutebook.companies.events import kind_of
from minutebook.companies.models import CorporateEvent
from minutebook.documents.models import DocumentPack, ProducedFile
from minutebook.documents.snapshot import take_snapshot
from minutebook.firms.models import User
from minutebook.jobs.models import JobRequest
from minutebook.jobs.requests import request_job
from minutebook.production.files import MadeFile, keep_files, make_files


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

    Raises NothingSwitchedOn when there is no document to release.
    """
    if not pack.is_draft:
        return _released_before(pack)
    snapshot = take_snapshot(pack, now=now)
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
    _enter_registers(locked)
    record(
        "pack.released",
        locked,
        sentence=f"{locked.get_delivery_display()} by {by.short_name}",
        by=by,
        delivery=delivery,
        sha256={file.name: file.sha256 for file in made},
    )
    job_request = request_job(locked, by=by, now=now) if with_job else None
    return Release(pack=locked, is_first=True, job_request=job_request)


def _enter_registers(pack: DocumentPack) -> None:
    for event in pack.events.order_by("position"):
        event.status = CorporateEvent.Status.PENDING
        event.save(update_fields=["status"])
        kind_of(event.kind).enter(event)


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
