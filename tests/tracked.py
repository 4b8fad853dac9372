"""The files of the repository, as git knows them: what a fresh clone would hold."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def tracked_files() -> list[Path]:
    """Return every file that is committed or about to be, relative to ROOT."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    names = sorted(name for name in listed.stdout.split("\0") if name)
    return [Path(name) for name in names if (ROOT / name).is_file()]


def tracked_texts() -> dict[str, str]:
    """Return the words of every tracked file that is text, by its path in the repository."""
    texts = {}
    for file in tracked_files():
        try:
            texts[file.as_posix()] = (ROOT / file).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a font or a picture
    return texts
