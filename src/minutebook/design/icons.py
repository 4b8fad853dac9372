"""The icons of `icons/`, as inline SVG: our own status glyphs, and a few of Lucide's (ISC)."""

import re
from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_FOLDER = Path(__file__).parent / "icons"
_SVG = re.compile(r"<svg(?P<attributes>.*?)>(?P<drawing>.*)</svg>", re.DOTALL)
_NOT_OURS = re.compile(r'\s(?:class|xmlns|width|height)="[^"]*"')


def draw_icon(name: str, *, css_class: str = "", label: str = "") -> SafeString:
    """Return the icon as SVG that takes the colour of its text, 16 px unless a class says otherwise.

    Without a label it is hidden from screen readers, because its word stands beside it.
    Raises LookupError if no such icon is drawn.
    """
    attributes, drawing = _read_icon(name)
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    classes = f"icon {css_class}".strip()
    return format_html('<svg class="{}" {} focusable="false"{}>{}</svg>', classes, role, attributes, drawing)


@cache
def _read_icon(name: str) -> tuple[SafeString, SafeString]:
    """Return the attributes and the drawing of a file. They are this package's own, so both are safe."""
    path = _FOLDER / f"{name}.svg"
    found = _SVG.search(path.read_text()) if re.fullmatch(r"[a-z0-9-]+", name) and path.is_file() else None
    if found is None:
        raise LookupError(f"No icon is named {name!r}. The icons are the files of {_FOLDER.name}/.")
    attributes = " ".join(_NOT_OURS.sub(" ", " " + found["attributes"]).split())
    drawing = " ".join(found["drawing"].split())
    return mark_safe(f" {attributes}"), mark_safe(drawing)  # noqa: S308
