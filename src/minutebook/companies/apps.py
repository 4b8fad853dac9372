from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "minutebook.companies"

    def ready(self) -> None:
        from minutebook.companies import uses  # models are loaded only now  # noqa: PLC0415
        from minutebook.contacts.merging import tell_obstacles  # noqa: PLC0415
        from minutebook.contacts.models import tell_used_within  # noqa: PLC0415
        from minutebook.contacts.queries import tell_uses  # noqa: PLC0415

        tell_uses(uses.uses_of)
        tell_used_within(uses.used_within)
        tell_obstacles(uses.why_not_one)
