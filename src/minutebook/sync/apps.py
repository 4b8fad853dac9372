from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "minutebook.sync"

    def ready(self) -> None:
        from minutebook.practice.links import tell_links  # models are loaded only now  # noqa: PLC0415
        from minutebook.practice.reading import tell_when_read  # noqa: PLC0415
        from minutebook.sync.by_hand import linked, unlinking  # noqa: PLC0415
        from minutebook.sync.tasks import clients_were_read  # noqa: PLC0415

        tell_when_read(clients_were_read)
        tell_links(when_linked=linked, before_unlinked=unlinking)
