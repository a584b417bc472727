from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0004_letterhead_in_welsh")]

    operations = [migrations.AddField("pack", "taken_out", models.JSONField(blank=True, default=dict))]
