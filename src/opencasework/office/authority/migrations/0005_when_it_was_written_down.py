import django.utils.timezone
from django.db import migrations, models


def as_it_went(apps, schema_editor):
    """Of what stands there nothing else is known."""
    apps.get_model("authority", "SentWithout").objects.update(recorded_at=models.F("at"))


class Migration(migrations.Migration):
    dependencies = [("authority", "0004_said_in_a_call")]

    operations = [
        migrations.AlterModelOptions(
            name="sentwithout",
            options={"ordering": ["-recorded_at", "-pk"], "verbose_name_plural": "sent without authority"},
        ),
        migrations.AddField(
            model_name="sentwithout",
            name="recorded_at",
            field=models.DateTimeField(db_index=True, default=django.utils.timezone.now),
        ),
        migrations.RunPython(as_it_went, migrations.RunPython.noop),
    ]
