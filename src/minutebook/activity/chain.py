"""How activity rows hang together: each carries the hash of what it says and of the row before it.

No database, no clock. A row's own hash covers every field but its place; the link covers that hash, the
place and the link before. So a row whose words were taken out by retention still holds its place.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

FIRST = ""  # what the first row of a firm follows


def content_hash(content: Mapping[str, Any]) -> str:
    """Return the hash of what a row says. `content` holds text, numbers, None, lists and mappings of them."""
    return _sha256(canonical(content))


def link(*, previous: str, number: int, content: str) -> str:
    """Return the hash of a row in its place. The triggers on PostgreSQL compute the same."""
    return _sha256(f"{previous}:{number}:{content}")


def canonical(content: Mapping[str, Any]) -> str:
    """Return JSON that is the same for the same content, in whatever order it was kept."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_moment)


def plain(value: Any) -> Any:
    """Return a value as both databases give it back: JSON without fractions, text that each of them takes."""
    match value:
        case None | bool() | int():
            return value
        case Mapping():
            return {plain(str(key)): plain(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(each) for each in value]
        case datetime():
            return _moment(value)
        case _:
            return _storable(str(value))


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
