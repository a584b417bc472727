from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("authority", "0001_first_version")]

    operations = [
        migrations.AddField(
            model_name="sentwithout",
            name="enquiry",
            field=models.PositiveBigIntegerField(blank=True, null=True),
        ),
    ]
