"""What an answer says about itself: Practice Manager's XML, the gateway's JSON, or nothing readable.

Practice Manager reports most refusals under HTTP 200, so the status line alone never decides.
"""

import json
from dataclasses import dataclass
from typing import Any

from xpm.xml import Unreadable, parse, text_of

# Lists that the documentation shows without the Response around them.
_BARE_LISTS = {"Costs", "Documents"}
# Where a sentence may stand: Practice Manager's JSON, the gateway's, the identity service's. First one wins.
_WORDS = ("errordescription", "error_description", "detail", "title", "message", "error")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """`executed` is what Status says: True for OK, False for ERROR, None when the body does not tell."""

    executed: bool | None = None
    words: str = ""  # the server's explanation, "" when there is none
    code: str = ""  # OAuth 2.0 error code, such as "invalid_grant"


def read_answer(body: bytes) -> Answer:
    """Read the verdict out of any body: XML, JSON, HTML, cut short, or empty. Never raises."""
    if body.lstrip()[:1] in {b"{", b"["}:
        return _read_json(body)
    try:
        root = parse(body)
    except Unreadable:
        return Answer()
    if root.tag in _BARE_LISTS:
        return Answer(executed=True)
    if root.tag != "Response":
        return Answer()
    return Answer(executed=executed_of(text_of(root, "Status")), words=text_of(root, "ErrorDescription"))


def executed_of(status: str) -> bool | None:
    """Read the text of a Status element."""
    return {"OK": True, "ERROR": False}.get(status.strip().upper())


def _read_json(body: bytes) -> Answer:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return Answer()
    if not isinstance(said, dict):
        return Answer()
    members: dict[str, Any] = {
        str(name).lower(): value for name, value in said.items()
    }  # JSON holds anything
    words = next((members[name] for name in _WORDS if isinstance(members.get(name), str)), "")
    code, status = members.get("error"), members.get("status")
    return Answer(
        executed=executed_of(status) if isinstance(status, str) else None,
        words=words,
        code=code if isinstance(code, str) else "",
    )
