"""No password, code, token or key reaches the log, whatever its level: signing in, connecting. (Jobs: `jobs`.)"""

import logging
import re
from collections.abc import Iterator

import pytest
from django.core import mail
from django.test import Client as Browser

from minutebook.firms.models import Firm, User
from minutebook.practice.models import Connection
from tests.authenticator import code_of, give_app
from tests.cast import PASSWORD
from tests.sandbox import RunningSandbox, connect_practice

WRONG = "wrong-horse-battery"


# The practice manager of the tests runs in this process, and its database says everything aloud.
_NOT_OURS = ("sqlalchemy", "xpm_sandbox", "authlib", "werkzeug")


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that is said at the most talkative level that an operator can set."""
    ours = [
        logging.getLogger(name)
        for name in ("", "django", "minutebook", "minutebook.signin", "xpm", "allauth")
    ]
    levels = [logger.level for logger in ours]
    for logger in ours:
        logger.setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG):
        yield caplog
    for logger, level in zip(ours, levels, strict=True):
        logger.setLevel(level)


def secrets_in(log: pytest.LogCaptureFixture, *secrets: str) -> list[str]:
    said = [
        f"{record.name}: {record.getMessage()} {record.exc_text or ''}"
        for record in log.records
        if not record.name.startswith(_NOT_OURS)
    ]
    return [line for line in said for secret in secrets if secret and secret in line]


def test_signing_in(logged: pytest.LogCaptureFixture, preparer: User) -> None:
    app = give_app(preparer)
    code = code_of(app)
    browser = Browser()

    browser.post("/accounts/login/", {"login": preparer.email, "password": WRONG})
    browser.post("/accounts/login/", {"login": preparer.email, "password": PASSWORD})
    browser.post("/accounts/second-step/authenticate/", {"code": "000000x"})
    browser.post("/accounts/second-step/authenticate/", {"code": code})
    Browser().post("/accounts/password/reset/", {"email": preparer.email})

    link = re.search(r"/key/(\S+)/", str(mail.outbox[-1].body))
    assert link is not None
    session = browser.session.session_key or ""
    assert any("signed in from" in record.getMessage() for record in logged.records)
    assert secrets_in(logged, PASSWORD, WRONG, app, code, "000000x", link[1], session, preparer.email) == []


def test_connecting_to_xero(
    logged: pytest.LogCaptureFixture, firm: Firm, administrator: User, sandbox: RunningSandbox
) -> None:
    connection = connect_practice(administrator, sandbox)

    kept = Connection.objects.get(pk=connection.pk)
    assert kept.access_token
    assert secrets_in(logged, kept.access_token, kept.refresh_token, sandbox.client_secret) == []
