from django.apps import AppConfig
from django.conf import settings


class ServerConfig(AppConfig):
    name = "minutebook.server"

    def ready(self) -> None:
        from minutebook.server.error_reports import start_error_reports  # noqa: PLC0415  # once all is loaded

        start_error_reports(settings.SENTRY_DSN)
