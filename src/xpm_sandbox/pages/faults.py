"""Faults on demand: a page for people, `/_faults` in JSON for tests, both for this machine only."""

from dataclasses import asdict
from datetime import timedelta

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from sqlalchemy import delete, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from xpm_sandbox.clock import Clock
from xpm_sandbox.faults import BODIES, KINDS, PROBLEMS, BadRule, read_rule
from xpm_sandbox.models.identity import AccessToken, Connection, RefreshToken
from xpm_sandbox.pages.frame import only_from_this_machine
from xpm_sandbox.sandbox import current_sandbox

blueprint = Blueprint("faults", __name__)
blueprint.before_request(only_from_this_machine)
ACTIONS = {
    "expire-access-tokens": "Expire all access tokens",
    "revoke-refresh-tokens": "Revoke all refresh tokens",
    "remove-connections": "Remove all connections",
    "reset-limits": "Start counting limits anew",
}


@blueprint.get("/_faults")
def list_faults() -> Response:
    return jsonify([asdict(rule) for rule in current_sandbox().faults.rules()])


@blueprint.post("/_faults")
def add_fault() -> tuple[Response, int]:
    """Add a rule, or carry out an `action` on tokens at once."""
    members = request.get_json()
    if not isinstance(members, dict):
        return jsonify(error='Send one JSON object, such as {"kind": "drop", "path": "job.api/add"}.'), 400
    try:
        if "action" in members:
            _act(str(members["action"]))
            return jsonify(done=members["action"]), 200
        return jsonify(asdict(current_sandbox().faults.add(read_rule(members)))), 201
    except BadRule as error:
        return jsonify(error=str(error)), 400


@blueprint.delete("/_faults")
def clear_faults() -> Response:
    current_sandbox().faults.clear()
    return Response("", 204)


@blueprint.delete("/_faults/<int:number>")
def remove_fault(number: int) -> Response:
    return Response("", 204 if current_sandbox().faults.remove(number) else 404)


@blueprint.get("/faults")
def page() -> str:
    return _render(error="")


@blueprint.post("/faults")
def change() -> str | AnyResponse | tuple[str, int]:
    """Add, remove or clear rules, or act on tokens, from the page's forms."""
    form = request.form.to_dict()
    try:
        match form.pop("do", ""):
            case "add":
                current_sandbox().faults.add(read_rule({name: text for name, text in form.items() if text}))
            case "remove":
                current_sandbox().faults.remove(int(form.get("number", "0")))
            case "clear":
                current_sandbox().faults.clear()
            case "act":
                _act(form.get("action", ""))
            case _:
                abort(400, "Choose what to do.")
    except BadRule as error:
        return _render(error=str(error)), 422
    return redirect(url_for("faults.page"), 303)


def _render(*, error: str) -> str:
    return render_template(
        "faults.html",
        rules=current_sandbox().faults.rules(),
        kinds=KINDS,
        bodies=BODIES,
        problems=PROBLEMS,
        actions=ACTIONS,
        error=error,
    )


def _act(action: str) -> None:
    if action not in ACTIONS:
        raise BadRule(f"action must be one of {', '.join(ACTIONS)}.")
    sandbox = current_sandbox()
    if action == "reset-limits":
        sandbox.limits.forget()
        return
    with sandbox.database.writing() as session:
        _act_on_tokens(session, action, sandbox.clock)


def _act_on_tokens(session: Session, action: str, clock: Clock) -> None:
    if action == "expire-access-tokens":
        session.execute(update(AccessToken).values(expires_at=clock() - timedelta(seconds=1)))
    elif action == "revoke-refresh-tokens":
        session.execute(update(RefreshToken).values(revoked=True))
    else:
        session.execute(delete(Connection))
