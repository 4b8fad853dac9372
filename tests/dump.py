"""`python -m tests.dump`: every row of the database as JSON, but those of the queue."""

import json
import os

import django
from django.apps import apps


def dump() -> list[tuple[str, str, dict[str, object]]]:
    """Return model, id and values of every row, as Python sees them: the same on every database."""
    return [
        (model._meta.label_lower, str(values[model._meta.pk.attname]), values)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in {"procrastinate", "django_tasks_database"}
        for values in model._base_manager.order_by("pk").values()
    ]


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "minutebook.settings"
    django.setup()
    print(json.dumps(dump(), default=str))
