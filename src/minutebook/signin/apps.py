from django.apps import AppConfig


class SignInConfig(AppConfig):
    name = "minutebook.signin"

    def ready(self) -> None:
        from minutebook.retention.kinds import tell_kind  # noqa: PLC0415
        from minutebook.signin import history  # noqa: PLC0415  # allauth's signals need their apps
        from minutebook.signin.retention import SIGN_INS  # noqa: PLC0415

        history.listen()
        tell_kind(SIGN_INS)
