from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "minutebook.documents"

    def ready(self) -> None:
        from minutebook.documents.exports import pack_tables  # models are loaded only now  # noqa: PLC0415
        from minutebook.spreadsheets.export import tell_table  # noqa: PLC0415

        for table in pack_tables():
            tell_table(table)
