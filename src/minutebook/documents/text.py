"""What our fonts can print. What is refused before it gets here is in `minutebook.text`."""

from minutebook.documents.blocks import RenderedDocument, map_text, walk_text
from minutebook.documents.fonts import all_characters, latin_characters
from minutebook.text import UnprintableText, check_text

__all__ = ["UnprintableText", "check_text", "printable", "printable_text", "uncovered", "uncovered_in"]


_LINE_ENDS = frozenset("\n")


def uncovered(text: str) -> frozenset[str]:
    """Return the characters that none of our fonts can print; documents show them as [U+4E2D]."""
    characters = set(text) - _LINE_ENDS - latin_characters()
    return frozenset(characters - all_characters()) if characters else frozenset()


def uncovered_in(document: RenderedDocument) -> frozenset[str]:
    """Return the characters of the document that will show as codes, so that a page can warn."""
    return uncovered("".join(walk_text(document)))


def printable(document: RenderedDocument) -> RenderedDocument:
    """Return the document with each uncovered character as its code, [U+4E2D]: alike in every format."""
    return map_text(document, printable_text) if uncovered_in(document) else document


def printable_text(text: str) -> str:
    return text.translate({ord(character): f"[U+{ord(character):04X}]" for character in uncovered(text)})
