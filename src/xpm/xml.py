"""The XML of Practice Manager: hardened reading, careful writing, and its value formats.

Dates go out as YYYYMMDD and come back as 2026-11-22T00:00:00 (documents: YYYYMMDD); decimals have a point;
booleans are true/false or Yes/No. An absent element and an empty one mean the same: no value.

Reading resolves no entity, loads nothing, and refuses any document type declaration.

Source: Practice Manager API 3.1, and XML 1.0 (Fifth Edition), s 2.2 Characters.
"""

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypedDict

from lxml import etree
from lxml.etree import _Element

from xpm.errors import Unwritable

type Element = _Element


class _ParserOptions(TypedDict):
    resolve_entities: bool
    no_network: bool
    load_dtd: bool
    remove_comments: bool
    remove_pis: bool


# libxml2's limits on depth and on the size of one text stay on (no huge_tree): lists of 50 MB are within.
_HARDENED: _ParserOptions = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "remove_comments": True,
    "remove_pis": True,
}
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RECORD_DEPTH = 2  # Response / Clients / Client


class Unreadable(ValueError):
    """The answer is not the XML that was expected: cut short, malformed, or with a value missing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A reference to another record: its UUID (lower case) and its display name."""

    uuid: str
    name: str


# Reading


def parse(body: bytes) -> Element:
    """Return the root element. Raises Unreadable, also for an empty body and for any DOCTYPE."""
    parser = etree.XMLParser(**_HARDENED)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise Unreadable(f"not well-formed XML: {problem}") from problem
    _refuse_doctype(root)
    return root


def stream_records[T](
    chunks: Iterable[bytes], *, name: str, read: Callable[[Element], T]
) -> Generator[T, None, Element]:
    """Yield each `<name>` of a list, read, as soon as it is whole: constant memory, however long the list.

    Returns the root, emptied of the records, so that Status can be looked at. Raises Unreadable when the
    list is malformed or ends too early; what was yielded until then was whole.
    """
    parser = etree.XMLPullParser(events=("start", "end"), **_HARDENED)
    try:
        for chunk in chunks:
            parser.feed(chunk)
            yield from _whole_records(parser, name, read)
        root: Element = parser.close()
    except etree.XMLSyntaxError as problem:
        raise Unreadable(f"the list broke off or is malformed: {problem.msg}") from problem
    yield from _whole_records(parser, name, read)
    return root


def _whole_records[T](
    parser: "etree.XMLPullParser[Element]", name: str, read: Callable[[Element], T]
) -> Iterator[T]:
    for event, element in parser.read_events():
        if event == "start":
            if element.getparent() is None:
                _refuse_doctype(element)
        elif element.tag == name and _depth(element) == _RECORD_DEPTH:
            yield read(element)
            _forget(element)


def _forget(element: Element) -> None:
    """Empty a record and take out those before it; it stays itself, because libxml2 still stands on it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and parent[0] is not element:
        del parent[0]


def _depth(element: Element) -> int:
    return sum(1 for _ in element.iterancestors())


def _refuse_doctype(root: Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("a document type declaration has no place in an answer")


def one_of(parent: Element, name: str) -> Element:
    """Return the child of that name. Raises Unreadable when there is none."""
    child = parent.find(name)
    if child is None:
        raise Unreadable(f"there is no {name} in {parent.tag!r}")
    return child


def list_of(root: Element, container: str, name: str) -> list[Element]:
    """Return the `<name>` children of the container, which may also be the root itself; [] when absent."""
    holder = root if root.tag == container else root.find(container)
    return [] if holder is None else holder.findall(name)


def text_of(parent: Element, name: str) -> str:
    """Return the text of a child, "" when it is absent or empty. Nothing is trimmed."""
    return parent.findtext(name) or ""


def required_text_of(parent: Element, name: str) -> str:
    """Return the text of a child. Raises Unreadable when it is absent or empty."""
    text = text_of(parent, name)
    if not text:
        raise Unreadable(f"{parent.tag!r} has no {name}")
    return text


def uuid_of(parent: Element, name: str = "UUID") -> str:
    """Return a UUID in lower case. Raises Unreadable when it is absent."""
    return required_text_of(parent, name).strip().lower()


def date_of(parent: Element, name: str) -> date | None:
    """Return a date, from 2026-11-22T00:00:00, 2026-11-22 or 20261122; None when absent or empty."""
    text = text_of(parent, name).strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text.partition("T")[0])
    except ValueError as problem:
        raise Unreadable(f"{name} is no date: {text!r}") from problem


def decimal_of(parent: Element, name: str) -> Decimal | None:
    """Return a decimal number, None when absent or empty."""
    text = text_of(parent, name).strip()
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation as problem:
        raise Unreadable(f"{name} is no number: {text!r}") from problem
    if not number.is_finite():
        raise Unreadable(f"{name} is no number: {text!r}")
    return number


def whole_of(parent: Element, name: str) -> int:
    """Return a whole number, 0 when absent or empty."""
    return int(decimal_of(parent, name) or 0)


def flag_of(parent: Element, name: str) -> bool:
    """Return whether the child says true or Yes; absent, empty and anything else say no."""
    return text_of(parent, name).strip().lower() in {"true", "yes"}


def named_of(parent: Element, name: str) -> Named | None:
    """Return a reference to another record, None when it is absent or carries no UUID."""
    child = parent.find(name)
    return None if child is None or not text_of(child, "UUID") else read_named(child)


def read_named(element: Element) -> Named:
    """Read an element that is itself a reference, such as a Staff in Assigned."""
    return Named(uuid=uuid_of(element), name=text_of(element, "Name"))


# Writing


def write(root: str, *parts: Element | None) -> bytes:
    """Return the document of a request in UTF-8; parts that are None are left out."""
    element = etree.Element(root)
    element.extend(part for part in parts if part is not None)
    return etree.tostring(element, encoding="utf-8", xml_declaration=True)


def text(name: str, value: str) -> Element:
    """Write text literally: it is read back as it was, line ends included.

    Raises Unwritable for the characters that XML 1.0 cannot carry, escaped or not.
    """
    element = etree.Element(name)
    element.text = _checked(name, value)
    return element


def text_if(name: str, value: str | None) -> Element | None:
    """Write text, or leave the element out when there is none."""
    return text(name, value) if value else None


def day(name: str, value: date) -> Element:
    """Write a date as YYYYMMDD."""
    return text(name, f"{value.year:04}{value.month:02}{value.day:02}")


def decimal(name: str, value: Decimal) -> Element:
    """Write a number with a point, no exponent, and exactly the digits given."""
    if not value.is_finite():
        raise Unwritable(f"{name} must be a number, not {value}.")
    return text(name, f"{value:f}")


def flag(name: str, value: bool) -> Element:  # noqa: FBT001 - the value to write, as in its sisters
    """Write true or false."""
    return text(name, "true" if value else "false")


def pointer(name: str, uuid: str) -> Element:
    """Write an empty element that names another record by attribute, such as `<add uuid="…"/>`."""
    element = etree.Element(name)
    element.set("uuid", _checked(name, uuid))
    return element


def _checked(name: str, value: str) -> str:
    forbidden = _NOT_IN_XML.search(value)
    if forbidden:
        raise Unwritable(
            f"{name} contains a character that cannot be sent to Xero: U+{ord(forbidden.group()):04X} "
            f"at position {forbidden.start() + 1}. Remove it and try again."
        )
    return value
