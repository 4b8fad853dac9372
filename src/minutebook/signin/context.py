"""What the sign-in page needs to know."""

from django.conf import settings
from django.http import HttpRequest

from minutebook.signin.provider import is_configured


def sign_in_provider(request: HttpRequest) -> dict[str, str]:  # noqa: ARG001  # Django's signature
    return {"signin_provider": settings.OIDC_NAME if is_configured() else ""}
