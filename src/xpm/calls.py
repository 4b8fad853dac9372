"""What every group of calls builds on: a verb, a path, and a reader of the answer."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from xpm.wire import Wire, xml_reader
from xpm.xml import Element


class Calls:
    """Calls of Practice Manager over one wire."""

    def __init__(self, *, wire: Wire) -> None:
        self._wire = wire

    def _get[T](self, path: str, read: Callable[[Element], T], **params: str | None) -> T:
        return self._wire.exchange("GET", path, read=xml_reader(read), params=given(params))

    def _post[T](self, path: str, content: bytes, read: Callable[[Element], T]) -> T:
        return self._wire.exchange("POST", path, read=xml_reader(read), content=content)

    def _put[T](self, path: str, content: bytes, read: Callable[[Element], T]) -> T:
        return self._wire.exchange("PUT", path, read=xml_reader(read), content=content)


def given(params: Mapping[str, str | None]) -> dict[str, str]:
    """Return the query parameters that have a value."""
    return {name: value for name, value in params.items() if value is not None}


def segment(identifier: str) -> str:
    """Return a job number or UUID as one segment of a path. Raises ValueError when it is empty."""
    if not identifier.strip():
        raise ValueError("A job number or UUID is needed, and it is empty.")
    return quote(identifier.strip(), safe="")


def nothing(_root: Element) -> None:
    """Read nothing: that the call was executed is all there is to know."""
