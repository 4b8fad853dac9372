"""Files kept with a released pack: the signed copy, and what else belongs to it."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from minutebook.activity.models import record
from minutebook.documents.models import DocumentPack, ProducedFile
from minutebook.firms.models import User
from minutebook.production.models import KeptFile
from minutebook.production.storing import drop_bytes, keep_bytes
from minutebook.production.uploads import CannotTake, Upload, check_size, check_upload, clean_name

MOST_FILES = 50  # of one pack
_IN_WORDS = {KeptFile.Kind.SIGNED: "the signed copy", KeptFile.Kind.OTHER: "another file"}


def keep_file(
    pack: DocumentPack, upload: "UploadedFile[Any]", *, kind: KeptFile.Kind, by: User, now: datetime
) -> KeptFile:
    """Keep a file with a released pack, checked as files of one's own are. Raises CannotTake, CannotStore."""
    name = clean_name(upload.name or "File.pdf")
    check_size(name, upload.size or 0)
    taken = check_upload(name, upload.read())
    if kind == KeptFile.Kind.SIGNED and taken.format != ProducedFile.Format.PDF:
        raise CannotTake(f"“{name}” is not a PDF. Scan or print the signed papers to a PDF and choose that.")
    if KeptFile.objects.filter(pack=pack).count() >= MOST_FILES:
        raise CannotTake(f"“{name}” is one too many: a pack keeps at most {MOST_FILES} files.")
    path = keep_bytes(
        f"firms/{pack.firm_id}/packs/{pack.pk}/signed/{uuid4().hex}.{taken.format}", taken.content
    )
    try:
        return _record_kept(pack, taken, path, kind=kind, by=by, now=now)
    except BaseException:  # whatever went wrong: no row points at the bytes
        drop_bytes(path)
        raise


@transaction.atomic
def _record_kept(
    pack: DocumentPack, taken: Upload, path: str, *, kind: KeptFile.Kind, by: User, now: datetime
) -> KeptFile:
    kept = KeptFile.objects.create(
        pack=pack,
        kind=kind,
        format=taken.format,
        file=path,
        name=taken.name,
        sha256=hashlib.sha256(taken.content).hexdigest(),
        size=len(taken.content),
        kept_by=by,
        kept_at=now,
    )
    record(
        "pack.file_kept",
        pack,
        sentence=f"{kept.name} kept as {_IN_WORDS[kind]} by {by.short_name}",
        by=by,
        sha256=kept.sha256,
        size=kept.size,
    )
    return kept
