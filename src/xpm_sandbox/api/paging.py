"""Pages by an opaque token, as `paged-list` and `contacts` have them."""

import base64
import binascii
import json
from dataclasses import dataclass
from urllib.parse import urlencode

from xpm_sandbox.api.endpoint import Call
from xpm_sandbox.api.errors import Refused
from xpm_sandbox.api.wire import Tree

_LARGEST = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """`after` is the name and UUID that the page before ended with."""

    size: int
    after: tuple[str, str] | None


def read_page(call: Call) -> Page:
    """Read pageSize and pageToken. Raises Refused (400)."""
    size = call.query.get("pagesize", "50")
    if not size.isdecimal() or not 1 <= int(size) <= _LARGEST:
        raise Refused(f"pageSize must be between 1 and {_LARGEST}", status=400)
    token = call.query.get("pagetoken")
    return Page(size=int(size), after=_read_token(token) if token else None)


def next_page_of(call: Call, page: Page, path: str, *, last: tuple[str, str] | None) -> Tree:
    """Return Pagination; without a `last` record there is no next page, and no link to it."""
    address = f"{call.origin}/practicemanager/3.1/{path}"
    links: Tree = {"First": f"{address}?{urlencode({'pageSize': page.size})}"}
    if last is not None:
        links["Next"] = f"{address}?{urlencode({'pageSize': page.size, 'pageToken': _write_token(last)})}"
    return {"Links": links}


def _write_token(last: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(last).encode()).decode()


def _read_token(token: str) -> tuple[str, str]:
    try:
        name, uuid = json.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError, TypeError):
        raise Refused("pageToken is not valid", status=400) from None
    return str(name), str(uuid)
