"""Trying a wording before it is saved: on an example, or on a pack of the firm's own."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from minutebook.documents.blocks import RenderedDocument
from minutebook.documents.filters import BadValue, is_rows, plain
from minutebook.documents.grammar import WordingError
from minutebook.documents.merge import event_fields, pack_fields
from minutebook.documents.models import Document, DocumentPack
from minutebook.documents.produce import render_pack_document
from minutebook.documents.snapshot import take_snapshot
from minutebook.documents.sources import InWording, Wordings, wordings_with
from minutebook.firms.models import Firm
from minutebook.text import UnprintableText, check_text
from minutebook.wordings.catalogue import Wording, all_wordings
from minutebook.wordings.letterhead import kept_letterhead, logo_in
from minutebook.wordings.models import WordingVersion
from minutebook.wordings.packs import texts_for_trying

_MOST_PACKS = 25
_LONGEST_VALUE = 80  # characters shown of a field's value

type Snapshot = Mapping[str, Any]


class CannotTry(Exception):
    """The chosen pack cannot be read at the moment: the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a wording, in words, with the line to go to."""

    message: str
    line: int | None = None
    elsewhere: str = ""  # the name of another wording that it stands in

    @property
    def sentence(self) -> str:
        return f"Line {self.line}: {self.message}" if self.line else self.message


@dataclass(frozen=True, slots=True)
class MergeField:
    """A field that a wording may use, with its value for the chosen company."""

    path: str
    value: str
    inserts: str


def own_texts() -> dict[str, str]:
    """Return the firm's present wordings by name, where it has its own."""
    found = WordingVersion.objects.latest().exclude(source="")
    return dict(found.values_list("name", "source"))


def find_problem(
    wording: Wording, source: str, snapshot: Snapshot, *, firm: Firm
) -> tuple[Problem | None, RenderedDocument | None]:
    """Print the wording for the snapshot and for the example. Return what is wrong, or the document."""
    own = own_texts() | {wording.name: source}
    example = example_of(firm)

    def printed(wordings: Wordings) -> RenderedDocument:
        for about in wording.kinds or (None,):
            _render(wording, example, about, wordings)
        kinds = [event["kind"] for event in snapshot["events"]]
        return _render(wording, snapshot, next((k for k in wording.kinds if k in kinds), None), wordings)

    return _tried(wording.name, source, own, printed)


def try_document(
    document: Document, source: str, snapshot: Snapshot
) -> tuple[Problem | None, RenderedDocument | None]:
    """Print one document of a pack as if this were its wording. Return what is wrong, or the document."""

    def printed(wordings: Wordings) -> RenderedDocument:
        return render_pack_document(
            snapshot,
            code=document.code,
            subject=document.subject,
            options=document.options,
            dated_on=document.dated_on,
            wordings=wordings,
            logo=logo_in(snapshot),
        )

    return _tried(document.code, source, texts_for_trying(document, source), printed)


def _tried(
    name: str, source: str, own: Mapping[str, str], printed: Callable[[Wordings], RenderedDocument]
) -> tuple[Problem | None, RenderedDocument | None]:
    if problem := why_not_printable(source):
        return problem, None
    try:
        with wordings_with(own) as wordings:
            return None, printed(wordings)
    except InWording as error:
        return Problem(_with_hint(error), error.line, error.name if error.name != name else ""), None
    except WordingError as error:
        return Problem(_with_hint(error), error.line), None
    except UnprintableText as error:
        return Problem(error.message), None


def why_not_printable(source: str) -> Problem | None:
    """Tell what in a text, as it was typed, could never be printed."""
    for number, line in enumerate(source.split("\n"), start=1):
        try:
            check_text(line)
        except UnprintableText as error:
            return Problem(error.message, number)
    return None


def packs_to_try(wording: Wording) -> list[DocumentPack]:
    """Return the firm's latest packs that print this wording."""
    packs = DocumentPack.objects.select_related("company__contact").filter(
        documents__code__in=wording.printed_in, corrects=None
    )
    found = packs.distinct().order_by("-saved_at")[: 4 * _MOST_PACKS]
    kinds = set(wording.kinds)
    return [pack for pack in found if not kinds or kinds & set(pack.event_kinds)][:_MOST_PACKS]


def snapshot_to_try(pack: DocumentPack | None, *, firm: Firm, now: datetime) -> Snapshot:
    """Return what a wording is tried on: a pack as it is, or the example. Raises CannotTry."""
    if pack is None:
        return example_of(firm)
    try:
        return pack.snapshot or take_snapshot(pack, now=now) | kept_letterhead()
    except ObjectDoesNotExist:
        raise CannotTry(
            "The registers have changed since the events of this pack were filled in. Choose another pack."
        ) from None


def example_of(firm: Firm) -> Snapshot:
    """Return an invented company to which everything happens at once, under the firm's own name."""
    head = {"name": firm.name, "address": firm.address or None, "phone": firm.phone or None}
    return _example() | {"firm": head | {"email": firm.email or None}} | kept_letterhead()


def merge_fields(wording: Wording, snapshot: Snapshot) -> list[MergeField]:
    """Return every field that the wording may use, with its value in the snapshot."""
    about = next((event for event in snapshot["events"] if event["kind"] in wording.kinds), None)
    return _listed_fields(snapshot, str(about["position"]) if about else "")


def fields_of_document(document: Document, snapshot: Snapshot) -> list[MergeField]:
    """Return every field that the wording of one document of a pack may use, with its value."""
    return _listed_fields(snapshot, document.subject)


def _listed_fields(snapshot: Snapshot, subject: str) -> list[MergeField]:
    fields = pack_fields(snapshot, options={}, dated_on=None)
    if subject:
        fields = event_fields(fields, snapshot, subject=subject)
    return list(_flattened({name: fields[name] for name in sorted(fields)}, ""))


@cache
def _example() -> dict[str, Any]:
    text = (files("minutebook.wordings") / "example.json").read_text(encoding="utf-8")
    example: dict[str, Any] = json.loads(text)
    return example


def _render(wording: Wording, snapshot: Snapshot, kind: str | None, wordings: Wordings) -> RenderedDocument:
    """Print the document that shows the wording; about the first event of the kind, if it is about one."""
    code = wording.printed_in[0]
    subject = _subject(snapshot, kind) if kind and not _is_pack_wide(code) else ""
    return render_pack_document(
        snapshot, code=code, subject=subject, wordings=wordings, logo=logo_in(snapshot)
    )


def _is_pack_wide(code: str) -> bool:
    return not all_wordings()[code].kinds


def _subject(snapshot: Snapshot, kind: str) -> str:
    return next(str(event["position"]) for event in snapshot["events"] if event["kind"] == kind)


def _with_hint(error: WordingError) -> str:
    return f"{error.message} Did you mean {error.suggestion}?" if error.suggestion else error.message


def _flattened(record: Mapping[str, Any], before: str) -> Iterator[MergeField]:
    for name, value in record.items():
        path = f"{before}.{name}" if before else name
        if isinstance(value, Mapping):
            yield from _flattened(value, path)
        elif is_rows(value):
            yield from _list_fields(path, name, value)
        else:
            yield MergeField(path, _shown(value), f"{{{{ {path} }}}}")


def _list_fields(path: str, name: str, rows: Sequence[Any]) -> Iterator[MergeField]:
    one = _singular(name)
    inner = f"{one}.name" if rows and isinstance(rows[0], Mapping) and "name" in rows[0] else one
    loop = f"{{% for {one} in {path} %}}\n{{{{ {inner} }}}}\n{{% endfor %}}"
    yield MergeField(path, f"{len(rows)} in a list", loop)
    if rows and isinstance(rows[0], Mapping):
        yield from _flattened(rows[0], one)


def _singular(name: str) -> str:
    """Return what one of a list is called in a loop: director of directors, address of addresses."""
    if name.endswith(("sses", "xes")):
        return name.removesuffix("es")
    return name.removesuffix("s") if name.endswith("s") else "each"


def _shown(value: object) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    try:
        text = plain(value)
    except BadValue:
        return ""
    return " ".join(text.split())[:_LONGEST_VALUE]
