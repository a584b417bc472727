from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0002_indexes_both_databases_use")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("decision", "campaign")), fields=["decided_at"], name="inbox_campaign"
            ),
        ),
    ]
