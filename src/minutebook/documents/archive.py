"""Several files in one ZIP: the same bytes for the same files, and names that every system accepts."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from datetime import date

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)  # device names in Windows
_ENDING = re.compile(r"[A-Za-z0-9]{1,5}")
_LONGEST = 100  # characters of a name before its ending
_LONGEST_BYTES = 200  # in UTF-8; file systems allow 255
_EARLIEST = date(1980, 1, 1)  # ZIP knows no earlier day


def zip_of(files: Iterable[tuple[str, bytes]], *, dated: date) -> bytes:
    """Return a ZIP of the files in their order, uncompressed (documents are compressed already).

    Names are made safe; a name that comes twice is numbered: "Consent (2).pdf".
    """
    buffer = io.BytesIO()
    taken: set[str] = set()
    day = max(dated, _EARLIEST)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            stem, _, ending = name.rpartition(".")
            plain = _ENDING.fullmatch(ending) and stem
            member = _free_name(stem if plain else name, ending if plain else "", taken)
            entry = zipfile.ZipInfo(member, (day.year, day.month, day.day, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def file_name(title: str, ending: str) -> str:
    """Return a name for a file: "Consent to act as director.pdf". Never empty, a path, or a device."""
    return f"{_safe(title)}.{ending}" if ending else _safe(title)


def _free_name(stem: str, ending: str, taken: set[str]) -> str:
    name = file_name(stem, ending)
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{_safe(stem)} ({number}).{ending}" if ending else f"{_safe(stem)} ({number})"
    taken.add(name.casefold())
    return name


def _safe(title: str) -> str:
    visible = "".join(part for part in unicodedata.normalize("NFC", title) if not _is_invisible(part))
    name = " ".join(_FORBIDDEN.sub(" ", visible).split())[:_LONGEST].strip(" .")
    name = name.encode()[:_LONGEST_BYTES].decode(errors="ignore").strip(" .")
    return f"_{name}" if not name or _RESERVED.match(name) else name


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} and character not in "\t\n"
