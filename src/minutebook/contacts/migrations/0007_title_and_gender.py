"""A person's title and gender.

SQLite makes the table anew to add a column, and forgets its triggers: those that keep the search are put back.
"""

from typing import Any

from django.db import migrations, models

_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'contacts_contact'"


class AddFieldBesideTriggers(migrations.AddField):
    """Adds a field, and leaves the table's triggers as they were."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        before = _triggers(schema_editor)
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        _put_back(before, schema_editor)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        before = _triggers(schema_editor)
        super().database_backwards(app_label, schema_editor, from_state, to_state)
        _put_back(before, schema_editor)


def _triggers(schema_editor: Any) -> dict[str, str]:
    if schema_editor.connection.vendor != "sqlite":
        return {}
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_TRIGGERS)
        return dict(cursor.fetchall())


def _put_back(before: dict[str, str], schema_editor: Any) -> None:
    there = _triggers(schema_editor)
    for name, sql in before.items():
        if name not in there:
            schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0006_limited_people")]

    operations = [
        AddFieldBesideTriggers(
            model_name="contact", name="title", field=models.CharField(blank=True, max_length=20, default=""),
            preserve_default=False,
        ),
        AddFieldBesideTriggers(
            model_name="contact", name="gender", field=models.CharField(blank=True, max_length=20, default=""),
            preserve_default=False,
        ),
    ]  # fmt: skip
