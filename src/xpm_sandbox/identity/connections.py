"""GET and DELETE /connections, and /connect/userinfo: bearer only, no tenant header."""

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from xpm_sandbox.api.errors import GatewayFailure, gateway_response
from xpm_sandbox.api.gateway import Bearer, authenticate
from xpm_sandbox.identity.server import user_claims
from xpm_sandbox.models.identity import Connection, User
from xpm_sandbox.sandbox import current_sandbox

blueprint = Blueprint("connections", __name__)
blueprint.register_error_handler(GatewayFailure, gateway_response)


@blueprint.get("/connections")
def list_connections() -> Response:
    sandbox = current_sandbox()
    with sandbox.database.reading() as session:
        bearer = authenticate(request, sandbox, session)
        event = request.args.get("authEventId", "").lower()
        found = [item for item in _connections_of(session, bearer) if event in {"", item.auth_event_uuid}]
        response = jsonify([_describe(connection) for connection in found])
    response.headers.update(sandbox.limits.count_app(app=bearer.client_id))
    return response


@blueprint.delete("/connections/<uuid>")
def delete_connection(uuid: str) -> Response:
    sandbox = current_sandbox()
    with sandbox.database.writing() as session:
        bearer = authenticate(request, sandbox, session)
        found = [item for item in _connections_of(session, bearer) if item.uuid == uuid.lower()]
        for connection in found:
            session.delete(connection)
    response = Response("", 204 if found else 404)
    response.headers.update(sandbox.limits.count_app(app=bearer.client_id))
    return response


@blueprint.route("/connect/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    sandbox = current_sandbox()
    with sandbox.database.reading() as session:
        bearer = authenticate(request, sandbox, session)
        if "openid" not in bearer.scopes:
            raise GatewayFailure(403, detail="AuthorizationUnsuccessful")
        return jsonify(user_claims(session.get_one(User, bearer.user_uuid), " ".join(bearer.scopes)))


def _connections_of(session: Session, bearer: Bearer) -> list[Connection]:
    mine = select(Connection).where(
        Connection.client_id == bearer.client_id, Connection.user_uuid == bearer.user_uuid
    )
    return list(session.scalars(mine.order_by(Connection.created_at, Connection.uuid)))


def _describe(connection: Connection) -> dict[str, str | None]:
    return {
        "id": connection.uuid,
        "authEventId": connection.auth_event_uuid,
        "tenantId": connection.practice_uuid,
        "tenantType": "PRACTICEMANAGER",
        "tenantName": connection.practice.name,
        "createdDateUtc": _moment(connection.created_at.isoformat()),
        "updatedDateUtc": _moment(connection.updated_at.isoformat()),
    }


def _moment(text: str) -> str:
    """Return .NET's spelling of a moment: seven decimals, no zone."""
    whole, _, fraction = text.partition("+")[0].partition(".")
    return f"{whole}.{fraction:0<7}"
