"""`python -m tests.kept make|change|show FILE`: a data folder to back up, to spoil, and to look at as a whole.

One process for each step, because each begins with a second of imports.
"""

import hashlib
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command


def make(backup: Path) -> None:
    """Fill a data folder, then back it up as a version of before would have."""
    from minutebook.server.backup.take import take_backup  # noqa: PLC0415  # Django is ready only now
    from tests.seed import seed  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    seed()
    _file("firms/1/packs/1/1/consent.pdf", b"%PDF-1.7 as released")
    _file("firms/1/packs/1/1/consent.docx", b"PK as released" * 5000)
    _show()
    call_command("migrate", "server", "0001", verbosity=0)
    take_backup(backup, now=datetime.now(UTC))
    call_command("migrate", verbosity=0)


def change() -> None:
    """Change, lose and add something."""
    from minutebook.contacts.models import Contact  # noqa: PLC0415  # Django is ready only now

    Contact._base_manager.update(phone="1300 000 000")
    _file("firms/1/packs/1/1/consent.pdf", b"spoilt")
    _file("firms/1/packs/2/1/later.pdf", b"released later")
    (_media() / "firms/1/packs/1/1/consent.docx").unlink()
    _show()


def _show() -> None:
    """Print every row and the hash of every file."""
    from tests.dump import dump  # noqa: PLC0415  # Django is ready only now

    files: dict[str, Any] = {
        path.relative_to(_media()).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(_media().rglob("*"))
        if path.is_file()
    }
    print(
        json.dumps(
            [*dump(), *(("file", name, {"sha256": digest}) for name, digest in files.items())], default=str
        )
    )


def _file(name: str, content: bytes) -> None:
    path = _media() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _media() -> Path:
    from django.conf import settings  # noqa: PLC0415  # it is read only now

    return Path(settings.MEDIA_ROOT)


def main(what: str, backup: str = "") -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "minutebook.settings"
    django.setup()
    if what == "make":
        make(Path(backup))
    elif what == "change":
        change()
    else:
        _show()
        call_command("verify_activity", stdout=sys.stderr)  # ends with an error when a chain is broken


if __name__ == "__main__":
    main(*sys.argv[1:])
