"""The fonts that documents are set in: our own folder and two pinned packages, never those of the machine.

Carlito (it has Calibri's measures, and Word shows Calibri) is beside this file; Noto Sans for other
scripts and Noto Emoji are dependencies. All are under the SIL Open Font License 1.1.
"""

from functools import cache
from pathlib import Path

import manimgx_fonts
import manimgx_fonts_cjk
import typst
from fontTools.ttLib import TTCollection, TTFont

_OURS = Path(__file__).parent / "fonts"
_FOLDERS = (_OURS, Path(manimgx_fonts.__file__).parent, Path(manimgx_fonts_cjk.__file__).parent)

FAMILIES = (
    "Carlito", "Noto Sans", "Noto Sans CJK SC", "Noto Sans CJK TC", "Noto Sans CJK HK", "Noto Sans CJK JP",
    "Noto Sans CJK KR", "Noto Sans Arabic", "Noto Sans Armenian", "Noto Sans Bengali", "Noto Sans Devanagari",
    "Noto Sans Ethiopic", "Noto Sans Georgian", "Noto Sans Gujarati", "Noto Sans Gurmukhi",
    "Noto Sans Hebrew",
    "Noto Sans Kannada", "Noto Sans Khmer", "Noto Sans Lao", "Noto Sans Malayalam", "Noto Sans Myanmar",
    "Noto Sans Oriya", "Noto Sans Sinhala", "Noto Sans Tamil", "Noto Sans Telugu", "Noto Sans Thai",
    "Noto Sans Symbols", "Noto Emoji",
)  # fmt: skip


class FontMissing(RuntimeError):
    """A font that documents are set in is not installed. Typst would silently take another one."""


@cache
def typst_fonts() -> typst.Fonts:
    """Return the fonts, read once a process. Raises FontMissing."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in _FOLDERS],
    )
    if missing := set(FAMILIES) - set(fonts.families()):
        raise FontMissing(
            f"{', '.join(sorted(missing))}: run make again to install the pinned font packages."
        )
    return fonts


@cache
def latin_characters() -> frozenset[str]:
    """The characters of Carlito and line ends, which nearly every document keeps to."""
    return _characters(_OURS / "Carlito-Regular.ttf") | {"\n"}


@cache
def character_sets() -> tuple[frozenset[str], ...]:
    """The characters of each of our fonts. Takes about a quarter of a second, once."""
    paths = (path for folder in _FOLDERS for path in sorted(folder.iterdir()))
    return tuple(_characters(path) for path in paths if path.suffix in {".ttf", ".ttc"})


@cache
def all_characters() -> frozenset[str]:
    return frozenset().union(*character_sets())


def _characters(path: Path) -> frozenset[str]:
    if path.suffix == ".ttc":
        with TTCollection(str(path), lazy=True) as collection:
            return _mapped(collection[0])  # the five faces of Noto Sans CJK hold the same characters
    with TTFont(str(path), lazy=True) as font:
        return _mapped(font)


def _mapped(font: TTFont) -> frozenset[str]:
    return frozenset(map(chr, font.getBestCmap()))
