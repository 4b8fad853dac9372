"""What a document is made of, before anybody decides how it looks.

One tree of frozen blocks is written by `wording.py` (or by hand, for registers and data sheets) and read
by the three renderers: `pdf.py`, `docx.py` and `html.py`. A newline inside a run is a line break, in every
format. No database, no clock, no settings: a tree is plain values, and `to_json` keeps it for a snapshot.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

Alignment = Literal["left", "center", "right"]
ListKind = Literal["ordered", "lettered", "bullet"]
Layout = Literal["standard", "letter", "certificate"]
SignatureVariant = Literal["individual", "joint", "company", "witness", "occupier"]
Align = Literal["left", "center"]
PictureKind = Literal["png", "jpeg"]

INK = "#1b2d55"
MARGIN_TOP, MARGIN_SIDE = 20, 22  # millimetres


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one face."""

    text: str
    bold: bool = False
    italic: bool = False


type Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 is the document's title; sections are 2, parts of sections 3."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: Runs


@dataclass(frozen=True, slots=True)
class ListBlock:
    """Clauses or points. How an item is numbered follows from the kind and from how deep it stands.

    Ordered items are 1., then (a), (i), (A) by depth; lettered ones (recitals) are A., B. at the first
    depth and as ordered below it. A tight list has no space between its items.
    """

    kind: ListKind
    items: tuple[tuple["Block", ...], ...]
    start: int = 1
    tight: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a header row, which repeats on every page. Every row is as long as the header."""

    header: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    alignments: tuple[Alignment, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    runs: Runs


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values: the particulars at the top of a document."""

    rows: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """One place to sign: a rule to sign on, who signs it, as what, and the lines filled in by hand beneath
    it.
    """

    name: str  # empty when the signer writes it, as a witness does
    capacity: str = ""
    lines: tuple[str, ...] = ("Date",)
    variant: SignatureVariant = "individual"


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places to sign, side by side in twos, kept together with the text above them."""

    blocks: tuple[SignatureBlock, ...]
    intro: str = ""  # "Executed by … under section 127(1)": stands above all of them


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


@dataclass(frozen=True, slots=True)
class Rule:
    pass


type Block = Heading | Paragraph | ListBlock | Table | Facts | Signatures | PageBreak | Rule


@dataclass(frozen=True, slots=True)
class PartyHeader:
    """The company that the document belongs to, at its head."""

    name: str
    acn: str = ""  # as printed, such as "918 844 023"
    align: Align = "center"
    acn_beside: bool = False  # the name, on its line; otherwise below it


@dataclass(frozen=True, slots=True)
class Picture:
    """A logo: its bytes in Base64, so that a document stays plain JSON."""

    kind: PictureKind
    data: str
    width: int  # pixels
    height: int
    shown_mm: int  # width on paper
    alt: str

    @property
    def shown_height_mm(self) -> float:
        return self.shown_mm * self.height / self.width


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The firm that writes the letter."""

    name: str  # may be empty where the logo says it
    lines: tuple[str, ...] = ()
    logo: Picture | None = None
    ink: str = INK  # of the name
    rule: str = INK  # of the line below


@dataclass(frozen=True, slots=True)
class Footer:
    company: str = ""
    acn: str = ""
    trace_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedDocument:
    """A finished document, ready for any renderer.

    `date` dates the file (its bytes depend on it, never on the clock). A watermark such as "Draft" is printed
    across every page. `certificate` is framed and centred; it is usually landscape too.
    """

    title: str
    blocks: tuple[Block, ...]
    date: date
    header: PartyHeader | Letterhead | None = None
    footer: Footer = Footer()
    language: str = "en-AU"
    layout: Layout = "standard"
    landscape: bool = False
    watermark: str | None = None
    top_mm: int = MARGIN_TOP
    side_mm: int = MARGIN_SIDE

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ValueError("A document needs a title.")

    @property
    def body(self) -> tuple[Block, ...]:
        """Return the blocks with the title as their first heading, unless a block already places it."""
        if any(isinstance(block, Heading) and block.level == 1 for block in self.blocks):
            return self.blocks
        return (Heading(1, (Run(self.title),)), *self.blocks)


def text_of(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)


_SHARE_OF_CHARACTER = 10  # thousandths of a portrait page's width, with some room
_LONGEST_UNBROKEN = 24  # characters; longer words are broken rather than given a column of their own


def column_shares(table: Table) -> tuple[int, ...]:
    """Return each column's share of the width in thousandths (together 1000), from what its cells hold.

    No column is narrower than its longest word, so that dates and figures never run into the next one.
    """
    columns = [[text_of(cell) for cell in column] for column in zip(table.header, *table.rows, strict=True)]
    weights = [min(max(8, *(len(text) for text in column)), 40) for column in columns]
    floors = [_SHARE_OF_CHARACTER * (_longest_word(column) + 2) for column in columns]
    wishes = [
        max(1000 * weight // sum(weights) - floor, 0) for weight, floor in zip(weights, floors, strict=True)
    ]
    left = max(1000 - sum(floors), 0)
    wanted = [floor + left * wish // (sum(wishes) or 1) for floor, wish in zip(floors, wishes, strict=True)]
    shares = [1000 * share // max(sum(wanted), 1000) for share in wanted]
    shares[0] += 1000 - sum(shares)
    return tuple(shares)


def _longest_word(texts: Sequence[str]) -> int:
    longest = max((len(word) for text in texts for word in text.split()), default=1)
    return min(longest, _LONGEST_UNBROKEN)


def kept_with_next(blocks: Sequence[Block]) -> frozenset[int]:
    """Return which blocks stay on the page of the next one, so that no page holds signatures alone.

    Headings stay with their text by themselves; before signatures, the last block of text stays too.
    """
    kept: set[int] = set()
    for index, block in enumerate(blocks):
        if isinstance(block, Signatures):
            before = index - 1
            while before >= 0 and isinstance(blocks[before], Heading | Rule | Signatures):
                kept.add(before)
                before -= 1
            if before >= 0 and not isinstance(blocks[before], PageBreak):
                kept.add(before)
    return frozenset(kept)


def walk_text(part: object) -> Iterator[str]:
    """Yield every string in a document, or in a part of one."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from walk_text(inner)
    elif isinstance(part, Picture):
        yield part.alt
    elif (names := _FIELDS.get(type(part).__name__)) is not None:
        for name in names:
            yield from walk_text(getattr(part, name))


def map_text(document: RenderedDocument, change: Callable[[str], str]) -> RenderedDocument:
    """Return the document with every string changed; the words that name kinds must stay as they are."""
    changed = _revived(_changed(_plain(document), change))
    assert isinstance(changed, RenderedDocument)  # noqa: S101 - the same kinds come back
    return changed


def to_json(document: RenderedDocument) -> dict[str, Any]:
    """Return the document as JSON values: each block a dict whose "type" is its class name."""
    plain = _plain(document)
    assert isinstance(plain, dict)  # noqa: S101 - a dataclass always becomes a dict
    return plain


def from_json(plain: Mapping[str, Any]) -> RenderedDocument:
    """Return the document that `to_json` wrote. Raises ValueError if it is not one."""
    document = _revived(plain)
    if not isinstance(document, RenderedDocument):
        raise ValueError("This is not a document that Minutebook stored.")  # noqa: TRY004 - the value is at fault
    return document


def blocks_to_json(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    return [_plain(block) for block in blocks]


def blocks_from_json(plain: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    return tuple(_revived(block) for block in plain)


_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Run, Heading, Paragraph, ListBlock, Table, Fact, Facts, SignatureBlock, Signatures, PageBreak, Rule,
        PartyHeader, Picture, Letterhead, Footer, RenderedDocument,
    )
}  # fmt: skip
_FIELDS = {name: tuple(field.name for field in fields(kind)) for name, kind in _KINDS.items()}


def _plain(value: Any) -> Any:  # any block or leaf: the kinds are checked by name
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    name = type(value).__name__
    return {"type": name} | {field: _plain(getattr(value, field)) for field in _FIELDS[name]}


def _revived(plain: Any) -> Any:  # the reverse of _plain
    if isinstance(plain, list | tuple):
        return tuple(_revived(part) for part in plain)
    if not isinstance(plain, Mapping):
        return plain
    parts = dict(plain)
    name = parts.pop("type", None)
    if name not in _KINDS or not parts.keys() <= set(_FIELDS[name]):
        raise ValueError(f"A stored document holds something unknown: {name!r}.")
    if isinstance(parts.get("date"), str):
        parts["date"] = date.fromisoformat(parts["date"])
    return _KINDS[name](**{field: _revived(part) for field, part in parts.items()})


def _changed(plain: Any, change: Callable[[str], str]) -> Any:  # JSON in, JSON out
    if isinstance(plain, str):
        return change(plain)
    if isinstance(plain, list):
        return [_changed(part, change) for part in plain]
    if isinstance(plain, dict):
        return {name: _changed(part, change) if name != "data" else part for name, part in plain.items()}
    return plain
