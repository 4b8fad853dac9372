"""The second step among allauth's stages of signing in."""

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from minutebook.signin.middleware import has_done_second_step


class SecondStep(AuthenticateStage):  # type: ignore[misc]  # allauth is untyped
    """Asked of everybody who has one, except who has just done it at the firm's sign-in provider."""

    def _should_handle(self, request: HttpRequest) -> bool:
        if self.login.user and has_done_second_step(request, self.login.user):
            return False
        return bool(super()._should_handle(request))
