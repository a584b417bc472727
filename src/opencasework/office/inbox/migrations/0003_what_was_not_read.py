"""What of a file was not read, and why. Texts that were cut at the limit before are read anew when asked for."""

from django.db import migrations, models
from django.db.models.functions import Length

CUT_AT = 100_000  # characters that were kept of one file until now


def forget_what_was_cut(apps, schema_editor):
    texts = apps.get_model("inbox", "FileText").objects.using(schema_editor.connection.alias)
    texts.annotate(length=Length("text")).filter(length__gte=CUT_AT).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0002_taken_back_whole"),
    ]

    operations = [
        migrations.AddField(
            model_name="filetext",
            name="unread",
            field=models.CharField(blank=True, default="", max_length=300),
            preserve_default=False,
        ),
        migrations.RunPython(forget_what_was_cut, migrations.RunPython.noop, elidable=True),
    ]
