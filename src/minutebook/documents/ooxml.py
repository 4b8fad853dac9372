"""The parts of a Word file: XML by type, numbering, and a package whose bytes never vary."""

import io
import zipfile
from base64 import b64decode
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from minutebook.documents.blocks import Picture

_FOLDER = Path(__file__).parent / "word"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_EMU_A_MM = 36_000  # of Office's unit
_LOGO = "logo"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STEP = 425  # twips (7.5 mm) a list is indented for each depth
_CLAUSES = (("decimal", "%1."), ("lowerLetter", "(%2)"), ("lowerRoman", "(%3)"), ("upperLetter", "(%4)"))
_RECITALS = (("upperLetter", "%1."), *_CLAUSES[1:])
_ABSTRACT = {"ordered": 0, "lettered": 1, "bullet": 2}
LEVELS = len(_CLAUSES)


class Xml(str):
    """XML of our own making. Anything else that becomes part of a file is text, and is escaped."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: object) -> Xml:
    """Return <w:tag w:attribute="…">children</w:tag>; a child that is not Xml is text."""
    shown = "".join(f" w:{name}={quoteattr(str(value))}" for name, value in attributes.items())
    inner = "".join(child if isinstance(child, Xml) else escape(child) for child in children)
    return Xml(f"<w:{tag}{shown}>{inner}</w:{tag}>" if inner else f"<w:{tag}{shown}/>")


def join(parts: Iterable[Xml]) -> Xml:
    return Xml("".join(parts))


def text(value: str) -> Xml:
    """Return the text of a run, with its line breaks."""
    return Xml(
        "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in value.split("\n"))
    )


def root(tag: str, *children: Xml) -> Xml:
    namespaces = (
        f'xmlns:w="{_W}" xmlns:r="{_OFFICE}" xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:o="urn:schemas-microsoft-com:office:office"'
    )
    return Xml(f"<w:{tag} {namespaces}>{''.join(children)}</w:{tag}>")


class Numbering:
    """The lists of one document: each is numbered for itself, so that editing one leaves the others alone."""

    def __init__(self) -> None:
        self._lists: list[Xml] = []

    def add(self, kind: str, *, level: int, start: int) -> int:
        """Return the number of a new list that starts at `start` on the given level."""
        number = len(self._lists) + 1
        override = element("lvlOverride", element("startOverride", val=start), ilvl=level)
        self._lists.append(
            element("num", element("abstractNumId", val=_ABSTRACT[kind]), override, numId=number)
        )
        return number

    def part(self) -> Xml:
        return root("numbering", _abstracts(), *self._lists)


@cache
def _abstracts() -> Xml:
    bullets = tuple(("bullet", "•") for _ in range(LEVELS))
    return join(_abstract(number, levels) for number, levels in enumerate((_CLAUSES, _RECITALS, bullets)))


def _abstract(number: int, levels: tuple[tuple[str, str], ...]) -> Xml:
    made = (
        element(
            "lvl",
            element("start", val=1),
            element("numFmt", val=form),
            element("lvlText", val=shown),
            element("lvlJc", val="left"),
            element("pPr", element("ind", left=_STEP * (level + 1), hanging=_STEP)),
            ilvl=level,
        )
        for level, (form, shown) in enumerate(levels)
    )
    return element("abstractNum", element("multiLevelType", val="multilevel"), *made, abstractNumId=number)


def indent(depth: int) -> dict[str, object]:
    """Return the attributes of w:ind for text `depth` lists deep."""
    return {"left": _STEP * depth}


def hanging(depth: int) -> dict[str, object]:
    return {"left": _STEP * depth, "hanging": _STEP}


def watermark(value: str) -> Xml:
    """Return the run that prints a word across the page, as Word itself writes it (VML, in the header)."""
    return Xml(
        '<w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"'
        ' path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        '<v:shape id="Watermark" o:spid="_x0000_s2049" type="#_x0000_t136" alt="" style="position:absolute;'
        "width:400pt;height:150pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        'mso-position-vertical-relative:margin" fillcolor="#e4e4e4" stroked="f">'
        f'<v:textpath style="font-family:Calibri;font-size:1pt" string={quoteattr(value)}/>'
        "</v:shape></w:pict></w:r>"
    )


def twips(mm: float) -> int:
    return round(mm * 1440 / 25.4)


def drawing(picture: Picture) -> Xml:
    """Return what a run holds to show the package's picture."""
    size = " ".join(
        f'{axis}="{round(mm * _EMU_A_MM)}"'
        for axis, mm in (("cx", picture.shown_mm), ("cy", picture.shown_height_mm))
    )
    alt = quoteattr(picture.alt)
    return Xml(
        f'<w:drawing><wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent {size}/><wp:docPr id="1" name="Logo" descr={alt}/>'
        f'<a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_DRAWING}/picture">'
        f'<pic:pic xmlns:pic="{_DRAWING}/picture"><pic:nvPicPr><pic:cNvPr id="1" name="Logo" descr={alt}/>'
        "<pic:cNvPicPr/></pic:nvPicPr>"
        f'<pic:blipFill><a:blip r:embed="{_LOGO}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing>"
    )


def package(
    parts: Mapping[str, Xml], *, title: str, language: str, dated: date, picture: Picture | None = None
) -> bytes:
    """Return the .docx file: the given parts of word/ with the fixed ones around them."""
    refers = [(name, f"{_OFFICE}/{kind}", f"{name}.xml") for name, kind in _PARTS.items()]
    if picture:
        refers.append((_LOGO, f"{_OFFICE}/image", f"media/{_LOGO}.{picture.kind}"))
    files = {
        "[Content_Types].xml": _content_types(picture),
        "_rels/.rels": _relations(
            ("officeDocument", f"{_OFFICE}/officeDocument", "word/document.xml"),
            ("core", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ("app", f"{_OFFICE}/extended-properties", "docProps/app.xml"),
        ),
        "docProps/core.xml": _core(title, language, dated),
        "docProps/app.xml": Xml(
            '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
            "<Application>Minutebook</Application></Properties>"
        ),
        "word/_rels/document.xml.rels": _relations(*refers),
        "word/styles.xml": Xml(_fixed("styles").replace("{language}", escape(language))),
        "word/settings.xml": _fixed("settings"),
        "word/fontTable.xml": _fixed("fontTable"),
        "word/theme1.xml": _fixed("theme1"),
    }
    media = {f"word/media/{_LOGO}.{picture.kind}": b64decode(picture.data)} if picture else {}
    return _zipped(files | {f"word/{name}.xml": part for name, part in parts.items()}, media)


_PARTS = {  # what word/document.xml refers to, by its file's name, and the kind of each
    "styles": "styles", "numbering": "numbering", "settings": "settings", "fontTable": "fontTable",
    "theme1": "theme", "header1": "header", "footer1": "footer",
}  # fmt: skip


def _content_types(picture: Picture | None) -> Xml:
    types = {
        "word/document": f"{_WORD_TYPE}.document.main",
        "word/theme1": "application/vnd.openxmlformats-officedocument.theme",
        "docProps/core": "application/vnd.openxmlformats-package.core-properties",
        "docProps/app": "application/vnd.openxmlformats-officedocument.extended-properties",
    }
    types |= {f"word/{name}": f"{_WORD_TYPE}.{kind}" for name, kind in _PARTS.items() if name != "theme1"}
    overrides = "".join(
        f'<Override PartName="/{name}.xml" ContentType="{kind}+xml"/>' for name, kind in types.items()
    )
    kind = f'<Default Extension="{picture.kind}" ContentType="image/{picture.kind}"/>' if picture else ""
    return Xml(
        f'<Types xmlns="{_PACKAGE}/content-types">{kind}'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(*relations: tuple[str, str, str]) -> Xml:
    made = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, kind, target in relations
    )
    return Xml(f'<Relationships xmlns="{_PACKAGE}/relationships">{made}</Relationships>')


def _core(title: str, language: str, dated: date) -> Xml:
    moment = f"{dated.isoformat()}T00:00:00Z"
    return Xml(
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>Minutebook</dc:creator>"
        f"<dc:language>{escape(language)}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified></cp:coreProperties>'
    )


@cache
def _fixed(name: str) -> Xml:
    return Xml((_FOLDER / f"{name}.xml").read_text("utf-8").removeprefix(_DECLARATION))


def _zipped(files: Mapping[str, Xml], media: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        whole = {name: (_DECLARATION + content).encode() for name, content in files.items()} | dict(media)
        for name, content in whole.items():
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.create_system = 3
            member.external_attr = 0o600 << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
