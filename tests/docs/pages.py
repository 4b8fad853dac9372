"""The generated pages, by their path, and which of them differ from what the code says now."""

from tests.docs.licences import licences_page
from tests.docs.security import security_page
from tests.docs.settings import settings_page
from tests.tracked import ROOT


def outdated_pages() -> dict[str, str]:
    """Return the pages that `make docs` would change, with their text."""
    pages = {
        "docs/settings.md": settings_page(),
        "docs/licences.md": licences_page(),
        "docs/security.md": security_page(),
    }
    return {path: text for path, text in pages.items() if _present(path) != text}


def _present(path: str) -> str:
    file = ROOT / path
    return file.read_text(encoding="utf-8") if file.exists() else ""
