"""How the API says no: business errors in the envelope, gateway failures before it."""

import json
from uuid import uuid4

from flask import Response


class Refused(Exception):
    """The API understood and declined. Most refusals travel under HTTP 200, as Xero's do."""

    def __init__(self, description: str, *, status: int = 200) -> None:
        super().__init__(description)
        self.description = description
        self.status = status


class GatewayFailure(Exception):
    """The call was stopped before the API saw it: no right to be here."""

    def __init__(self, status: int, *, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


_TITLES = {401: "Unauthorized", 403: "Forbidden", 503: "Unavailable"}


def gateway_response(failure: GatewayFailure) -> Response:
    """Render the gateway's own JSON, which it sends whatever format was asked for."""
    body: dict[str, object] = {
        "Type": None,
        "Title": _TITLES[failure.status],
        "Status": failure.status,
        "Detail": failure.detail,
        "Instance": str(uuid4()),
        "Extensions": {},
    }
    response = Response(
        json.dumps(body, separators=(",", ":")), failure.status, content_type="application/json"
    )
    if failure.status == 401:  # noqa: PLR2004 - an HTTP status
        response.headers["WWW-Authenticate"] = "Bearer error=invalid_token"
    response.headers.update(failure.headers)
    return response
