"""The command `xpm-sandbox`: serve, token, seed, reset."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from xpm_sandbox.app import create_app
from xpm_sandbox.clock import system_clock
from xpm_sandbox.database import Database
from xpm_sandbox.identity.scopes import SCOPES
from xpm_sandbox.identity.tokens import connect, issue_tokens, start_sign_in
from xpm_sandbox.models.identity import Membership, User
from xpm_sandbox.models.practice import Practice
from xpm_sandbox.sandbox import sandbox_of
from xpm_sandbox.seed import reset, seed
from xpm_sandbox.server import PortTaken, listen, serve
from xpm_sandbox.settings import BadSetting, Settings, read_settings

_WRONG_USE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        settings = read_settings(
            os.environ, data=options.data, port=options.port, redirect_uris=options.redirect_uri
        )
        command = {"serve": _serve, "token": _token, "seed": _seed, "reset": _reset}[options.command]
        command(settings)
    except (BadSetting, PortTaken) as error:
        print(error, file=sys.stderr)
        return _WRONG_USE
    return 0


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data", type=Path, metavar="DIR", help="folder of the database (XPM_SANDBOX_DATA)")
    shared.add_argument(
        "--port", type=int, metavar="N", help="port of the server (XPM_SANDBOX_PORT), else 8001"
    )
    shared.add_argument(
        "--redirect-uri",
        action="append",
        default=[],
        metavar="URI",
        help="one more address the app may send users back to (XPM_SANDBOX_REDIRECT_URIS)",
    )
    parser = argparse.ArgumentParser(prog="xpm-sandbox", description="A local Xero Practice Manager.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", parents=[shared], help="start the sandbox; Ctrl+C stops it")
    commands.add_parser("token", parents=[shared], help="print an access token and the tenant, for curl")
    commands.add_parser("seed", parents=[shared], help="plant the practices if the database is empty")
    commands.add_parser("reset", parents=[shared], help="forget everything and plant anew")
    return parser


def _serve(settings: Settings) -> None:
    with listen(settings.host, settings.port) as listener:
        app = create_app(settings)
        print(f"Xero Practice Manager sandbox: {settings.origin}/  (Ctrl+C stops it)", flush=True)
        try:
            serve(app, listener)
        finally:
            sandbox_of(app).database.close()


def _token(settings: Settings) -> None:
    """Connect the app to the first practice as its owner, without the consent page."""
    database = Database(settings.data)
    seed(database)
    try:
        with database.writing() as session:
            owner = session.scalars(
                select(User)
                .join(Membership)
                .where(Membership.may_authorise_addons.is_(True))
                .order_by(User.email)
            ).first()
            practice = session.scalars(select(Practice).order_by(Practice.position)).first()
            if owner is None or practice is None:
                raise BadSetting("Nobody here may connect an app. Run: xpm-sandbox reset")
            sign_in = start_sign_in(
                session,
                user_uuid=owner.uuid,
                client_id=settings.client_id,
                scope=" ".join(name for name in SCOPES if "." not in name),
                clock=system_clock,
            )
            connect(session, sign_in, practice.uuid, clock=system_clock)
            answer = issue_tokens(session, sign_in, settings=settings, clock=system_clock)
            print(f"XPM_ACCESS_TOKEN={answer['access_token']}\nXPM_TENANT_ID={practice.uuid}")
    finally:
        database.close()


def _seed(settings: Settings) -> None:
    database = Database(settings.data)
    done = seed(database)
    database.close()
    print("Planted two practices." if done else "Already planted; reset plants anew.")


def _reset(settings: Settings) -> None:
    database = Database(settings.data)
    reset(database)
    database.close()
    print("Forgot everything and planted two practices.")


if __name__ == "__main__":
    raise SystemExit(main())
