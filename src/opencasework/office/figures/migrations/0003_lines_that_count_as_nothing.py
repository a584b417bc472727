from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("figures", "0002_facts_from_campaigns"),
    ]

    operations = [
        migrations.CreateModel(
            name="Uncounted",
            fields=[
                ("event_id", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
    ]
