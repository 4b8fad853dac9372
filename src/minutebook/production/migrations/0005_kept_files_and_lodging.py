"""Signed copies become kept files, of which some are signed copies; packs learn by when they have to lodge."""

from datetime import date

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Min


def tell_lodging(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    packs = apps.get_model("documents", "DocumentPack")._base_manager
    to_dos = apps.get_model("production", "ToDo")._base_manager
    left = to_dos.filter(
        kind="LODGE", done_on=None, due_on__isnull=False, pack__status__in=["RELEASED", "SIGNED"]
    )
    for pack_id, first in left.values("pack").annotate(first=Min("due_on")).values_list("pack", "first"):
        packs.filter(pk=pack_id).update(lodge_by=first)
    drafts = packs.filter(status="DRAFT", corrects=None).only("pk", "deadlines")
    for pack in drafts.iterator(chunk_size=1000):
        days = [date.fromisoformat(each["due_on"]) for each in pack.deadlines if each.get("form")]
        if days:
            packs.filter(pk=pack.pk).update(lodge_by=min(days))


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0006_a_firms_own_statuses"),
        ("production", "0004_own_files_and_visits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameModel("SignedCopy", "KeptFile"),
        migrations.AlterField(
            model_name="keptfile",
            name="pack",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="kept_files",
                to="documents.documentpack",
            ),
        ),
        migrations.AddField(
            model_name="keptfile",
            name="kind",
            field=models.CharField(
                choices=[("SIGNED", "Signed copy"), ("OTHER", "Other file")], default="SIGNED", max_length=10
            ),
        ),
        migrations.AddField(
            model_name="keptfile",
            name="format",
            field=models.CharField(choices=[("pdf", "PDF"), ("docx", "Word")], default="pdf", max_length=4),
        ),
        migrations.RunPython(tell_lodging, migrations.RunPython.noop),
    ]
