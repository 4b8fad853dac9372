"""Plain pages to look at what the API did, and to change what a practice would change."""

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

from xpm_sandbox.pages import clients, faults, jobs, office, requests
from xpm_sandbox.pages.frame import refuse_other_sites


def register(app: Flask) -> None:
    """Mount the pages on the app."""
    app.before_request(refuse_other_sites)
    app.register_error_handler(HTTPException, _error_page)
    for pages in (office, jobs, clients, requests, faults):
        app.register_blueprint(pages.blueprint)


def _error_page(error: HTTPException) -> tuple[str, int]:
    return render_template("error.html", error=error), error.code or 500
