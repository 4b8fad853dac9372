"""What goes out: one tree of values, written as the API's XML or as its JSON.

Names in the tree are the XML's (``ClientUUID``); JSON's (``clientUuid``) follow from them by one rule.
None means absent: XML leaves the element out, JSON says null.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from xml.sax.saxutils import escape

type Scalar = str | bool | int | Decimal | date | datetime | None
type Node = Scalar | Mapping[str, Node] | Items | OnlyInXml | OnlyInJson
type Tree = dict[str, Node]


@dataclass(frozen=True, slots=True)
class Items:
    """A collection: XML wraps each node in `<name>`, JSON has a plain array."""

    name: str
    nodes: Sequence[Node]


@dataclass(frozen=True, slots=True)
class OnlyInXml:
    node: Node


@dataclass(frozen=True, slots=True)
class OnlyInJson:
    node: Node


_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xml(tree: Tree, *, api_method: str) -> str:
    """Return the envelope without declaration, compact, with `tree` inside it."""
    inside = "".join(_element(name, node) for name, node in tree.items())
    return f'<Response api-method="{api_method}">{inside}</Response>'


def write_json(tree: Tree) -> str:
    return json.dumps(_json_value(tree), ensure_ascii=False, separators=(",", ":"))


def keep_fields(tree: Tree, fields: Collection[str]) -> Tree:
    """Shrink the entities of `tree` to the named members; identifiers always stay."""
    wanted = {name.strip().lower() for name in fields} | {"uuid", "id"}
    return {name: _shrink(node, wanted) for name, node in tree.items()}


@cache
def json_name(name: str) -> str:
    """Return the JSON spelling: ClientUUID is clientUuid, GSTBasis is gstBasis."""
    words: list[str] = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+", name)
    return words[0].lower() + "".join(word.capitalize() for word in words[1:])


def _element(name: str, node: Node) -> str:
    if isinstance(node, OnlyInXml):
        return _element(name, node.node)
    if node is None or isinstance(node, OnlyInJson):
        return ""
    if isinstance(node, Items):
        inside = "".join(_element(node.name, item) for item in node.nodes)
        return f"<{name}>{inside}</{name}>" if inside else f"<{name} />"
    if isinstance(node, Mapping):
        return f"<{name}>{''.join(_element(key, value) for key, value in node.items())}</{name}>"
    return f"<{name}>{escape(_NOT_IN_XML.sub('', _text(node)))}</{name}>"


def _text(value: Scalar) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%S")
        case date():
            return f"{value.isoformat()}T00:00:00"
        case _:
            return str(value)


def _json_value(node: Node) -> object:
    match node:
        case OnlyInJson():
            return _json_value(node.node)
        case Items():
            return [_json_value(item) for item in node.nodes]
        case Mapping():
            return {
                json_name(key): _json_value(value)
                for key, value in node.items()
                if not isinstance(value, OnlyInXml)
            }
        case Decimal():
            return int(node) if node == node.to_integral_value() else float(node)
        case datetime() | date():
            return _text(node)
        case _:
            return node


def _shrink(node: Node, wanted: Collection[str]) -> Node:
    if isinstance(node, Items):
        return Items(node.name, [_shrink(item, wanted) for item in node.nodes])
    if isinstance(node, OnlyInJson):
        return OnlyInJson(_shrink(node.node, wanted))
    if isinstance(node, Mapping):
        return {name: value for name, value in node.items() if name.lower() in wanted}
    return node
