from django.apps import AppConfig


class SpreadsheetsConfig(AppConfig):
    name = "minutebook.spreadsheets"

    def ready(self) -> None:
        from minutebook.retention.kinds import tell_kind  # models are loaded only now  # noqa: PLC0415
        from minutebook.spreadsheets.retention import UPLOADS  # noqa: PLC0415

        tell_kind(UPLOADS)
