from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sync", "0004_unlinking_and_undoing")]

    operations = [migrations.RenameField("firstsync", "undo_heard_at", "heard_at")]
