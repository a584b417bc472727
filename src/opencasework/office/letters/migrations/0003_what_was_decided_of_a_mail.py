from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0002_reviews_taken_back")]

    operations = [
        migrations.AddField("outgoingmail", "decided", models.JSONField(blank=True, default=dict)),
    ]
