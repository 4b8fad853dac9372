"""The calls that came in lately, as a page and as JSON for tests."""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, render_template, request

from xpm_sandbox.pages.frame import MOST_ROWS, only_from_this_machine
from xpm_sandbox.sandbox import current_sandbox

blueprint = Blueprint("requests", __name__)
_OURS = ("/practicemanager/", "/connect", "/.well-known/")


@blueprint.get("/requests")
def requests() -> str:
    """The API's and the identity server's calls; with ?all=yes, page views too."""
    everything = "all" in request.args
    entries = [
        entry for entry in current_sandbox().journal.latest() if everything or entry.path.startswith(_OURS)
    ]
    return render_template(
        "requests.html", entries=entries[:MOST_ROWS], total=len(entries), everything=everything
    )


@blueprint.get("/_requests")
def requests_as_json() -> Response:
    """The calls, oldest first: what a test counts."""
    entries = reversed(current_sandbox().journal.latest())
    return jsonify([asdict(entry) | {"at": entry.at.isoformat()} for entry in entries])


@blueprint.delete("/_requests")
def forget_requests() -> Response:
    only_from_this_machine()
    current_sandbox().journal.forget()
    return Response("", 204)
