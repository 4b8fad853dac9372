"""Which files may go along with a pack. No database, no storage: bytes in, what they are out."""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

import pikepdf

from minutebook.documents.models import ProducedFile
from minutebook.text import UnprintableText, check_text

MEGABYTE = 1024 * 1024
LARGEST = 25 * MEGABYTE
MOST_PAGES = 500
_LONGEST_NAME = 200
_HEAD = 1024  # bytes within which a PDF names itself
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .doc, and .docx behind a password


class CannotTake(Exception):
    """The file is not taken; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file that may go along: its format, and its pages when it is a PDF."""

    name: str
    format: ProducedFile.Format
    pages: int | None
    content: bytes

    @property
    def title(self) -> str:
        """Return how it is listed: its name without the ending."""
        return self.name.rpartition(".")[0].strip() or self.name


def check_upload(name: str, content: bytes) -> Upload:
    """Return what the file is. Raises CannotTake."""
    name = clean_name(name)
    check_size(name, len(content))
    ending = PurePath(name).suffix.lower()
    if ending == ".pdf":
        return Upload(
            name=name, format=ProducedFile.Format.PDF, pages=_pages_of(name, content), content=content
        )
    if ending == ".docx":
        _check_word(name, content)
        return Upload(name=name, format=ProducedFile.Format.DOCX, pages=None, content=content)
    if ending == ".doc":
        raise CannotTake(f"“{name}” is in Word’s old format. Save it as .docx or PDF, then choose it again.")
    if ending == ".docm":
        raise CannotTake(f"“{name}” may hold macros. Save it as .docx or PDF, then choose it again.")
    raise CannotTake(
        f"“{name}” is neither a PDF nor a Word file (.docx). Save or print it as a PDF, then choose that."
    )


def check_size(name: str, size: int) -> None:
    """Raise CannotTake for a file that is empty or too large. Ask before reading it."""
    if size == 0:
        raise CannotTake(f"“{name}” is empty: it has 0 bytes. Save it again, then choose it once more.")
    if size > LARGEST:
        raise CannotTake(
            f"“{name}” has {size / MEGABYTE:.0f} MB, and a file may have at most {LARGEST // MEGABYTE} MB. "
            "Save it smaller, or in parts."
        )


def clean_name(name: str) -> str:
    """Return a file's name without folders and without what no document can print."""
    base = PurePath(name.replace("\\", "/")).name
    try:
        base = check_text(base.replace("\n", " "))
    except UnprintableText:
        base = "".join(letter for letter in base if letter.isprintable() and _is_printable(letter))
    stem, dot, ending = base.rpartition(".")
    kept = (stem or ending)[: _LONGEST_NAME - 10].strip() or "File"
    return f"{kept}{dot}{ending[:9]}" if stem else kept


def _is_printable(letter: str) -> bool:
    try:
        check_text(letter)
    except UnprintableText:
        return False
    return True


def _pages_of(name: str, content: bytes) -> int:
    if b"%PDF-" not in content[:_HEAD]:
        raise CannotTake(f"“{name}” is called a PDF but is not one{_what_it_is(content)}.")
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            pages = len(pdf.pages)
    except pikepdf.PasswordError as locked:
        raise CannotTake(
            f"“{name}” is locked with a password. Save it without one (print it to PDF, say), then choose it again."
        ) from locked
    except (pikepdf.PdfError, ValueError, RuntimeError) as damaged:
        raise CannotTake(
            f"“{name}” is damaged and cannot be read. Open it, print it to a new PDF, then choose that."
        ) from damaged
    if pages == 0:
        raise CannotTake(f"“{name}” has no pages. Save it again, then choose it once more.")
    if pages > MOST_PAGES:
        raise CannotTake(
            f"“{name}” has {pages:,} pages, and a file may have at most {MOST_PAGES}. Add it in parts."
        )
    return pages


def _check_word(name: str, content: bytes) -> None:
    if content.startswith(_OLD_OFFICE):
        raise CannotTake(
            f"“{name}” is locked with a password, or is in Word’s old format. Save it as an open .docx or as PDF, "
            "then choose it again."
        )
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            names = set(parts.namelist())
    except (zipfile.BadZipFile, ValueError, OSError) as wrong:
        if content.startswith(_ZIP):
            raise CannotTake(f"“{name}” is damaged and cannot be read. Save it again from Word.") from wrong
        raise CannotTake(f"“{name}” is called a Word file but is not one{_what_it_is(content)}.") from wrong
    if "word/document.xml" not in names:
        raise CannotTake(
            f"“{name}” is called a Word file but holds no text of Word. Save it as .docx or PDF."
        )
    if any(part.lower().endswith("vbaproject.bin") for part in names):
        raise CannotTake(f"“{name}” holds macros. Save it without them, or as PDF, then choose it again.")


def _what_it_is(content: bytes) -> str:
    """Return how the sentence about a mislabelled file goes on."""
    if b"%PDF-" in content[:_HEAD]:
        return ": it is a PDF. Change its ending to .pdf, then choose it again"
    if content.startswith(_ZIP):
        return ": it is a ZIP or Office file. If it is Word, change its ending to .docx; otherwise save it as PDF"
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        return ": it is a picture. Print it to a PDF, then choose that"
    return ". Open it in the program it comes from, save it as PDF, then choose that"
