from django.apps import AppConfig
from django.conf import settings


class ServerConfig(AppConfig):
    name = "minutebook.server"

    def ready(self) -> None:
        # Once all is loaded: the checks know every model.
        from minutebook.server.checks import register_checks  # noqa: PLC0415
        from minutebook.server.error_reports import start_error_reports  # noqa: PLC0415

        register_checks()
        start_error_reports(settings.SENTRY_DSN)
