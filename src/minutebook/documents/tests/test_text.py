"""What may be typed, and what our fonts can print."""

import pytest

from minutebook.documents.blocks import Paragraph, Run
from minutebook.documents.text import (
    UnprintableText,
    check_text,
    printable,
    printable_text,
    uncovered,
    uncovered_in,
)
from tests.document_cast import resolution


@pytest.mark.parametrize(
    ("character", "reason"),
    [
        ("\x00", "control character"),
        ("\x1b", "control character"),
        ("\x85", "control character"),
        ("\r", "control character"),
        ("\t", "a tab"),
        ("\ud800", "lone surrogate"),
        ("\ufffe", "not a character"),
        ("\U0001ffff", "not a character"),
        ("\ufdd0", "not a character"),
        ("\ue000", "private-use"),
        ("\U000f0000", "private-use"),
        ("\u202e", "disguise a name"),
        ("\u2066", "disguise a name"),
        ("\u200b", "invisible"),
        ("\u2028", "invisible"),
        ("\u00ad", "invisible"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_its_place(character: str, reason: str) -> None:
    with pytest.raises(UnprintableText, match=reason) as refused:
        check_text(f"Aroha{character} Ngata")

    assert f"U+{ord(character):04X}, character 6" in refused.value.message


def test_a_refused_text_is_shown_short_and_visible() -> None:
    with pytest.raises(UnprintableText, match=r"“A·{38}…” holds"):
        check_text("A" + "\x00" * 100)


def test_line_ends_become_newlines_and_letters_are_composed() -> None:
    assert check_text("17 Bastings Street\r\nMa\u0304ori") == "17 Bastings Street\nM\u0101ori"


@pytest.mark.parametrize(
    "name",
    ["Māori Ōtautahi", "Łukasz", "Nguyễn", "中文公司", "שלום", "مرحبا", "ไทย", "हिन्दी", "🏉", "한국어"],
)
def test_the_names_of_australians_are_covered(name: str) -> None:
    assert uncovered(check_text(name)) == frozenset()


def test_an_uncovered_character_shows_as_its_code() -> None:
    document = resolution(blocks=(Paragraph((Run("A \u0378 B \U00012000"),)),))

    assert uncovered_in(document) == {"\u0378", "\U00012000"}
    assert printable(document).blocks == (Paragraph((Run("A [U+0378] B [U+12000]"),)),)


def test_a_covered_document_is_left_as_it_is() -> None:
    document = resolution()

    assert printable(document) is document


def test_a_mark_that_no_font_sets_on_its_letter_shows_as_its_code() -> None:
    assert printable_text("\U0001f6f0\u0351") == "\U0001f6f0[U+0351]"
    assert printable_text("\u05e9\u05c1") == "\u05e9\u05c1"
