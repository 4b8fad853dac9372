"""What a user chooses for a document while its pack is in preparation, and who took a copy of what."""

from datetime import datetime

from django.db import transaction

from minutebook.activity.changes import seen
from minutebook.activity.models import record
from minutebook.documents.models import Document, DocumentPack
from minutebook.firms.models import User
from minutebook.production.forms import DocumentOptionsForm
from minutebook.production.saving import touch

# Recorded, and left out of a pack's own short history.
DETAILS = ("document", "cost", "copy")


@transaction.atomic
def switch_document(document: Document, *, on: bool, by: User, now: datetime) -> None:
    """Say whether a document is among those to release."""
    if document.is_on != on:
        document.is_on = on
        document.save(update_fields=["is_on"])
        sentence = f"{document.title} switched {'on' if on else 'off'}"
        record("document.switched", document.pack, sentence=sentence, by=by, document=document.pk)
    touch(document.pack_id, by=by, now=now)


@transaction.atomic
def keep_choices(form: DocumentOptionsForm, *, by: User, now: datetime) -> None:
    """Keep what was chosen for a document. Call with a form that is valid."""
    document: Document = form.instance
    before = _seen(Document.objects.get(pk=document.pk))
    form.save()
    record(
        "document.changed",
        document.pack,
        sentence=f"Options of {document.title} changed",
        by=by,
        before=before,
        after=_seen(document),
        document=document.pk,
    )
    touch(document.pack_id, by=by, now=now)


def record_copy(pack: DocumentPack, *, name: str, by: User) -> None:
    """Write down that somebody took a copy of a pack's documents with them."""
    record("copy.taken", pack, sentence=f"{name} downloaded", by=by)


def _seen(document: Document) -> dict[str, str]:
    options = {str(name).capitalize(): str(value) for name, value in document.options.items()}
    return seen(document, "dated_on", "addressee") | options
