"""Which text is taken at all: what could not, or must not, be printed is refused where it is typed."""

import re
import unicodedata


class UnprintableText(ValueError):
    """The text holds a character that cannot, or must not, be printed: which, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


_RETYPE = "Type the text again instead of pasting it."
_NOT_CHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF)
)
_REASONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("\t"), "a tab. Use spaces instead."),
    (re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]"), f"a control character, which cannot be printed. {_RETYPE}"),
    (re.compile("[\ud800-\udfff]"), f"half of a character (a lone surrogate). {_RETYPE}"),
    (re.compile(f"[{_NOT_CHARACTERS}]"), f"a code that is not a character. {_RETYPE}"),
    (
        re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]"),
        "a private-use character, which has no agreed shape. Use an ordinary character instead.",
    ),
    (
        re.compile("[\u202a-\u202e\u2066-\u2069]"),
        "an invisible mark that reverses the reading order. Remove it: it could disguise a name.",
    ),
    (re.compile("[\u00ad\u200b\u2060\u2028\u2029\ufeff]"), f"an invisible space or line mark. {_RETYPE}"),
)
_LONGEST_SHOWN = 40  # characters of a refused text


def check_text(value: str) -> str:
    """Return the text in Unicode's composed form (NFC), with line ends as newlines.

    Raises UnprintableText if a document could not, or must not, print it.
    """
    text = value.replace("\r\n", "\n")
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    for pattern, reason in _REASONS:
        if found := pattern.search(text):
            raise UnprintableText(
                f"“{_shown(text)}” holds {reason} (U+{ord(found[0]):04X}, character {found.start() + 1})"
            )
    return unicodedata.normalize("NFC", text)


def _shown(text: str) -> str:
    visible = "".join(character if character.isprintable() else "·" for character in text)
    return visible if len(visible) <= _LONGEST_SHOWN else visible[: _LONGEST_SHOWN - 1] + "…"
