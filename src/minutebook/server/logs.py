"""The log as one JSON object a line, for programs that collect logs: no personal data, no tokens.

What others' libraries would fill into their sentences is left out, and so is what an error says of itself: both
may hold names, addresses or tokens. The kind of the error and the lines of code that led to it are kept.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from minutebook.activity.masking import mask_text
from minutebook.activity.origin import current_origin

_MOST_FRAMES = 12
_OURS = "minutebook"
_ADDRESS = re.compile(r"[^\s@<>\"'{}(),:;]+@[\w.-]+\w")  # a mail server's refusal names whom it refuses


class JsonLines(logging.Formatter):
    """Writes what was logged, with the request, task and firm it was logged for."""

    def format(self, record: logging.LogRecord) -> str:
        origin = current_origin()
        line = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _sentence(record),
            "request_id": origin.request_id,
            "task": origin.worker,
            "firm": _firm_in_scope(),
            **getattr(record, "facts", {}),
            **_error(record),
        }
        return json.dumps({name: value for name, value in line.items() if value not in (None, "")})


def _sentence(record: logging.LogRecord) -> str:
    """Return our own sentences filled in, and of others' only the pattern."""
    is_ours = record.name.partition(".")[0] == _OURS
    return _ADDRESS.sub("(address)", mask_text(record.getMessage() if is_ours else str(record.msg)))


def _error(record: logging.LogRecord) -> dict[str, Any]:
    if not record.exc_info or record.exc_info[0] is None:
        return {}
    kind, _, where = record.exc_info
    return {"error": f"{kind.__module__}.{kind.__qualname__}", "raised_at": _frames(where)}


def _frames(where: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(where)[-_MOST_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _firm_in_scope() -> int | None:
    """Return the firm that is worked for. The log is set up before Django's models can be imported."""
    scope = sys.modules.get("minutebook.scope")
    firm: int | None = scope.firm_in_scope() if hasattr(scope, "firm_in_scope") else None  # type: ignore[union-attr]
    return firm
