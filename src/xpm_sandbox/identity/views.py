"""The addresses of Xero's identity server, all on the sandbox's one origin."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from flask import Blueprint, Flask, Response, g, jsonify, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from xpm_sandbox.identity.keys import public_jwks
from xpm_sandbox.identity.scopes import SCOPES
from xpm_sandbox.identity.server import make_server
from xpm_sandbox.identity.tokens import connect, start_sign_in
from xpm_sandbox.models.identity import Membership, User
from xpm_sandbox.sandbox import current_sandbox, sandbox_of

type Page = str | Response | tuple[str, int]


def register(app: Flask) -> None:
    """Mount sign-in, consent, tokens, keys and discovery on the app."""
    server = make_server(app, sandbox_of(app).settings)
    app.register_blueprint(_make_blueprint(server))


def _make_blueprint(server: AuthorizationServer) -> Blueprint:
    blueprint = Blueprint("identity", __name__)

    @blueprint.route("/identity/connect/authorize", methods=["GET", "POST"])
    def authorize() -> Page:
        with _writing():
            try:
                grant = server.get_consent_grant(end_user=None)  # type: ignore[no-untyped-call]
            except OAuth2Error as error:
                return render_template(
                    "identity/error.html", error=error
                ), 500  # never a redirect, as at Xero
            if request.method == "GET":
                return _ask(error="")
            return _decide(server, grant)

    @blueprint.post("/connect/token")
    def token() -> Response:
        with _writing():
            return _plain_error(_as_response(server.create_token_response()))

    @blueprint.post("/connect/revocation")
    def revocation() -> Response:
        with _writing():
            answer = _as_response(server.create_endpoint_response("revocation"))  # type: ignore[no-untyped-call]
            if answer.status_code == 200:  # noqa: PLR2004 - an HTTP status
                return Response("", 200)
            return _plain_error(answer)

    @blueprint.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(_discovery_document())

    @blueprint.get("/.well-known/openid-configuration/jwks")
    def jwks() -> Response:
        with current_sandbox().database.reading() as session:
            return jsonify(public_jwks(session))

    return blueprint


def _ask(*, error: str) -> str:
    """Show the choice of user, or, once a user is chosen, the consent page."""
    session: Session = g.session
    user = session.get(User, request.values.get("sandbox_user", ""))
    if user is None:
        users = session.scalars(select(User).order_by(User.email)).all()
        return render_template("identity/sign_in.html", users=users, query=_query_without_user())
    return render_template(
        "identity/consent.html",
        user=user,
        app_name=current_sandbox().settings.client_id,
        scopes=[SCOPES[name] for name in request.values.get("scope", "").split() if name in SCOPES],
        query=_query_without_user(),
        error=error,
    )


def _decide(server: AuthorizationServer, grant: AuthorizationCodeGrant) -> Page:
    if request.form.get("decision") != "allow":
        return _redirect(_as_response(server.create_authorization_response(grant_user=None, grant=grant)))
    session: Session = g.session
    user_uuid, practices = request.form.get("sandbox_user", ""), request.form.getlist("practice")
    offered = session.scalars(
        select(Membership.practice_uuid).where(
            Membership.user_uuid == user_uuid, Membership.may_authorise_addons.is_(True)
        )
    ).all()
    if not practices or not set(practices) <= set(offered):
        return _ask(error="Choose at least one practice to connect.")
    sandbox = current_sandbox()
    sign_in = start_sign_in(
        session,
        user_uuid=user_uuid,
        client_id=sandbox.settings.client_id,
        scope=" ".join(request.values["scope"].split()),
        clock=sandbox.clock,
    )
    for practice_uuid in practices:
        connect(session, sign_in, practice_uuid, clock=sandbox.clock)
    return _redirect(_as_response(server.create_authorization_response(grant_user=sign_in, grant=grant)))


def _as_response(answer: object) -> Response:
    """Authlib's Flask integration answers with Flask's Response, which its stubs do not know."""
    if not isinstance(answer, Response):
        raise TypeError(f"Authlib answered with {type(answer).__name__}, not a Response.")
    return answer


def _redirect(response: Response) -> Response:
    """Say which scope was granted, as Xero does beside `code` and `state`."""
    location = response.headers["Location"]
    if "code=" in location:
        response.headers["Location"] = f"{location}&scope={quote(request.values['scope'])}"
    return response


def _plain_error(response: Response) -> Response:
    """Xero answers every token error with 400 and the error's name alone."""
    if response.status_code >= 400:  # noqa: PLR2004 - an HTTP status
        error = json.loads(response.get_data())["error"]
        return Response(
            json.dumps({"error": error}, separators=(",", ":")), 400, content_type="application/json"
        )
    return response


def _query_without_user() -> list[tuple[str, str]]:
    """Return the authorise request's parameters, to be carried through the pages."""
    return [(name, value) for name, value in request.args.items(multi=True) if name != "sandbox_user"]


def _discovery_document() -> dict[str, object]:
    origin = current_sandbox().settings.origin
    return {
        "issuer": origin,
        "authorization_endpoint": f"{origin}/identity/connect/authorize",
        "token_endpoint": f"{origin}/connect/token",
        "userinfo_endpoint": f"{origin}/connect/userinfo",
        "revocation_endpoint": f"{origin}/connect/revocation",
        "jwks_uri": f"{origin}/.well-known/openid-configuration/jwks",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
    }


@contextmanager
def _writing() -> Iterator[None]:
    """Give Authlib's callbacks a session, and commit what they did."""
    with current_sandbox().database.writing() as session:
        g.session = session
        try:
            yield
        finally:
            del g.session
