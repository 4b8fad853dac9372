"""The parts of a page: icons, statuses, field rows, banners, switches, steps, empty states."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from minutebook.design.icons import draw_icon

register = template.Library()

BANNER_GLYPHS = {"needs-you": "needs-you", "paused": "paused", "done": "done", "advice": "info"}
STATUS_GLYPHS = frozenset({"draft", "waiting", "creating", "checking", "done", "needs-you", "paused"})
MESSAGE_KINDS = {"error": "needs-you", "warning": "paused", "success": "done"}


@register.simple_tag
def icon(name: str, css_class: str = "", label: str = "") -> SafeString:
    """Draw an icon of `icons/`: {% icon "search" %}, {% icon "pencil" "small" label="Edit" %}."""
    return draw_icon(name, css_class=css_class, label=label)


@register.simple_tag
def status(state: str, words: str, *, pill: bool = False) -> SafeString:
    """Show a state by word, shape and colour; `pill=True` in headers.

    Raises LookupError for a state that has no glyph.
    """
    if state not in STATUS_GLYPHS:
        raise LookupError(f"No status is named {state!r}. There are: {', '.join(sorted(STATUS_GLYPHS))}.")
    shape = "status pill" if pill else "status"
    return format_html('<span class="{} {}">{}<span>{}</span></span>', shape, state, draw_icon(state), words)


@register.inclusion_tag("design/part.html", takes_context=True)
def part(
    context: template.Context,
    words: str,
    url_name: str,
    *,
    named: str = "",
    under: str = "",
    needs_you: int = 0,
) -> dict[str, Any]:
    """Link a part of the product from the top bar. A part that is not built has no address, so no link.

    `named` is for a part that shares its URL namespace with another; its pages give it as their `part`. `under` is
    the beginning of the paths of one that several packages have pages in.
    """
    try:
        url = reverse(url_name)
    except NoReverseMatch:
        url = ""
    path = getattr(context.get("request"), "path", "")
    lies_under = bool(under) and path.startswith(under)
    is_current = bool(url) and (lies_under or _namespace_of(context) == (named or url_name.partition(":")[0]))
    return {"url": url, "words": words, "needs_you": needs_you, "is_current": is_current}


def _namespace_of(context: template.Context) -> str:
    """Return the `part` that the page names for itself, else the URL namespace it was found under."""
    if named := context.get("part"):
        return str(named)
    match = getattr(context.get("request"), "resolver_match", None)
    return str(getattr(match, "namespace", "")).partition(":")[0]


@register.inclusion_tag("design/field_rows.html")
def field_rows(form: BaseForm) -> dict[str, Any]:
    """Show a form's fields as its `layout` places them; those it does not name follow, a row each.

    A row of the layout is read like a grid: a name written twice is twice as wide, an empty one leaves a gap.
    ("person", "person", "director_id") gives the person two thirds of the line.
    """
    layout: tuple[tuple[str, ...], ...] = getattr(form, "layout", ())
    placed = {name for names in layout for name in names}
    rest = tuple((field.name,) for field in form.visible_fields() if field.name not in placed)
    return {"rows": [_row_of(form, names) for names in (*layout, *rest)], "hidden": form.hidden_fields()}


def _row_of(form: BaseForm, names: tuple[str, ...]) -> dict[str, Any]:
    fields = [form[name] for name in dict.fromkeys(names) if name]
    widths = "-".join(str(names.count(name)) for name in dict.fromkeys(names))
    return field_row(*fields, columns=widths if widths in {"2-1", "1-2"} else _columns(len(names)))


def _columns(count: int) -> str:
    return str(count) if count > 1 else ""


@register.inclusion_tag("design/field_row.html")
def field_row(*fields: BoundField, columns: str = "") -> dict[str, Any]:
    """Show fields side by side, their notes of law beside them.

    `columns` is "2", "3", "4", "2-1" or "1-2"; without it there are as many columns as fields.
    """
    return {
        "fields": fields,
        "columns": columns or _columns(len(fields)),
        "noted": [field for field in fields if getattr(field, "law", None)],
    }


@register.inclusion_tag("design/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """List every problem of the forms, each linked to its field. Nothing if there is none."""
    fields = [field for form in forms for field in form.visible_fields() if field.errors]
    general = [error for form in forms for error in form.non_field_errors()]
    count = sum(len(field.errors) for field in fields) + len(general)
    return {"fields": fields, "general": general, "count": count}


@register.simple_block_tag
def banner(content: str, kind: str = "advice", css_class: str = "", *, glyph: bool = True) -> SafeString:
    """Frame words that stand across the page: {% banner "paused" %}<p><b>…</b> …</p>{% endbanner %}.

    `kind` is needs-you, paused, done or advice. Without its glyph it needs a status pill inside.
    """
    classes = " ".join(filter(None, ["banner", kind, css_class, "" if glyph else "no-glyph"]))
    drawing = draw_icon(BANNER_GLYPHS[kind]) if glyph else ""
    return format_html('<div class="{}">{}<div class="banner-text">{}</div></div>', classes, drawing, content)


@register.filter
def message_kind(message_tags: str) -> str:
    """Return the kind of banner for a message's level."""
    return next((MESSAGE_KINDS[tag] for tag in message_tags.split() if tag in MESSAGE_KINDS), "advice")


@register.inclusion_tag("design/switch.html")
def switch(
    name: str,
    label: str,
    *,
    on: bool = False,
    hint: str = "",
    reason: str = "",
    help_url: str = "",
    help_words: str = "",
) -> dict[str, Any]:
    """Show a switch. With a `reason` it cannot be used yet: dashed and focusable, the reason beneath."""
    return {
        "name": name,
        "label": label,
        "on": on,
        "hint": hint,
        "reason": reason,
        "help_url": help_url,
        "help_words": help_words,
    }


@register.inclusion_tag("design/law.html")
def law(section: str, text: str, *, broken: bool = False) -> dict[str, Any]:
    """Show a note of law in the margin of a form; red when its field has an error."""
    return {"section": section, "text": text, "broken": broken}


@register.inclusion_tag("design/steps.html")
def steps(stations: Iterable[Any], *, down: bool = False) -> dict[str, Any]:
    """Show a job's stations. Each has `state`, `words`, `at` and `fact` (text), and `is_current`."""
    return {"stations": stations, "down": down}


@register.simple_block_tag
def empty(content: str, sentence: str) -> SafeString:
    """Say that there is nothing yet; inside stand one line of what would fill it, and one button."""
    return format_html('<div class="empty"><h2>{}</h2>{}</div>', sentence, content)
