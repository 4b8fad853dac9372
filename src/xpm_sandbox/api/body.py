"""What comes in: XML under any content type, or JSON, read into one lenient shape.

Element order does not matter, nor does the letter case of names; unknown elements are ignored.
Attributes count as members, so ``<add uuid="…"/>`` and ``{"add": [{"uuid": "…"}]}`` read alike.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

from xpm_sandbox.api.errors import Refused

type Value = str | Body


@dataclass(frozen=True, slots=True)
class Body:
    """An element with its members. `root` is the name it has in XML, used in error texts."""

    root: str
    members: dict[str, list[Value]] = field(default_factory=dict)

    def has(self, *names: str) -> bool:
        return any(_key(name) in self.members for name in names)

    def text(self, *names: str) -> str | None:
        """Return the text of the first of `names` that is there, or None."""
        for name in names:
            for value in self.members.get(_key(name), ()):
                return value if isinstance(value, str) else ""
        return None

    def require(self, *names: str) -> str:
        """Return the text of the first of `names`. Raises Refused in the API's words."""
        text = self.text(*names)
        if text is None or not text.strip():
            raise missing(f"/{self.root}/{names[0]}")
        return text

    def all(self, name: str) -> "list[Body]":
        """Return the members called `name`; one without content is an empty Body."""
        return [_as_body(name, value) for value in self.members.get(_key(name), ())]

    def items(self, collection: str, item: str) -> "list[Body]":
        """Return the items of a collection, wrapped as XML does it or bare as JSON does."""
        found: list[Body] = []
        for value in self.all(collection):
            found.extend(value.all(item) if value.has(item) else [value] if value.members else [])
        return found


def read_body(data: bytes, *, root: str, is_json: bool) -> Body:
    """Read a request's body, whose outermost element should be `root`.

    Raises Refused: with 500 when the text cannot be parsed, as Xero does.
    """
    return _read_json(data, root) if is_json else _read_xml(data, root)


def missing(path: str) -> Refused:
    return Refused(f"Message not in expected format. The following required element was missing - {path}")


def _read_xml(data: bytes, root: str) -> Body:
    if b"<!DOCTYPE" in data:  # no message of the API has one; an attack does
        raise Refused("Message must not have a document type declaration", status=500)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    try:
        element = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Refused(f"Message is not well-formed XML: {error.msg}", status=500) from None
    if _key(etree.QName(element).localname) != _key(root):
        raise missing(f"/{root}")
    value = _from_element(element)
    return value if isinstance(value, Body) else Body(root)


def _from_element(element: "etree._Element") -> Value:
    name = etree.QName(element).localname
    members: dict[str, list[Value]] = defaultdict(list)
    for attribute, text in element.attrib.items():
        members[_key(str(attribute))].append(str(text))
    for child in element.iterchildren("*"):
        members[_key(etree.QName(child).localname)].append(_from_element(child))
    return Body(name, dict(members)) if members else (element.text or "")


def _read_json(data: bytes, root: str) -> Body:
    try:
        value = json.loads(data)
    except ValueError as error:
        raise Refused(f"Message is not valid JSON: {error}", status=500) from None
    if not isinstance(value, dict):
        raise missing(f"/{root}")
    return _from_object(root, value)


def _from_object(name: str, members: dict[str, object]) -> Body:
    read: dict[str, list[Value]] = {}
    for key, value in members.items():
        values = value if isinstance(value, list) else [value]
        read[_key(key)] = [_from_json(key, item) for item in values if item is not None]
    return Body(name, {key: values for key, values in read.items() if values})


def _from_json(name: str, value: object) -> Value:
    if isinstance(value, dict):
        return _from_object(name, value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _as_body(name: str, value: Value) -> Body:
    return Body(name) if isinstance(value, str) else value


def _key(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()
