"""The commands that README, CONTRIBUTING and docs tell people to type."""

import re
from collections.abc import Iterator

from tests.tracked import ROOT

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
)
_FENCED = re.compile(r"^```(?:sh|console|bash)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_IN_PROSE = re.compile(r"`((?:make|minutebook|xpm-sandbox) [^`]+)`")


def commands_in(page: str) -> Iterator[str]:
    """Yield each command of a page without its comment: those in fenced shell blocks and those in prose."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for block in _FENCED.findall(text):
        yield from (line.partition("#")[0].strip() for line in block.splitlines() if line.strip())
    yield from _IN_PROSE.findall(text)
