"""Reports of errors to a server that speaks Sentry, where SENTRY_DSN names one.

A report says which kind of error, where in the code, in which version and in which request: enough to find it. What
people typed, who they are, what the error says of itself and what the variables held stay here.
"""

from importlib.metadata import version
from typing import Any

from minutebook.activity.origin import current_origin

_KEPT = (
    "event_id", "timestamp", "platform", "level", "logger", "release", "environment", "sdk", "transaction",
)  # fmt: skip
_FRAME = ("filename", "abs_path", "module", "function", "lineno", "in_app")


def start_error_reports(dsn: str) -> None:
    """Report errors from now on. Without an address, nothing is loaded and nothing is ever sent."""
    if not dsn:
        return
    import sentry_sdk  # noqa: PLC0415  # only who reports needs it
    from sentry_sdk.integrations.logging import LoggingIntegration  # noqa: PLC0415

    sentry_sdk.init(
        dsn=dsn,
        release=version("minutebook"),
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration()],  # every error of a page or a task is logged
        before_send=scrubbed,  # type: ignore[arg-type]  # a plain dict is an event
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        server_name="",
    )


def scrubbed(event: dict[str, Any], _hint: dict[str, Any]) -> dict[str, Any]:
    """Return only what is known to hold no personal data: a list of what is kept, not of what is not."""
    kept = {name: event[name] for name in _KEPT if name in event}
    origin = current_origin()
    kept["tags"] = {"request_id": origin.request_id, "task": origin.worker}
    if pattern := event.get("logentry", {}).get("message"):
        kept["logentry"] = {"message": pattern}  # the pattern alone, without what it was filled with
    if errors := event.get("exception", {}).get("values"):
        kept["exception"] = {"values": [_scrubbed_error(error) for error in errors]}
    return kept


def _scrubbed_error(error: dict[str, Any]) -> dict[str, Any]:
    frames = (error.get("stacktrace") or {}).get("frames", [])
    return {
        "type": error.get("type"),
        "module": error.get("module"),
        "stacktrace": {"frames": [{name: frame.get(name) for name in _FRAME} for frame in frames]},
    }
