"""A person's authenticator app: the codes it shows, and setting it up as its owner would."""

import re
import time

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client as Browser

from minutebook.firms.models import User

PERIOD = 30  # seconds


def code_of(secret: str, *, steps: int = 0) -> str:
    """Return the code that an app shows now, or `steps` half minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + steps)))


def give_app(user: User) -> str:
    """Give the person an authenticator app as if it had been set up long ago; return its secret."""
    secret = str(generate_totp_secret())
    TOTP.activate(user, secret)
    return secret


def set_up_app(browser: Browser) -> str:
    """Set up an app on the page for it; return its secret."""
    page = browser.get("/accounts/second-step/totp/activate/").content.decode()
    found = re.search(r'class="setup-key">(\w+)<', page)
    assert found is not None, page
    browser.post("/accounts/second-step/totp/activate/", {"code": code_of(found[1])})
    return found[1]
