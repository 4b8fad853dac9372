"""The project names no package index: whoever installs it chooses their own."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_requirement_files_name_no_index() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")

        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "index-url" not in text
