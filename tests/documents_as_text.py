"""A finished document as plain text, the way golden files keep it and a person proofreads it."""

from collections.abc import Iterator

from minutebook.documents.blocks import (
    Block,
    Facts,
    Heading,
    Letterhead,
    ListBlock,
    PageBreak,
    Paragraph,
    PartyHeader,
    RenderedDocument,
    Rule,
    Runs,
    Signatures,
    Table,
)

_MARKS = {"ordered": "1.", "lettered": "A.", "bullet": "-"}


def text_of_document(document: RenderedDocument) -> str:
    """Return header, title, blocks and footer, one line each, with bold between stars."""
    return "\n".join([*_head(document), "", *_blocks(document.body, ""), *_foot(document)]) + "\n"


def _head(document: RenderedDocument) -> Iterator[str]:
    match document.header:
        case PartyHeader(name, acn):
            yield f"[{name} ACN {acn}]"
        case Letterhead(name, lines):
            yield f"[Letterhead: {' / '.join((name, *lines))}]"
        case _:
            yield "[no header]"
    shape = "landscape" if document.landscape else "portrait"
    yield f"[{document.layout}, {shape}, dated {document.date}]"


def _foot(document: RenderedDocument) -> Iterator[str]:
    foot = document.footer
    yield f"[Foot: {foot.company} {foot.acn} {foot.trace_number}]"


def _blocks(blocks: tuple[Block, ...], indent: str) -> Iterator[str]:
    for block in blocks:
        yield from _block(block, indent)


def _block(block: Block, indent: str) -> Iterator[str]:
    match block:
        case Heading(level, runs):
            yield from (f"{'#' * level} {_text(runs)}", "")
        case Paragraph(runs):
            yield from (indent + line for line in _text(runs).split("\n"))
            yield ""
        case ListBlock(kind, items, start):
            for number, item in enumerate(items, start):
                yield f"{indent}{_mark(kind, number, indent)}"
                yield from _blocks(item, indent + "   ")
        case Facts(rows):
            yield from (f"{indent}{fact.label}: {_text(fact.runs)}" for fact in rows)
            yield ""
        case Table(header, rows):
            yield " | ".join(_text(cell) for cell in header)
            yield from (" | ".join(_text(cell) for cell in row) for row in rows)
            yield ""
        case Signatures(signers, intro):
            yield from ([intro] if intro else [])
            for one in signers:
                facts = ", ".join((one.capacity, *one.lines, one.variant))
                yield f"____ {one.name or '(blank)'} ({facts})"
            yield ""
        case PageBreak() | Rule():
            yield f"[{type(block).__name__}]"


def _mark(kind: str, number: int, indent: str) -> str:
    if kind == "bullet":
        return "-"
    if kind == "lettered":
        return f"{chr(64 + number)}."
    return f"({chr(96 + number)})" if indent else f"{number}."


def _text(runs: Runs) -> str:
    return "".join(f"**{run.text}**" if run.bold else run.text for run in runs)
