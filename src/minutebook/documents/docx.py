"""Documents as Word files: WordprocessingML straight from the blocks, with real numbering and headings."""

from collections.abc import Iterable, Iterator, Sequence

from minutebook.documents.blocks import (
    INK,
    MARGIN_SIDE,
    MARGIN_TOP,
    Alignment,
    Block,
    Facts,
    Footer,
    Heading,
    Letterhead,
    ListBlock,
    PageBreak,
    Paragraph,
    PartyHeader,
    RenderedDocument,
    Rule,
    Run,
    Runs,
    SignatureBlock,
    Signatures,
    Table,
    column_shares,
    kept_with_next,
)
from minutebook.documents.ooxml import (
    LEVELS,
    Numbering,
    Xml,
    drawing,
    element,
    hanging,
    indent,
    join,
    package,
    root,
    text,
    twips,
    watermark,
)
from minutebook.documents.text import printable

_PAGE = (11906, 16838)  # A4 in twips
_MARGIN = 1247  # 22 mm
_TOP = 1134  # 20 mm
_CERTIFICATE_MARGIN = 1814  # 32 mm
_GAP = 567  # 10 mm between two places to sign
_MOST_TOGETHER = 8  # places to sign that stay on one page
_DEEPEST_STYLE = 4


def render_docx(document: RenderedDocument) -> bytes:
    """Return the document as a .docx file. Takes about a millisecond."""
    document = printable(document)
    writer = _Writer(document)
    body = writer.body()
    parts = {
        "document": root("document", element("body", *body, _section(document))),
        "numbering": writer.numbering.part(),
        "header1": root("hdr", _header(document)),
        "footer1": root("ftr", _footer(document.footer, writer.width)),
    }
    logo = document.header.logo if isinstance(document.header, Letterhead) else None
    return package(parts, title=document.title, language=document.language, dated=document.date, picture=logo)


class _Writer:
    """Writes one document; it remembers the lists it has numbered."""

    def __init__(self, document: RenderedDocument) -> None:
        self.document = document
        self.numbering = Numbering()
        self.certificate = document.layout == "certificate"
        margin = _margin(document)
        self.width = _PAGE[1 if document.landscape else 0] - 2 * margin

    def body(self) -> list[Xml]:
        blocks = self.document.body
        kept = kept_with_next(blocks)
        head = _head(self.document.header, certificate=self.certificate)
        return [*head, *(self._block(block, keep=at in kept) for at, block in enumerate(blocks))]

    def _block(self, block: Block, *, keep: bool, depth: int = 0, numbered: int = 0) -> Xml:  # noqa: PLR0911
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph(runs):
                return self._paragraph(_runs(runs), keep=keep, depth=depth)
            case ListBlock():
                return join(self._list(block, keep=keep, depth=depth, numbered=numbered))
            case Table():
                return self._table(block, keep=keep)
            case Facts():
                return self._facts(block, keep=keep)
            case Signatures():
                return self._signatures(block, keep=keep)
            case PageBreak():
                return element("p", element("r", element("br", type="page")))
            case Rule():
                line = element("pBdr", element("bottom", val="single", sz=4, space=1, color="B9C2C4"))
                return element("p", _properties(keep=keep, border=line))

    def _heading(self, heading: Heading) -> Xml:
        size = {"certificate": {1: 68, 2: 40}, "letter": {1: 24}}.get(self.document.layout, {}).get(
            heading.level
        )
        style = f"Heading{min(heading.level, _DEEPEST_STYLE)}"
        properties = _properties(style=style, align="center" if self.certificate else None)
        return element("p", properties, _runs(heading.runs, size=size))

    def _paragraph(self, runs: Xml, *, keep: bool = False, depth: int = 0) -> Xml:
        ind = element("ind", **indent(depth)) if depth else None
        return element(
            "p", _properties(keep=keep, ind=ind, align="center" if self.certificate else None), runs
        )

    def _list(self, block: ListBlock, *, keep: bool, depth: int, numbered: int) -> Iterator[Xml]:
        level = min(depth if block.kind == "bullet" else numbered, LEVELS - 1)
        kind = block.kind if block.kind == "bullet" or numbered == 0 else "ordered"
        number = self.numbering.add(kind, level=level, start=block.start)
        inner = numbered if block.kind == "bullet" else numbered + 1
        spacing = element("spacing", after=140) if not block.tight else None
        for at, item in enumerate(block.items):
            keep_item = keep and at == len(block.items) - 1
            first, rest = (item[0].runs, item[1:]) if item and isinstance(item[0], Paragraph) else ((), item)
            properties = _properties(
                keep=keep_item,
                number=element("numPr", element("ilvl", val=level), element("numId", val=number)),
                spacing=spacing,
                ind=element("ind", **hanging(depth + 1)),
            )
            yield element("p", properties, _runs(first))
            for part in rest:
                yield self._block(part, keep=keep_item, depth=depth + 1, numbered=inner)

    def _table(self, table: Table, *, keep: bool) -> Xml:
        widths = [self.width * share // 1000 for share in column_shares(table)]
        head = _row(table.header, table.alignments, widths, keep=True, head=True)
        rows = (_row(row, table.alignments, widths, keep=keep, head=False) for row in table.rows)
        grid = element("tblGrid", *(element("gridCol", w=width) for width in widths))
        properties = element(
            "tblPr",
            element("tblW", w=sum(widths), type="dxa"),
            element("tblLayout", type="fixed"),
            element(
                "tblLook",
                val="0020",
                firstRow=1,
                lastRow=0,
                firstColumn=0,
                lastColumn=0,
                noHBand=1,
                noVBand=1,
            ),
        )
        return join((element("tbl", properties, grid, head, *rows), _spacer()))

    def _facts(self, facts: Facts, *, keep: bool) -> Xml:
        longest = max((len(fact.label) for fact in facts.rows), default=0)
        tab = min(longest * 105 + 340, self.width // 2)
        left = self.width * 3 // 10 if self.certificate else 0
        stops = element("tabs", element("tab", val="left", pos=left + tab))
        ind = element("ind", left=left + tab, hanging=tab)
        last = len(facts.rows) - 1
        return join(
            element(
                "p",
                _properties(
                    style="Facts",
                    keep=keep,
                    tabs=stops,
                    spacing=element("spacing", after=120) if at == last else None,
                    ind=ind,
                ),
                element(
                    "r", element("rPr", element("rStyle", val="Label")), text(fact.label), element("tab")
                ),
                _runs(fact.runs),
            )
            for at, fact in enumerate(facts.rows)
        )

    def _signatures(self, block: Signatures, *, keep: bool) -> Xml:
        intro = (
            element("p", _properties(keep=True), element("r", text(block.intro))) if block.intro else Xml()
        )
        side = (self.width - _GAP) // 2
        pairs = [block.blocks[at : at + 2] for at in range(0, len(block.blocks), 2)]
        together = len(block.blocks) <= _MOST_TOGETHER
        rows = (
            _signature_row(pair, side, keep=keep or (together and at < len(pairs) - 1))
            for at, pair in enumerate(pairs)
        )
        properties = element(
            "tblPr",
            element("tblW", w=2 * side + _GAP, type="dxa"),
            element("tblLayout", type="fixed"),
            element("tblCellMar", element("left", w=0, type="dxa"), element("right", w=0, type="dxa")),
            element("tblLook", val="0000"),
        )
        grid = element("tblGrid", *(element("gridCol", w=width) for width in (side, _GAP, side)))
        return join((intro, element("tbl", properties, grid, *rows), _spacer()))


def _head(header: PartyHeader | Letterhead | None, *, certificate: bool) -> tuple[Xml, ...]:
    match header:
        case PartyHeader(name, acn):
            size = 36 if certificate else 22
            after = element("spacing", after=300)
            if not certificate and (header.align == "left" or header.acn_beside):
                return (_party_line(header),)
            lines = [element("p", _properties(style="Party", spacing=None if acn else after),
                             _runs((Run(name, bold=True),), size=size))]  # fmt: skip
            if acn:
                lines.append(
                    element("p", _properties(style="Party", spacing=after), element("r", text(f"ACN {acn}")))
                )
            return tuple(lines)
        case Letterhead():
            return tuple(_letterhead(header))
        case None:
            return ()


def _party_line(header: PartyHeader) -> Xml:
    """Return a company's name and number where the firm has chosen another place for them."""
    number = f"ACN {header.acn}" if header.acn else ""
    parts = [text("  ·  " + number) if header.acn_beside else text("\n" + number)] if number else []
    align = "left" if header.align == "left" else None
    properties = _properties(style="Party", spacing=element("spacing", after=300), align=align)
    name = _runs((Run(header.name, bold=True),), size=22)
    return element("p", properties, name, *(element("r", part) for part in parts))


def _letterhead(head: Letterhead) -> Iterator[Xml]:
    if head.logo:
        yield element("p", _properties(style="LetterheadName"), element("r", drawing(head.logo)))
    if head.name:
        ink = (element("rPr", element("color", val=head.ink.lstrip("#").upper())),) if head.ink != INK else ()
        yield element("p", _properties(style="LetterheadName"), element("r", *ink, text(head.name)))
    rule = {"val": "single", "sz": 6, "space": 4, "color": head.rule.lstrip("#").upper()}
    border = element("pBdr", element("bottom", **rule)) if head.rule != INK else None
    lines = element("r", text("\n".join(head.lines)))
    yield element("p", _properties(style="LetterheadLines", border=border), lines)


def _section(document: RenderedDocument) -> Xml:
    width, height = reversed(_PAGE) if document.landscape else _PAGE
    certificate = document.layout == "certificate"
    margin = _margin(document)
    size = element("pgSz", w=width, h=height, **({"orient": "landscape"} if document.landscape else {}))
    margins = element(
        "pgMar", top=_top(document), right=margin, bottom=1361, left=margin, header=567, footer=737, gutter=0
    )
    line = {"val": "thinThickSmallGap", "sz": 18, "space": 24, "color": "1B2D55"}
    sides = (element(side, **line) for side in ("top", "left", "bottom", "right"))
    frame = element("pgBorders", *sides, offsetFrom="page") if certificate else Xml()
    align = element("vAlign", val="center") if certificate else Xml()
    references = Xml(
        '<w:headerReference w:type="default" r:id="header1"/>'
        '<w:footerReference w:type="default" r:id="footer1"/>'
    )
    return element("sectPr", references, size, margins, frame, align)


def _margin(document: RenderedDocument) -> int:
    if document.layout == "certificate":
        return _CERTIFICATE_MARGIN
    return _MARGIN if document.side_mm == MARGIN_SIDE else twips(document.side_mm)


def _top(document: RenderedDocument) -> int:
    is_usual = document.top_mm == MARGIN_TOP or document.layout == "certificate"
    return _TOP if is_usual else twips(document.top_mm)


def _header(document: RenderedDocument) -> Xml:
    run = watermark(document.watermark) if document.watermark else Xml()
    return element("p", _properties(style="Header"), run)


def _footer(footer: Footer, width: int) -> Xml:
    who = "  ".join(part for part in (footer.company, f"ACN {footer.acn}" if footer.acn else "") if part)
    left = "  ·  ".join(part for part in (who, footer.trace_number) if part)
    tabs = element("tabs", element("tab", val="right", pos=width))
    return element(
        "p",
        _properties(style="Footer", tabs=tabs),
        element("r", text(left), element("tab"), text("Page ")),
        element("fldSimple", element("r", text("1")), instr=" PAGE "),
        element("r", text(" of ")),
        element("fldSimple", element("r", text("1")), instr=" NUMPAGES "),
    )


def _row(
    cells: Sequence[Runs], alignments: Sequence[Alignment], widths: Sequence[int], *, keep: bool, head: bool
) -> Xml:
    made = (
        element("tc", _cell(width, head=head), element("p", _properties(
            style="TableText", keep=keep, align=None if side == "left" else side,
        ), _runs(cell, bold=head)))
        for cell, side, width in zip(cells, alignments, widths, strict=True)
    )  # fmt: skip
    marks = (element("cantSplit"), *((element("tblHeader"),) if head else ()))
    return element("tr", element("trPr", *marks), *made)


def _cell(width: int, *, head: bool) -> Xml:
    line = {"sz": 6, "color": "1B2D55"} if head else {"sz": 4, "color": "B9C2C4"}
    shade = (element("shd", val="clear", color="auto", fill="E9EEF4"),) if head else ()
    border = element("tcBorders", element("bottom", val="single", space=0, **line))
    return element("tcPr", element("tcW", w=width, type="dxa"), border, *shade)


def _signature_row(pair: Sequence[SignatureBlock], side: int, *, keep: bool) -> Xml:
    left = _place(pair[0], side, keep=keep)
    right = _place(pair[1], side, keep=keep) if len(pair) > 1 else _empty_cell(side, keep=keep)
    return element("tr", element("trPr", element("cantSplit")), left, _empty_cell(_GAP, keep=keep), right)


def _place(place: SignatureBlock, width: int, *, keep: bool) -> Xml:
    """A place to sign: the rule to sign on is the top border of the first line of text beneath it."""
    rule = element("pBdr", element("top", val="single", sz=6, space=2, color="000000"))
    dots = element("tabs", element("tab", val="right", leader="dot", pos=width))
    room = element(
        "p", _properties(style="Signature", keep=keep, spacing=element("spacing", before=680, after=0))
    )
    named = [_runs((Run(place.name, bold=True),))] if place.name else []
    if place.capacity:
        named.append(element("r", element("rPr", element("rStyle", val="Label")), text(place.capacity)))
    lines = [
        element("p", _properties(style="Signature", keep=keep, border=rule if at == 0 else None), run)
        for at, run in enumerate(named or [Xml()])
    ]
    by_hand = (
        element(
            "p",
            _properties(
                style="Signature", keep=keep, tabs=dots, spacing=element("spacing", before=100, after=0)
            ),
            element("r", text(f"{label}: "), element("tab")),
        )
        for label in place.lines
    )
    return element("tc", element("tcPr", element("tcW", w=width, type="dxa")), room, *lines, *by_hand)


def _empty_cell(width: int, *, keep: bool) -> Xml:
    return element(
        "tc", element("tcPr", element("tcW", w=width, type="dxa")), element("p", _properties(keep=keep))
    )


def _spacer() -> Xml:
    """Word needs a paragraph after a table; this one is low."""
    return element("p", _properties(spacing=element("spacing", after=0, line=120, lineRule="exact")))


def _properties(
    *,
    style: str | None = None,
    keep: bool = False,
    number: Xml | None = None,
    border: Xml | None = None,
    tabs: Xml | None = None,
    spacing: Xml | None = None,
    ind: Xml | None = None,
    align: str | None = None,
) -> Xml:
    """Return the properties of a paragraph, in the order that the schema wants."""
    made = (
        element("pStyle", val=style) if style else None,
        element("keepNext") if keep else None,
        number,
        border,
        tabs,
        spacing,
        ind,
        element("jc", val=align) if align else None,
    )
    return element("pPr", *(part for part in made if part is not None))


def _runs(runs: Iterable[Run], *, bold: bool = False, size: int | None = None) -> Xml:
    return join(_run(run, bold=bold or run.bold, size=size) for run in runs)


def _run(run: Run, *, bold: bool, size: int | None) -> Xml:
    marks = [element("b"), element("bCs")] if bold else []
    if run.italic:
        marks += [element("i"), element("iCs")]
    if size:
        marks += [element("sz", val=size), element("szCs", val=size)]
    properties = (element("rPr", *marks),) if marks else ()
    return element("r", *properties, text(run.text))
