from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "minutebook.practice"

    def ready(self) -> None:
        from minutebook.contacts.merging import tell_obstacles  # models are loaded only now  # noqa: PLC0415
        from minutebook.practice.links import why_not_one  # noqa: PLC0415

        tell_obstacles(why_not_one)
