"""Being signed in by the password that one has just chosen."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.http import HttpRequest

from minutebook.firms.models import User

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in_with_new_password(request: HttpRequest, user: User) -> None:
    """Sign a person in who has chosen a password in this request; it is not asked for again at the next step."""
    login(request, user, backend=_BACKEND)
    record_authentication(request, user, "password", email=user.email)
