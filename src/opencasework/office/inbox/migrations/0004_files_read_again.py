"""A file whose reading took too long is read once more by the worker, also one that was given up before."""

from django.db import migrations, models
from django.utils import timezone

TOO_MUCH = "Reading it took too long or too much memory."


def read_again(apps, schema_editor):
    texts = apps.get_model("inbox", "FileText").objects.using(schema_editor.connection.alias)
    texts.filter(unread__startswith=TOO_MUCH).update(again_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0003_what_was_not_read"),
    ]

    operations = [
        migrations.AddField(
            model_name="filetext",
            name="again_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="filetext",
            name="tries",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddIndex(
            model_name="filetext",
            index=models.Index(
                condition=models.Q(("again_at", None), _negated=True),
                fields=["again_at"],
                name="file_texts_to_read",
            ),
        ),
        migrations.RunPython(read_again, migrations.RunPython.noop, elidable=True),
    ]
