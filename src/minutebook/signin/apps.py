from django.apps import AppConfig


class SignInConfig(AppConfig):
    name = "minutebook.signin"

    def ready(self) -> None:
        from minutebook.signin import history  # noqa: PLC0415  # allauth's signals need their apps

        history.listen()
