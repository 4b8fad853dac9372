"""Packs that were released before there was a list of what is still to do get theirs."""

from datetime import date

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    packs = apps.get_model("documents", "DocumentPack")._base_manager
    to_dos = apps.get_model("production", "ToDo")._base_manager
    for pack in packs.filter(status="RELEASED").iterator():
        to_dos.create(
            firm_id=pack.firm_id,
            pack=pack,
            kind="SIGN",
            title="Have the documents signed, and mark them signed",
            position=0,
        )
        for position, deadline in enumerate(pack.deadlines, start=1):
            to_dos.create(
                firm_id=pack.firm_id,
                pack=pack,
                kind="LODGE" if deadline.get("form") else "ACT",
                title=deadline["title"],
                section=deadline.get("section", ""),
                form=deadline.get("form", ""),
                due_on=date.fromisoformat(deadline["due_on"]),
                position=position,
            )


class Migration(migrations.Migration):
    dependencies = [("production", "0002_still_to_do")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
