"""Whether a colour can be read on white paper, as WCAG 2 measures it. No database, no clock."""

import re

READABLE = 4.5  # to 1, for text
VISIBLE = 3.0  # to 1, for lines
_HEX = re.compile(r"#[0-9a-f]{6}")


def is_colour(value: str) -> bool:
    return _HEX.fullmatch(value) is not None


def contrast_on_white(colour: str) -> float:
    """Return the contrast of "#1b2d55" with white, from 1 to 21."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - sRGB
