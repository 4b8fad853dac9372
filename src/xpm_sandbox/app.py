"""Puts the sandbox together: one Flask application over one database."""

from flask import Flask

from xpm_sandbox import pages
from xpm_sandbox.api.blueprint import make_blueprint
from xpm_sandbox.clock import Clock, system_clock
from xpm_sandbox.database import Database
from xpm_sandbox.faults import Faults
from xpm_sandbox.front import Front
from xpm_sandbox.identity import connections, views
from xpm_sandbox.journal import Journal
from xpm_sandbox.limits import Limits
from xpm_sandbox.sandbox import Sandbox, attach
from xpm_sandbox.seed import seed
from xpm_sandbox.settings import Settings

_LARGEST_REQUEST = 64 * 1024 * 1024  # bytes; a document of 40 MB as base64


def create_app(settings: Settings, *, clock: Clock = system_clock, clients: int = 1200) -> Flask:
    """Return the WSGI application, seeded if its database was empty.

    Close `sandbox_of(app).database` when done with it.
    """
    database = Database(settings.data)
    seed(database, clients=clients)
    sandbox = Sandbox(
        settings=settings,
        clock=clock,
        database=database,
        limits=Limits(clock=clock, minute=settings.minute_limit, day=settings.day_limit),
        faults=Faults(),
        journal=Journal(),
    )
    app = Flask("xpm_sandbox")
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_REQUEST
    app.config["MAX_FORM_MEMORY_SIZE"] = _LARGEST_REQUEST
    attach(app, sandbox)
    app.register_blueprint(make_blueprint())
    app.register_blueprint(connections.blueprint)
    views.register(app)
    pages.register(app)
    app.wsgi_app = Front(app.wsgi_app, faults=sandbox.faults, journal=sandbox.journal, clock=clock)  # type: ignore[method-assign]
    return app
