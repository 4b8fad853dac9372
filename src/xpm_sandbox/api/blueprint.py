"""Serves every endpoint: gateway, limits, one transaction, one answer."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from xpm_sandbox.api import (
    client_contacts,
    client_records,
    clients,
    costs,
    job_assignment,
    job_filing,
    job_tasks,
    jobs,
    settings_lists,
    staff,
)
from xpm_sandbox.api.body import Body, read_body
from xpm_sandbox.api.endpoint import Call, Endpoint, api_method_of
from xpm_sandbox.api.errors import GatewayFailure, Refused, gateway_response
from xpm_sandbox.api.gateway import Bearer, authenticate, check_scope, find_practice
from xpm_sandbox.api.wire import Tree, keep_fields, write_json, write_xml
from xpm_sandbox.front import DELAY
from xpm_sandbox.limits import Throttled
from xpm_sandbox.models.practice import Practice
from xpm_sandbox.sandbox import Sandbox, current_sandbox

BASE = "/practicemanager/3.1/"
_NO_CACHE = {"Cache-Control": "max-age=0, no-cache, no-store", "Pragma": "no-cache", "Expires": "0"}
_ROUTES = (
    settings_lists.routes,
    settings_lists.state_routes,
    staff.routes,
    clients.routes,
    client_contacts.routes,
    client_records.routes,
    jobs.routes,
    job_assignment.routes,
    job_tasks.routes,
    job_filing.routes,
    costs.routes,
    costs.price_routes,
)


def endpoints() -> list[Endpoint]:
    """Return every endpoint that the sandbox serves."""
    return [endpoint for routes in _ROUTES for endpoint in routes.endpoints]


def make_blueprint() -> Blueprint:
    blueprint = Blueprint("api", __name__)
    blueprint.register_error_handler(GatewayFailure, gateway_response)
    blueprint.register_error_handler(Throttled, _throttled_response)
    for endpoint in endpoints():
        blueprint.add_url_rule(
            BASE + endpoint.path,
            endpoint=f"{endpoint.verb} {endpoint.path}".replace(".", "-"),
            view_func=_view(endpoint),
            methods=[endpoint.verb],
        )
    return blueprint


def _view(endpoint: Endpoint) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        sandbox = current_sandbox()
        with sandbox.database.reading() as session:
            bearer = authenticate(request, sandbox, session)
            check_scope(bearer, family=endpoint.family, reading=endpoint.verb == "GET")
            practice_uuid = find_practice(request, bearer, session, sandbox.limits).uuid
        return _serve_within_limits(endpoint, path, sandbox, bearer, practice_uuid)

    return view


def _serve_within_limits(
    endpoint: Endpoint, path: dict[str, str], sandbox: Sandbox, bearer: Bearer, practice_uuid: str
) -> Response:
    """Count the call, and let it count as in flight until its answer has been handed over."""
    remaining = sandbox.limits.enter(app=bearer.client_id, practice=practice_uuid)

    def leave() -> None:
        sandbox.limits.leave(app=bearer.client_id, practice=practice_uuid)

    try:
        time.sleep(request.environ.get(DELAY, 0))
        response = _serve(endpoint, path, sandbox, bearer, practice_uuid)
    except BaseException:
        leave()
        raise
    response.call_on_close(leave)
    response.headers.update(remaining | _NO_CACHE)
    return response


def _serve(
    endpoint: Endpoint, path: dict[str, str], sandbox: Sandbox, bearer: Bearer, practice_uuid: str
) -> Response:
    api_method = api_method_of(endpoint.path)
    try:
        with _transaction(endpoint, sandbox) as session:
            call = Call(
                session=session,
                practice=session.get_one(Practice, practice_uuid),
                user_name=bearer.user_name,
                clock=sandbox.clock,
                origin=request.host_url.rstrip("/"),
                query={name.lower(): value for name, value in request.args.items()},
                body=_read_request(endpoint),
            )
            return _render(endpoint.function(call, **path), api_method)
    except Refused as refusal:
        tree: Tree = {"Status": "ERROR", "ErrorDescription": refusal.description}
        return _respond(tree, api_method, status=refusal.status)


def _transaction(endpoint: Endpoint, sandbox: Sandbox) -> AbstractContextManager[Session]:
    return sandbox.database.reading() if endpoint.verb == "GET" else sandbox.database.writing()


def _read_request(endpoint: Endpoint) -> Body:
    if not endpoint.root:
        return Body("")
    is_json = _speaks_json() and "json" in request.headers.get("Content-Type", "")
    return read_body(request.get_data(), root=endpoint.root, is_json=is_json)


def _render(tree: Tree, api_method: str) -> Response:
    if fields := request.args.get("fields"):
        tree = keep_fields(tree, fields.split(","))
    return _respond({"Status": "OK", **tree}, api_method)


def _respond(tree: Tree, api_method: str, *, status: int = 200) -> Response:
    if _speaks_json() and "json" in request.headers.get("Accept", ""):
        return Response(write_json(tree), status, content_type="application/json; charset=utf-8")
    return Response(write_xml(tree, api_method=api_method), status, content_type="text/xml; charset=utf-8")


def _speaks_json() -> bool:
    """JSON needs Xero's feature flag; without it every answer is XML, whatever Accept says."""
    flags = request.headers.get("Xero-Features", "").split(",")
    return "practice-strict-content-type" in {flag.strip().lower() for flag in flags}


def _throttled_response(throttled: Throttled) -> Response:
    response = Response("", 429)
    response.headers.update(throttled.headers)
    response.headers["X-Rate-Limit-Problem"] = throttled.problem
    if throttled.retry_after is not None:
        response.headers["Retry-After"] = str(throttled.retry_after)
    return response
