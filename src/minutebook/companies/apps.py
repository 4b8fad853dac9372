from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "minutebook.companies"

    def ready(self) -> None:
        from minutebook.companies.uses import uses_of  # models are loaded only now  # noqa: PLC0415
        from minutebook.contacts.queries import tell_uses  # noqa: PLC0415

        tell_uses(uses_of)
