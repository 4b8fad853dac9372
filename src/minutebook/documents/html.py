"""The preview: a document as an escaped HTML fragment, styled by `static/documents/preview.css`.

No style attributes and no scripts, so that the strictest content policy shows it.
"""

from collections.abc import Iterable
from html import escape

from minutebook.documents.blocks import (
    INK,
    Block,
    Fact,
    Facts,
    Footer,
    Heading,
    Letterhead,
    ListBlock,
    PageBreak,
    Paragraph,
    PartyHeader,
    Picture,
    RenderedDocument,
    Rule,
    Run,
    Runs,
    SignatureBlock,
    Signatures,
    Table,
)
from minutebook.documents.text import printable

_DEEPEST_HEADING = 6
_PIXELS_A_MM = 96 / 25.4


class SafeHtml(str):
    """HTML that is already escaped; Django's templates print it as it is."""

    __slots__ = ()

    def __html__(self) -> "SafeHtml":
        return self


def render_html(document: RenderedDocument, *, heading_level: int = 2) -> SafeHtml:
    """Return the document as an <article>. The title is a heading of the given level."""
    document = printable(document)
    classes = ["sheet", f"sheet-{document.layout}"] + (["sheet-landscape"] if document.landscape else [])
    watermark = _watermark(document.watermark) if document.watermark else ""
    body = "".join(_block(block, heading_level - 1, 0) for block in document.body)
    return SafeHtml(
        f'<article class="{" ".join(classes)}" lang="{escape(document.language)}">'
        f"{watermark}{_header(document.header)}{body}{_footer(document.footer)}</article>"
    )


def _watermark(text: str) -> str:
    return f'<p class="sheet-watermark" aria-hidden="true">{_text(text)}</p>'


def _header(header: PartyHeader | Letterhead | None) -> str:
    match header:
        case PartyHeader(name, acn):
            number = f'<span class="party-acn">ACN {_text(acn)}</span>' if acn else ""
            classes = "party" + (" party-left" if header.align == "left" else "")
            classes += " party-beside" if header.acn_beside else ""
            return f'<header class="{classes}"><strong class="party-name">{_text(name)}</strong>{number}</header>'
        case Letterhead():
            return _letterhead(header)
        case None:
            return ""


def _letterhead(head: Letterhead) -> str:
    """The content policy allows no style attributes, so a firm's own colours are said in the old way."""
    name = f"<strong>{_text(head.name)}</strong>" if head.name else ""
    if name and head.ink != INK:
        name = f'<strong><font color="{escape(head.ink)}">{_text(head.name)}</font></strong>'
    lines = "".join(f"<span>{_text(line)}</span>" for line in head.lines)
    if head.rule == INK:
        return f'<header class="letterhead">{_logo(head.logo)}{name}{lines}</header>'
    rule = f'<font color="{escape(head.rule)}"><hr></font>'
    return f'<header class="letterhead letterhead-ruled">{_logo(head.logo)}{name}{lines}{rule}</header>'


def _logo(picture: Picture | None) -> str:
    if picture is None:
        return ""
    width, height = (round(mm * _PIXELS_A_MM) for mm in (picture.shown_mm, picture.shown_height_mm))
    return (
        f'<img class="letterhead-logo" src="data:image/{picture.kind};base64,{escape(picture.data)}"'
        f' width="{width}" height="{height}" alt="{escape(picture.alt)}">'
    )


def _footer(footer: Footer) -> str:
    parts = [footer.company, f"ACN {footer.acn}" if footer.acn else "", footer.trace_number]
    shown = " ".join(f"<span>{_text(part)}</span>" for part in parts if part)
    return f'<footer class="sheet-foot">{shown}</footer>' if shown else ""


def _block(block: Block, offset: int, depth: int) -> str:  # noqa: PLR0911 - one line a kind of block
    match block:
        case Heading(level, runs):
            tag = f"h{min(level + offset, _DEEPEST_HEADING)}"
            return f'<{tag} class="heading-{level}">{_runs(runs)}</{tag}>'
        case Paragraph(runs):
            return f"<p>{_runs(runs)}</p>"
        case ListBlock():
            return _list(block, offset, depth)
        case Table():
            return _table(block)
        case Facts(rows):
            return f'<dl class="facts">{"".join(_fact(row) for row in rows)}</dl>'
        case Signatures():
            return _signatures(block)
        case PageBreak():
            return '<div class="page-break" role="separator" aria-label="New page"></div>'
        case Rule():
            return "<hr>"


def _list(block: ListBlock, offset: int, depth: int) -> str:
    inner = depth if block.kind == "bullet" else depth + 1
    items = "".join(
        f"<li>{''.join(_block(part, offset, inner) for part in item)}</li>" for item in block.items
    )
    spacing = "tight" if block.tight else "loose"
    if block.kind == "bullet":
        return f'<ul class="{spacing}">{items}</ul>'
    style = "recitals" if block.kind == "lettered" and depth == 0 else f"clauses-{min(depth, 3) + 1}"
    start = f' start="{block.start}"' if block.start != 1 else ""
    return f'<ol class="{style} {spacing}"{start}>{items}</ol>'


def _table(table: Table) -> str:
    head = "".join(
        f'<th scope="col"{_aligned(alignment)}>{_runs(cell)}</th>'
        for cell, alignment in zip(table.header, table.alignments, strict=True)
    )
    rows = "".join(f"<tr>{_cells(row, table)}</tr>" for row in table.rows)
    return f'<table class="grid"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _cells(row: Iterable[Runs], table: Table) -> str:
    return "".join(
        f"<td{_aligned(alignment)}>{_runs(cell)}</td>"
        for cell, alignment in zip(row, table.alignments, strict=True)
    )


def _aligned(alignment: str) -> str:
    return "" if alignment == "left" else f' class="to-{alignment}"'


def _fact(fact: Fact) -> str:
    return f"<div><dt>{_text(fact.label)}</dt><dd>{_runs(fact.runs)}</dd></div>"


def _signatures(block: Signatures) -> str:
    intro = f'<p class="signatures-intro">{_text(block.intro)}</p>' if block.intro else ""
    places = "".join(_signature(place) for place in block.blocks)
    return f'<section class="signatures" aria-label="Signatures">{intro}{places}</section>'


def _signature(place: SignatureBlock) -> str:
    name = f"<strong>{_text(place.name)}</strong>" if place.name else ""
    capacity = f'<span class="capacity">{_text(place.capacity)}</span>' if place.capacity else ""
    lines = "".join(f'<span class="by-hand">{_text(line)}: </span>' for line in place.lines)
    return f'<div class="signature signature-{place.variant}">{name}{capacity}{lines}</div>'


def _runs(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    text = _text(run.text)
    if run.italic:
        text = f"<em>{text}</em>"
    return f"<strong>{text}</strong>" if run.bold else text


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")
