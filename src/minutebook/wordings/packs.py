"""Which wordings a pack prints: those current when it was prepared, and what was changed for it alone.

A pack in preparation says when the firm has changed a wording it prints since; whoever prepares it takes the new
one or keeps the old. A released pack never changes.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from minutebook.activity.models import record
from minutebook.documents.models import Document, DocumentPack
from minutebook.documents.sources import FirmWordings, Wordings, lend, supplied_text
from minutebook.firms.models import User
from minutebook.wordings.catalogue import Wording, all_wordings, wordings_printed
from minutebook.wordings.models import OwnWording, PackWordings, WordingVersion

type WordingsOf = Callable[[Document], Wordings]


@dataclass(frozen=True, slots=True)
class NewerWording:
    """A wording that a pack prints, and that the firm has changed since the pack was prepared."""

    wording: Wording
    before: int | None  # the number of the version that the pack uses; None: the supplied one
    now: int | None


class CannotChange(Exception):
    """The pack is released: its wording stays. Correct it to prepare the next version."""

    def __init__(self) -> None:
        super().__init__("This pack is released, and its wording stays. Correct the pack to change it.")


def pin_wordings(pack: DocumentPack) -> None:
    """Let the pack use the firm's present wordings from now on. Call where a pack is prepared."""
    PackWordings.objects.update_or_create(pack=pack, defaults={"versions": _present(), "declined": {}})


def carry_over(former: DocumentPack, later: DocumentPack) -> None:
    """Let the next version of a pack begin with the wordings of the former one."""
    pinned = _pinned(former)
    PackWordings.objects.create(pack=later, versions=pinned.versions, declined=pinned.declined)
    places = {(document.code, document.subject): document for document in later.documents.all()}
    for own in OwnWording.objects.filter(document__pack=former).select_related("document"):
        if document := places.get((own.document.code, own.document.subject)):
            OwnWording.objects.create(
                document=document, source=own.source, base=own.base, made_by=own.made_by, made_at=own.made_at
            )


def texts_of(pack: DocumentPack) -> dict[str, dict[str, str]]:
    """Return the texts that are printed in place of supplied ones, for the pack's snapshot.

    "templates" by name, and "alone", changed for this pack only, by the document's code and subject.
    """
    printed = _printed(pack)
    own = OwnWording.objects.filter(document__pack=pack).select_related("document")
    return {
        "templates": {name: text for name, text in _texts(pack).items() if name in printed},
        "alone": {_key(one.document): one.source for one in own},
    }


@contextmanager
def wordings_in(snapshot: Mapping[str, Any]) -> Iterator[WordingsOf]:
    """Lend what the documents of a snapshot are printed with. One child renders all that is the firm's own."""
    kept = snapshot.get("wordings", {})
    alone = {f"{_OF_ONE}/{key}": text for key, text in kept.get("alone", {}).items()}
    texts = dict(kept.get("templates", {})) | alone
    with lend(texts) as child:

        def of(document: Document) -> Wordings:
            key = f"{_OF_ONE}/{_key(document)}"
            return FirmWordings(texts, child, {document.code: key} if key in alone else {})

        yield of


def newer_wordings(pack: DocumentPack) -> list[NewerWording]:
    """Return what the firm has changed of the wordings that this pack prints, unless that was declined."""
    if not pack.is_draft:
        return []
    pinned, present = _pinned(pack), _present()
    if pinned.versions == present:
        return []
    names = [
        name
        for name in sorted(_printed(pack))
        if present.get(name) != pinned.versions.get(name)
        and (name not in pinned.declined or pinned.declined[name] != present.get(name))
    ]
    ids = [pk for name in names for pk in (present.get(name), pinned.versions.get(name)) if pk]
    numbers = dict(WordingVersion.objects.filter(pk__in=ids).values_list("pk", "number"))
    return [
        NewerWording(
            all_wordings()[name], numbers.get(pinned.versions.get(name, 0)), numbers.get(present.get(name, 0))
        )
        for name in names
        if name in all_wordings()
    ]


@transaction.atomic
def take_newer(pack: DocumentPack, *, by: User) -> None:
    """Print the pack with the firm's present wordings. Raises CannotChange."""
    _refuse_released(pack)
    newer = newer_wordings(pack)
    pin_wordings(pack)
    if newer:
        titles = ", ".join(f"“{one.wording.whole_title}”" for one in newer)
        record("pack.wording_taken", pack, sentence=f"Changed wording taken: {titles}", by=by)


@transaction.atomic
def keep_older(pack: DocumentPack, *, by: User) -> None:
    """Go on with the wordings the pack was prepared with. Raises CannotChange."""
    _refuse_released(pack)
    pinned, present = _pinned(pack), _present()
    newer = newer_wordings(pack)
    pinned.declined = pinned.declined | {one.wording.name: present.get(one.wording.name) for one in newer}
    pinned.save()
    if newer:
        titles = ", ".join(f"“{one.wording.whole_title}”" for one in newer)
        record("pack.wording_kept", pack, sentence=f"Former wording kept: {titles}", by=by)


def template_text(document: Document) -> str:
    """Return the template that a document of a pack is printed from, were nothing changed for it alone."""
    return _texts(document.pack).get(document.code) or supplied_text(document.code)


def own_wording(document: Document) -> OwnWording | None:
    return OwnWording.objects.filter(document=document).select_related("made_by").first()


@transaction.atomic
def change_wording(document: Document, source: str, *, by: User, now: datetime) -> None:
    """Change the wording of one document of one pack. It was tried already. Raises CannotChange."""
    _refuse_released(document.pack)
    base = template_text(document)
    if source == base:
        back_to_template(document, by=by)
        return
    OwnWording.objects.update_or_create(
        document=document, defaults={"source": source, "base": base, "made_by": by, "made_at": now}
    )
    sentence = f"Wording of “{document.title}” changed for this pack"
    record("pack.wording_changed", document.pack, sentence=sentence, by=by)


@transaction.atomic
def back_to_template(document: Document, *, by: User) -> None:
    """Print the document from its template again. Raises CannotChange."""
    _refuse_released(document.pack)
    gone, _ = OwnWording.objects.filter(document=document).delete()
    if gone:
        sentence = f"Wording of “{document.title}” put back to the template"
        record("pack.wording_changed", document.pack, sentence=sentence, by=by)


def texts_for_trying(document: Document, source: str) -> dict[str, str]:
    """Return the firm's own texts with which one document of a pack would print, were this its wording."""
    return _texts(document.pack) | {document.code: source}


_OF_ONE = "of-one"  # before the key of a document, among the names of wordings


def _key(document: Document) -> str:
    return f"{document.code}/{document.subject}"


def _texts(pack: DocumentPack) -> dict[str, str]:
    ids = _pinned(pack).versions.values()
    found = WordingVersion.objects.filter(pk__in=list(ids)).exclude(source="")
    return dict(found.values_list("name", "source"))


def _pinned(pack: DocumentPack) -> PackWordings:
    """Return what the pack uses; a pack prepared before there were firms' wordings uses the supplied ones."""
    return PackWordings.objects.filter(pack=pack).first() or PackWordings(pack=pack)


def _present() -> dict[str, int]:
    return dict(WordingVersion.objects.latest().exclude(source="").values_list("name", "pk"))


def _printed(pack: DocumentPack) -> set[str]:
    codes = pack.documents.filter(is_on=True).values_list("code", flat=True)
    return {name for code in codes for name in wordings_printed(code, list(pack.event_kinds))}


def _refuse_released(pack: DocumentPack) -> None:
    if not pack.is_draft:
        raise CannotChange
