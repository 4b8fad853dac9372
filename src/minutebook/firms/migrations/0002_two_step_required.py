"""Firms that were there before go on as they were; new ones require a second step."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("firms", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="firm",
            name="two_step_required",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="firm",
            name="two_step_required",
            field=models.BooleanField(default=True),
        ),
    ]
