"""Files of the user's own among the documents of a pack: added, removed, put back."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, Sum

from minutebook.activity.models import record
from minutebook.documents.models import Document, DocumentPack, ProducedFile
from minutebook.firms.models import User
from minutebook.production.models import OwnFile
from minutebook.production.order import number_documents
from minutebook.production.saving import touch
from minutebook.production.storing import CannotStore, drop_bytes, keep_bytes
from minutebook.production.uploads import MEGABYTE, CannotTake, Upload, check_size, check_upload, clean_name
from minutebook.scope import whole_firm

MOST_FILES = 30  # of one pack
LARGEST_TOGETHER = 100 * MEGABYTE


def add_own_files(
    pack: DocumentPack, uploads: Sequence["UploadedFile[Any]"], *, by: User, now: datetime
) -> tuple[list[OwnFile], list[str]]:
    """Add the files that can be taken to a pack in preparation; return them, and why others were not."""
    added, refused = [], []
    for upload in uploads:
        try:
            added.append(add_own_file(pack, upload, by=by, now=now))
        except (CannotTake, CannotStore) as problem:
            refused.append(str(problem))
    return added, refused


def add_own_file(pack: DocumentPack, upload: "UploadedFile[Any]", *, by: User, now: datetime) -> OwnFile:
    """Add one file to a pack in preparation, after its other documents. Raises CannotTake, CannotStore."""
    name = clean_name(upload.name or "File")
    check_size(name, upload.size or 0)
    taken = check_upload(name, upload.read())
    _check_room(pack, taken)
    path = keep_bytes(_path_of(pack, taken), taken.content)
    try:
        return _record_added(pack, taken, path, by=by, now=now)
    except BaseException:  # whatever went wrong: no row points at the bytes
        drop_bytes(path)
        raise


@transaction.atomic
def _record_added(pack: DocumentPack, taken: Upload, path: str, *, by: User, now: datetime) -> OwnFile:
    held = _held_draft(pack)
    own = OwnFile(
        pack=held,
        format=taken.format,
        file=path,
        name=taken.name,
        sha256=hashlib.sha256(taken.content).hexdigest(),
        size=len(taken.content),
        pages=taken.pages,
        added_by=by,
        added_at=now,
    )
    last = held.documents.aggregate(last=Max("position"))["last"] or 0
    own.document = _listed(own, position=last + 1)
    own.save()
    record(
        "pack.own_file_added",
        held,
        sentence=f"{own.name} added by {by.short_name}",
        by=by,
        sha256=own.sha256,
        size=own.size,
    )
    touch(held.pk, by=by, now=now)
    return own


@transaction.atomic
def remove_own_file(own: OwnFile, *, by: User, now: datetime) -> None:
    """Take a file out of its pack. Its bytes stay until the pack is released, so that it can be put back."""
    held = _held_draft(own.pack)
    document = own.document
    if document is None:
        return
    own.position, own.document = document.position, None
    own.save(update_fields=["position", "document"])
    document.delete()
    number_documents(held)
    record("document.own_file_removed", held, sentence=f"{own.name} removed", by=by, sha256=own.sha256)
    touch(held.pk, by=by, now=now)


@transaction.atomic
def put_back(own: OwnFile, *, by: User, now: datetime) -> None:
    """Put a removed file back where it stood."""
    held = _held_draft(own.pack)
    if own.document is not None:
        return
    own.document = _listed(own, position=own.position)
    own.save(update_fields=["document"])
    number_documents(held, first=own.document)
    record("document.own_file_put_back", held, sentence=f"{own.name} put back", by=by, sha256=own.sha256)
    touch(held.pk, by=by, now=now)


def copy_own_files(former: DocumentPack, later: DocumentPack) -> None:
    """Let a correction have the files of the version before it. Their bytes are kept once."""
    for own in OwnFile.objects.filter(pack=former, document__isnull=False).select_related(
        "document", "added_by"
    ):
        before = own.document
        own.pk, own.pack = None, later
        own.document = later.documents.get(code=Document.OWN_FILE, subject=before.subject) if before else None
        own._state.adding = True  # noqa: SLF001  # Django's documented way to copy a row
        own.save()


def forget_removed(pack: DocumentPack) -> None:
    """Let go of the files that were removed before the pack was released. Call inside its transaction."""
    forget(list(OwnFile.objects.filter(pack=pack, document=None)))


def forget(owns: Sequence[OwnFile]) -> None:
    """Delete the rows, and after the transaction the bytes that nothing else points at."""
    paths = {str(own.file.name) for own in owns}
    OwnFile.objects.filter(pk__in=[own.pk for own in owns]).delete()
    transaction.on_commit(lambda: _drop_unused(paths))


def _drop_unused(paths: set[str]) -> None:
    with whole_firm():
        used = {
            *OwnFile.objects.filter(file__in=paths).values_list("file", flat=True),
            *ProducedFile.objects.filter(file__in=paths).values_list("file", flat=True),
        }
    for path in paths - used:
        drop_bytes(path)


def _held_draft(pack: DocumentPack) -> DocumentPack:
    held = DocumentPack.objects.select_for_update().get(pk=pack.pk)
    if not held.is_draft:
        raise CannotTake(
            "This pack was released meanwhile, so its files stay as they are. Correct the pack instead."
        )
    return held


def _listed(own: OwnFile, *, position: int) -> Document:
    return Document.objects.create(
        pack=own.pack,
        code=Document.OWN_FILE,
        subject=uuid4().hex,
        title=own.name.rpartition(".")[0].strip() or own.name,
        note=_note_of(own),
        position=position,
    )


def _note_of(own: OwnFile) -> str:
    size = f"{own.size / MEGABYTE:.1f} MB" if own.size >= MEGABYTE else f"{max(1, own.size // 1024)} kB"
    pages = f"{own.pages} page{'' if own.pages == 1 else 's'}" if own.pages else "Word, not in the one PDF"
    return f"Your file, {pages}, {size}"


def _check_room(pack: DocumentPack, taken: Upload) -> None:
    held = OwnFile.objects.filter(pack=pack, document__isnull=False)
    if held.count() >= MOST_FILES:
        raise CannotTake(
            f"“{taken.name}” is one too many: a pack holds at most {MOST_FILES} files of your own."
        )
    together = (held.aggregate(size=Sum("size"))["size"] or 0) + len(taken.content)
    if together > LARGEST_TOGETHER:
        raise CannotTake(
            f"With “{taken.name}” the files of this pack would have more than {LARGEST_TOGETHER // MEGABYTE} MB "
            "together. Remove one, or save it smaller."
        )


def _path_of(pack: DocumentPack, taken: Upload) -> str:
    return f"firms/{pack.firm_id}/packs/{pack.pk}/own/{uuid4().hex}.{taken.format}"
