"""CommonMark (a part of it) with GFM tables, to blocks. Values are not here yet: each is one private-use
character.

Known: headings, paragraphs, **bold**, *italic*, lists, tables, rules and line breaks. Code, links, quotes,
images and HTML are ordinary text.
"""

from collections.abc import Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from minutebook.documents.blocks import (
    Alignment,
    Block,
    Heading,
    ListBlock,
    ListKind,
    Paragraph,
    Rule,
    Run,
    Runs,
    Table,
)

_ALIGNMENTS: dict[str, Alignment] = {"text-align:right": "right", "text-align:center": "center"}
_PARSER = MarkdownIt("zero", {"maxNesting": 40}).enable(
    ["heading", "emphasis", "list", "table", "escape", "newline", "hr"]
)


@lru_cache(maxsize=512)
def parse_markdown(source: str) -> tuple[Block, ...]:
    """Return the blocks. The same source (the same wording with the same branches taken) is parsed only
    once.
    """
    return _continued(tuple(_blocks(SyntaxTreeNode(_PARSER.parse(source)))))


def _blocks(parent: SyntaxTreeNode) -> Iterator[Block]:
    for node in parent.children:
        match node.type:
            case "heading":
                yield Heading(max(int(node.tag[1]), 2), _inline(node))  # level 1 is the title
            case "paragraph":
                yield Paragraph(_inline(node))
            case "ordered_list" | "bullet_list":
                yield _list(node)
            case "table":
                yield _table(node)
            case "hr":
                yield Rule()
            case other:  # pragma: no cover - every rule that is switched on is above
                raise AssertionError(other)


def _list(node: SyntaxTreeNode) -> ListBlock:
    items = tuple(tuple(_blocks(item)) for item in node.children)
    tight = all(part.hidden for item in node.children for part in item.children if part.type == "paragraph")
    return ListBlock(_kind(node), items, start=int(node.attrs.get("start", 1)), tight=tight)


def _kind(node: SyntaxTreeNode) -> ListKind:
    if node.type == "bullet_list":
        return "bullet"
    return "lettered" if node.markup == ")" else "ordered"


def _table(node: SyntaxTreeNode) -> Table:
    (header, *rows) = (row for part in node.children for row in part.children)
    return Table(
        header=tuple(_inline(cell) for cell in header.children),
        rows=tuple(tuple(_inline(cell) for cell in row.children) for row in rows),
        alignments=tuple(_ALIGNMENTS.get(str(cell.attrs.get("style")), "left") for cell in header.children),
    )


def _inline(node: SyntaxTreeNode) -> Runs:
    return tuple(run for inline in node.children for run in _runs(inline, bold=False, italic=False))


def _runs(node: SyntaxTreeNode, *, bold: bool, italic: bool) -> Iterator[Run]:
    for child in node.children:
        match child.type:
            case "strong":
                yield from _runs(child, bold=True, italic=italic)
            case "em":
                yield from _runs(child, bold=bold, italic=True)
            case "softbreak":
                yield Run(" ", bold, italic)
            case "hardbreak":
                yield Run("\n", bold, italic)
            case _:
                yield Run(child.content, bold, italic)


def _continued(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Number the lists of the first depth: one that starts at 1, or follows a heading, starts again.

    Any other number goes on from the list before it, however many items a condition left there.
    """
    following: dict[ListKind, int] = {}
    numbered: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            following.clear()
        if isinstance(block, ListBlock):
            start = following.get(block.kind, 1) if block.start > 1 else 1
            block = _restarted(block, start)  # noqa: PLW2901
            following[block.kind] = start + len(block.items)
        numbered.append(block)
    return tuple(numbered)


def _restarted(block: ListBlock, start: int) -> ListBlock:
    """Number a list from `start`, and the lists inside it from 1: an item left out moves the others up."""
    items = tuple(
        tuple(_restarted(part, 1) if isinstance(part, ListBlock) else part for part in item)
        for item in block.items
    )
    return ListBlock(block.kind, items, start, block.tight)
