"""What a user chooses for a document while its pack is in preparation, and who took a copy of what."""

from datetime import datetime

from django.db import transaction

from minutebook.activity.changes import seen
from minutebook.activity.models import Activity, history_of, record
from minutebook.contacts.models import Contact
from minutebook.documents.models import Document, DocumentPack
from minutebook.firms.models import User
from minutebook.production.option_forms import OptionsForm
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


class Stale(Exception):
    """Somebody else kept other choices meanwhile: compare, then keep one's own or take theirs."""

    def __init__(self, document: Document) -> None:
        super().__init__(f"{document.title} was changed meanwhile")
        self.document = document


@transaction.atomic
def keep_choices(document: Document, form: OptionsForm, *, by: User, now: datetime) -> None:
    """Keep what was chosen for a document. Call with a form that is valid. Raises Stale."""
    held = _held(document)
    if form.cleaned_data["revision"] != held.revision:
        raise Stale(held)
    if held.is_own_file:
        held.title = form.cleaned_data["called"]
    else:
        addressee = form.cleaned_data.get("addressee")
        held.options, held.dated_on = form.chosen_options(), form.cleaned_data["dated_on"]
        held.addressee = Contact.objects.filter(pk=addressee).first() if addressee else None
    _keep(held, sentence=f"Options of {held.title} changed", by=by, now=now)


@transaction.atomic
def restore_choices(document: Document, *, by: User, now: datetime) -> None:
    """Let a document be as it is as a rule."""
    held = _held(document)
    held.options, held.dated_on, held.addressee = {}, None, None
    _keep(held, sentence=f"Options of {held.title} put back to the usual ones", by=by, now=now)


def who_changed(document: Document) -> Activity | None:
    """Return who kept the present choices of a document, and when."""
    changes = history_of(document.pack).filter(action="document.changed", particulars__document=document.pk)
    return changes.last()


def _held(document: Document) -> Document:
    DocumentPack.objects.select_for_update().get(pk=document.pack_id)
    return Document.objects.select_related("pack", "addressee").get(pk=document.pk)


def _keep(document: Document, *, sentence: str, by: User, now: datetime) -> None:
    before = _seen(Document.objects.select_related("addressee").get(pk=document.pk))
    document.revision += 1
    document.save()
    record(
        "document.changed",
        document.pack,
        sentence=sentence,
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
    return seen(document, "title", "dated_on", "addressee") | options
