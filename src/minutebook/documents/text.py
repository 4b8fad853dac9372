"""What our fonts can print. What is refused before it gets here is in `minutebook.text`."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from minutebook.documents.blocks import RenderedDocument, map_text, walk_text
from minutebook.documents.fonts import all_characters, character_sets, latin_characters
from minutebook.text import UnprintableText, check_text

__all__ = ["UnprintableText", "check_text", "printable", "printable_text", "uncovered", "uncovered_in"]


_LINE_ENDS = frozenset("\n")


def uncovered(text: str) -> frozenset[str]:
    """Return the characters that our fonts cannot print here; documents show them as [U+4E2D]."""
    if latin_characters().issuperset(text):
        return frozenset()
    return frozenset(character for cluster in _clusters(text) for character in _missing_in(cluster))


def uncovered_in(document: RenderedDocument) -> frozenset[str]:
    """Return the characters of the document that will show as codes, so that a page can warn."""
    return uncovered("\n".join(walk_text(document)))


def printable(document: RenderedDocument) -> RenderedDocument:
    """Return the document with each uncovered character as its code, [U+4E2D]: alike in every format."""
    return map_text(document, printable_text) if uncovered_in(document) else document


def printable_text(text: str) -> str:
    if latin_characters().issuperset(text):
        return text
    return "".join(_with_codes(cluster) for cluster in _clusters(text))


def _with_codes(cluster: str) -> str:
    missing = _missing_in(cluster)
    return "".join(f"[U+{ord(part):04X}]" if part in missing else part for part in cluster)


def _clusters(text: str) -> Iterator[str]:
    """Yield each character together with the marks that are set on it."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.category(text[at]).startswith("M"):
            yield text[start:at]
            start = at


@lru_cache(maxsize=4096)
def _missing_in(cluster: str) -> frozenset[str]:
    """Return what no font holds, and marks that no font holds together with the character under them."""
    present = frozenset(cluster) & all_characters()
    missing = frozenset(cluster) - present - _LINE_ENDS
    fitting = [font for font in character_sets() if cluster[0] in font]
    if len(present) > 1 and fitting and not any(font >= present for font in fitting):
        return missing | (present - fitting[0])
    return missing
