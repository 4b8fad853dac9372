"""What docs/ says of the code is what the code says; `make docs` writes it anew."""

from tests.docs.pages import outdated_pages
from tests.docs.reading import settings_read
from tests.docs.settings import GROUPS
from tests.tracked import ROOT, tracked_files

_DESCRIBED = {setting.name: setting.default for group in GROUPS for setting in group.settings}


def test_the_generated_pages_are_those_that_make_docs_would_write() -> None:
    assert sorted(outdated_pages()) == []


def test_every_setting_that_is_read_is_described_and_no_other() -> None:
    assert sorted(settings_read()) == sorted(_DESCRIBED)


def test_every_default_is_the_one_in_the_code() -> None:
    differing = {
        name: (_DESCRIBED[name], defaults)
        for name, defaults in settings_read().items()
        if defaults and not any(default in _DESCRIBED[name] for default in defaults)
    }

    assert differing == {}


def test_every_licence_file_is_linked_from_the_page_of_licences() -> None:
    page = (ROOT / "docs/licences.md").read_text(encoding="utf-8")
    texts = [path for path in tracked_files() if path.name.endswith(("LICENSE", "LICENSE.txt", "OFL.txt"))]

    assert [path.as_posix() for path in texts if f"(../{path.as_posix()})" not in page] == []
