from django.apps import AppConfig
from django.db.models.signals import post_migrate

from minutebook.activity.guards import install_guards


class ActivityConfig(AppConfig):
    name = "minutebook.activity"

    def ready(self) -> None:
        post_migrate.connect(_guard, sender=self)


def _guard(*, using: str, **_: object) -> None:
    install_guards(using)
