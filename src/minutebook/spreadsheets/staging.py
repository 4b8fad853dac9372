"""From an upload to rows on our side: reading the files, finding headings, keeping every row as it stands."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from minutebook.activity.models import record
from minutebook.firms.models import User
from minutebook.spreadsheets.dates import Evidence, evidence_of
from minutebook.spreadsheets.files import MOST_ROWS, CannotRead, Sheet, check_size, sheets_of
from minutebook.spreadsheets.headings import FINDINGS, is_total, key_of, recognise
from minutebook.spreadsheets.layout import SheetLayout
from minutebook.spreadsheets.models import RememberedColumns, SpreadsheetImport, StagedRow
from minutebook.spreadsheets.registers import CONTACTS, REGISTERS

MOST_FILES = 12
_BATCH = 1000
_LOOKED_AT = 30  # rows in which the headings are looked for
State = SpreadsheetImport.State


def take_files(uploads: Sequence[File[Any]], *, by: User, now: datetime) -> SpreadsheetImport:
    """Keep what was sent until it is read. Raises CannotRead for a file that is too large, or empty."""
    if len(uploads) > MOST_FILES:
        raise CannotRead(f"Send at most {MOST_FILES} files at once.")
    for upload in uploads:
        check_size(str(upload.name), upload.size)
    names = [str(upload.name)[:150] for upload in uploads]
    hashes = [_hash_of(upload) for upload in uploads]
    with transaction.atomic():
        sent = SpreadsheetImport.objects.create(
            name=", ".join(names)[:300],
            sha256=hashlib.sha256("".join(sorted(hashes)).encode()).hexdigest(),
            rows=0,
            sent_by=by,
            sent_at=now,
            heard_at=now,
        )
        sent.files = [
            {"name": name, "path": _kept(sent, position, upload), "sha256": digest}
            for position, (name, digest, upload) in enumerate(zip(names, hashes, uploads, strict=True))
        ]
        sent.save(update_fields=["files"])
        record("import.sent", sent, sentence=f"Sent {sent.name} to import", by=by)
    return sent


def read_files(sent: SpreadsheetImport) -> None:
    """Read the files into staged rows. What cannot be read is said on the import; nothing else changes."""
    StagedRow.objects.filter(upload=sent).delete()  # of a reading that was cut short
    sheets: list[SheetLayout] = []
    content = hashlib.sha256()
    try:
        for each in sent.files:
            with default_storage.open(each["path"], "rb") as stream:
                for sheet in sheets_of(each["name"], _seekable(stream)):
                    layout = _stage(sent, len(sheets), sheet, content)
                    sheets.extend([layout] if layout else [])
        _require_rows(sent, sheets)
    except CannotRead as problem:
        StagedRow.objects.filter(upload=sent).delete()
        sent.state, sent.problem = State.UNREADABLE, str(problem)
    else:
        _say_what_is_missing(sheets)
        sent.state, sent.problem = State.COLUMNS, ""
        sent.sheets, sent.content_sha256 = [sheet.kept() for sheet in sheets], content.hexdigest()
        sent.rows = sum(sheet.rows for sheet in sheets)
    paths = [each.pop("path") for each in sent.files]
    sent.save(update_fields=["state", "problem", "sheets", "content_sha256", "rows", "files"])
    for path in paths:  # last: whoever begins again after a kill needs them
        default_storage.delete(path)


def _require_rows(sent: SpreadsheetImport, sheets: Sequence[SheetLayout]) -> None:
    if not sum(sheet.rows for sheet in sheets):
        raise CannotRead(f"{sent.name} has no rows below its headings. Compare it with the template.")


def same_as(sent: SpreadsheetImport) -> SpreadsheetImport | None:
    """Return an earlier import of the same bytes or the same cells that still stands."""
    earlier = SpreadsheetImport.objects.filter(state=State.IMPORTED).exclude(pk=sent.pk)
    return (
        earlier.filter(sha256=sent.sha256).order_by("-imported_at").first()
        or earlier.filter(content_sha256=sent.content_sha256).exclude(content_sha256="").first()
    )


def _hash_of(upload: File[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _kept(sent: SpreadsheetImport, position: int, upload: File[Any]) -> str:
    return default_storage.save(f"imports/{sent.firm_id}/{sent.pk}-{position}", upload)


def _seekable(stream: File[Any]) -> IO[bytes]:
    inner: IO[bytes] = stream.file if stream.file is not None else stream
    return inner


def _stage(
    sent: SpreadsheetImport, position: int, sheet: Sheet, content: "hashlib._Hash"
) -> SheetLayout | None:
    """Keep a sheet's rows, and return how they are laid out; None for an empty sheet."""
    rows = (row for row in sheet.rows if any(cell.strip() for cell in row[1]))
    first = list(islice(rows, _LOOKED_AT))
    if not first:
        return None
    found = recognise(sheet.name, [cells for _, cells in first])
    layout = SheetLayout(
        name=sheet.name,
        register="" if sheet.is_hidden else found.register,
        headings=[_heading(cell, index) for index, cell in enumerate(first[found.row][1])],
        mapping={str(index): key for index, key in found.mapping.items()},
        is_hidden=sheet.is_hidden,
        from_1904=sheet.from_1904,
    )
    if not sheet.is_hidden:
        _remember(layout)
    _write_rows(sent, position, layout, _chained(first[found.row + 1 :], rows), content)
    layout.notes.extend(sheet.notes)
    if sheet.is_hidden:
        layout.notes.append("This sheet is hidden in the file, and left out unless you choose its register.")
    return layout


def _write_rows(
    sent: SpreadsheetImport,
    position: int,
    layout: SheetLayout,
    rows: Iterator[tuple[int, list[str]]],
    content: "hashlib._Hash",
) -> None:
    evidence = [Evidence() for _ in layout.headings]
    skip = layout.headings.index(FINDINGS) if FINDINGS in layout.headings else None
    while batch := list(islice(rows, _BATCH)):
        kept = [(number, cells[:skip]) for number, cells in batch if not _is_noise(layout, number, cells)]
        StagedRow.objects.bulk_create(
            StagedRow(firm_id=sent.firm_id, upload=sent, sheet=position, number=number, cells=cells)
            for number, cells in kept
        )
        for _, cells in kept:
            content.update("\x1f".join(cells).encode(errors="replace"))
        for index in range(len(layout.headings)):
            evidence[index] += evidence_of(cells[index] for _, cells in kept if index < len(cells))
        layout.rows += len(kept)
        _say(sent, done=len(kept))
        if sent.done > MOST_ROWS:
            raise CannotRead(
                f"{sent.name} has more than {MOST_ROWS:,} rows. Send it in parts, companies together."
            )
    layout.evidence = {
        str(index): [each.day_first, each.month_first, each.either, each.example]
        for index, each in enumerate(evidence)
        if each != Evidence()
    }


def _is_noise(layout: SheetLayout, number: int, cells: Sequence[str]) -> bool:
    """Leave out what is no row of a register: totals at the end, and headings repeated on each page."""
    if is_total(cells, width=len(layout.headings)):
        layout.notes.append(f"Row {number} is a total and was left out.")
        return True
    return len(cells) > 1 and [cell.strip() for cell in cells] == layout.headings[: len(cells)]


def _remember(layout: SheetLayout) -> None:
    """Lay a sheet out as the firm has said before of the same headings."""
    known = RememberedColumns.objects.filter(headings=key_of(layout.headings)).first()
    if known and known.register in {"", *REGISTERS}:
        layout.register, layout.mapping, layout.is_remembered = known.register, known.mapping, True


def _say_what_is_missing(sheets: Sequence[SheetLayout]) -> None:
    if all(sheet.register in {"", CONTACTS.code} for sheet in sheets) and any(
        sheet.register for sheet in sheets
    ):
        sheets[0].notes.append("This holds contacts only: no company will be made from it.")


def _say(sent: SpreadsheetImport, *, done: int) -> None:
    sent.done += done
    SpreadsheetImport.objects.filter(pk=sent.pk).update(done=sent.done, heard_at=timezone.now())


def _heading(cell: str, index: int) -> str:
    return " ".join(cell.split()) or f"Column {index + 1}"


def _chained(
    first: Sequence[tuple[int, list[str]]], rest: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    yield from first
    yield from rest
