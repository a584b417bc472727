from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("figures", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="fact",
            name="message_id",
            field=models.BigIntegerField(blank=True, null=True, unique=True),
        ),
        migrations.AlterField(
            model_name="fact",
            name="event_id",
            field=models.BigIntegerField(blank=True, null=True, unique=True),
        ),
        migrations.AddConstraint(
            model_name="fact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("event_id__isnull", False), ("message_id", None)),
                    models.Q(("event_id", None), ("message_id__isnull", False)),
                    _connector="OR",
                ),
                name="a_fact_is_made_from_one_thing",
            ),
        ),
    ]
