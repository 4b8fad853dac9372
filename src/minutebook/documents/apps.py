from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "minutebook.documents"

    def ready(self) -> None:
        from minutebook.contacts.models import tell_used_within  # noqa: PLC0415
        from minutebook.documents.exports import pack_tables  # models are loaded only now  # noqa: PLC0415
        from minutebook.documents.models import Document  # noqa: PLC0415
        from minutebook.spreadsheets.export import tell_table  # noqa: PLC0415

        for table in pack_tables():
            tell_table(table)
        tell_used_within(lambda membership: [Document.contacts_within(membership)])
