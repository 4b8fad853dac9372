"""What `minutebook delete-firm` says and asks before a firm is deleted, and the export that it takes first."""

import zipfile
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone

from minutebook.documents.models import ProducedFile
from minutebook.firms.models import Firm
from minutebook.scope import firm_scope
from minutebook.server.deletion import contents_of, delete_firm, files_of
from minutebook.server.ports import CannotStart
from minutebook.spreadsheets.export import stream_zip


def say_farewell(
    firm: str,
    *,
    export: Path | None,
    without_export: bool,
    name: str,
    ask: Callable[[str], str],
    say: Callable[[str], object],
) -> None:
    """Say what goes, ask for the firm's name, export, delete. Raises CannotStart; then nothing was deleted."""
    going = _firm_named(firm)
    if (export is None) == (not without_export):
        raise CannotStart(
            f"Say where what {going.name} owns is put before it is deleted: --export {going.pk}.zip, or "
            "--without-export when nothing of it is wanted. Nothing was deleted."
        )
    _say_what_goes(going, say)
    if (name or ask(f"Type the firm’s name to delete it for good ({going.name}): ")) != going.name:
        raise CannotStart("That is not the firm’s name. Nothing was deleted.")
    if export:
        say(f"Exported to {export}: {_exported(going, export):,} released documents and every register.")
    note = delete_firm(going, now=timezone.now(), was_exported=export is not None)
    say(f"{going.name} was deleted: {note.rows:,} rows and {note.files:,} files.")


def _firm_named(text: str) -> Firm:
    found = list(Firm.objects.filter(pk=text) if text.isdecimal() else Firm.objects.filter(name=text))
    if len(found) == 1:
        return found[0]
    there = "; ".join(f"{firm.pk} {firm.name}" for firm in Firm.objects.order_by("pk"))
    which = "There is no firm" if not found else "There are several firms"
    raise CannotStart(f"{which} “{text}”. Give its number: {there or 'there is no firm at all'}.")


def _say_what_goes(firm: Firm, say: Callable[[str], object]) -> None:
    say(f"What goes with {firm.name}, firm {firm.pk}:")
    for table, number in sorted(contents_of(firm).items()):
        say(f"{number:>10,}  {table}")
    say(f"{len(files_of(firm)):>10,}  files")
    say("People who belong to no other firm go with it; whoever is signed in there is signed out.")
    say("Backups that were made before, and logs, are not touched: delete them yourself.")


def _exported(firm: Firm, path: Path) -> int:
    """Write the firm's registers and its released documents into a ZIP; return how many documents."""
    if path.exists():
        raise CannotStart(f"{path} is there already. Name another file; nothing was deleted.")
    try:
        with firm_scope(firm.pk):
            path.touch(mode=0o600)
            with path.open("wb") as target:
                target.writelines(stream_zip())
            return _add_documents(path)
    except OSError as problem:
        path.unlink(missing_ok=True)
        raise CannotStart(f"The export was not written: {problem}. Nothing was deleted.") from problem


def _add_documents(path: Path) -> int:
    files = ProducedFile.objects.select_related("document__pack").order_by("pk")
    count = 0
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for file in files.iterator():
            folder = f"documents/{file.document.pack.trace_number}/{file.version}/{file.document_id}"
            archive.writestr(f"{folder}/{file.name}", file.content())
            count += 1
    return count
